package io.pharos.clusternode.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.store.SettingsStore;
import io.pharos.timeseries.store.memory.InMemoryStores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes over one store of settings. */
class ConfigurationControlTest {
    @TempDir
    Path folder;

    private final SettingsStore settings = new InMemoryStores().stores().settings();
    private final List<ConfigurationControl> nodes = new ArrayList<>();

    @AfterEach
    void stop() {
        nodes.forEach(ConfigurationControl::close);
    }

    private record Started(ConfigurationControl control, List<String> applied, PrometheusRegistry registry) {
        String inForce() {
            return applied.get(applied.size() - 1);
        }

        double gauge(String name) {
            return registry.scrape(metric -> metric.equals(name)).stream()
                    .map(GaugeSnapshot.class::cast)
                    .findFirst()
                    .orElseThrow()
                    .getDataPoints()
                    .get(0)
                    .getValue();
        }
    }

    private Started node(Optional<Path> prometheus) {
        return node(prometheus, "none");
    }

    /** A node whose modules fail over a text. */
    private Started node(Optional<Path> prometheus, String faulty) {
        List<String> applied = new CopyOnWriteArrayList<>();
        PrometheusRegistry registry = new PrometheusRegistry();
        ConfigurationControl control = new ConfigurationControl(
                new ConfigurationFiles(prometheus, Optional.empty(), "http://here"),
                settings,
                checked -> {
                    String text = String.valueOf(checked.bundle().prometheus());
                    if (text.equals(faulty)) {
                        throw new IllegalStateException("no room for it");
                    }
                    applied.add(text);
                },
                InstantSource.system(),
                registry);
        nodes.add(control);
        return new Started(control, applied, registry);
    }

    private Path file(String name, String interval) throws IOException {
        return Files.writeString(folder.resolve(name), text(interval));
    }

    private static String text(String interval) {
        return "global: {scrape_interval: " + interval + "}\n";
    }

    @Test
    void theFirstNodesFilesAreTheClustersAndANodeWithoutFilesRunsThem() throws Exception {
        Started first = node(Optional.of(file("a.yml", "5s")));
        first.control().start(true);
        Started second = node(Optional.empty());
        second.control().start(false);
        assertThat(first.inForce()).isEqualTo(text("5s"));
        assertThat(second.inForce()).isEqualTo(text("5s"));
        assertThat(second.control().state().version()).isEqualTo(1);
        assertThat(second.control().state().drift()).isEmpty();
    }

    @Test
    void aSingleNodeThatStartsAgainWithEditedFilesRunsThose() throws Exception {
        node(Optional.of(file("a.yml", "5s"))).control().start(true);
        Started again = node(Optional.of(file("a.yml", "7s")));
        again.control().start(true);
        assertThat(again.inForce()).isEqualTo(text("7s"));
        assertThat(again.control().state().version()).isEqualTo(2);
    }

    @Test
    void aNodeThatComesWithOtherFilesTakesTheClustersAndReportsDrift() throws Exception {
        node(Optional.of(file("a.yml", "5s"))).control().start(true);
        Path other = file("b.yml", "7s");
        Started second = node(Optional.of(other));
        second.control().start(false);
        assertThat(second.inForce()).isEqualTo(text("5s"));
        assertThat(second.control().state().drift())
                .isEqualTo("this node's own files differ from version 1, which is in force (" + other
                        + "); a reload of this node makes them the cluster's");
        assertThat(second.gauge("pharos_config_drift")).isEqualTo(1);
    }

    @Test
    void aReloadOnOneNodeReachesTheOthersWhoseFilesThenDrift() throws Exception {
        Path file = file("a.yml", "5s");
        Started first = node(Optional.of(file));
        first.control().start(true);
        Started second = node(Optional.of(file("b.yml", "5s")));
        second.control().start(false);
        assertThat(second.control().state().drift()).isEmpty();

        file("a.yml", "9s");
        assertThat(first.control().reload().toCompletableFuture().get()).isEmpty();
        Awaitility.await("the second node takes it")
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(second.inForce()).isEqualTo(text("9s")));
        Awaitility.await("and reports drift")
                .atMost(Duration.ofSeconds(60))
                .until(() -> !second.control().state().drift().isEmpty());
        assertThat(second.control().state().version()).isEqualTo(2);
        assertThat(second.gauge("pharos_config_version")).isEqualTo(2);
        assertThat(first.control().state().drift()).isEmpty();

        assertThat(second.control().reload().toCompletableFuture().get()).isEmpty();
        assertThat(second.inForce()).isEqualTo(text("5s"));
        assertThat(second.control().state().drift()).isEmpty();
    }

    @Test
    void aFaultyFileChangesNothing() throws Exception {
        Path file = file("a.yml", "5s");
        Started first = node(Optional.of(file));
        first.control().start(true);
        Files.writeString(file, "global: {scrape_intervall: 5s}\n");
        assertThat(first.control().reload().toCompletableFuture().get()).hasSize(1);
        assertThat(first.inForce()).isEqualTo(text("5s"));
        assertThat(first.control().state().isGood()).isFalse();
        assertThat(first.gauge("pharos_config_last_reload_successful")).isZero();
        assertThat(first.control().state().version()).isEqualTo(1);
    }

    @Test
    void aVersionThatCannotBeReadHereIsReportedAndNotTaken() throws Exception {
        Started first = node(Optional.empty());
        first.control().start(true);
        ConfigurationBundle later = new ConfigurationBundle("of_a_later_version: true\n", java.util.Map.of(), null);
        assertThat(settings.replace("configuration", 0, later.toBytes())
                        .toCompletableFuture()
                        .get())
                .isTrue();
        Awaitility.await("it is reported")
                .atMost(Duration.ofSeconds(60))
                .until(() -> !first.control().state().isGood());
        assertThat(first.control().state().fault())
                .startsWith("version 1, which another node set, cannot be taken here");
        assertThat(first.inForce()).isEqualTo("null");
    }

    @Test
    void aVersionThatTheModulesFailOverIsReportedAndTheNextOneTaken() throws Exception {
        Path file = file("a.yml", "5s");
        Started first = node(Optional.of(file));
        first.control().start(true);
        Started second = node(Optional.empty(), text("9s"));
        second.control().start(false);
        file("a.yml", "9s");
        assertThat(first.control().reload().toCompletableFuture().get()).isEmpty();
        Awaitility.await("it is reported")
                .atMost(Duration.ofSeconds(60))
                .until(() -> !second.control().state().isGood());
        assertThat(second.control().state().fault()).contains("version 2", "no room for it");
        assertThat(second.inForce()).isEqualTo(text("5s"));
        file("a.yml", "7s");
        assertThat(first.control().reload().toCompletableFuture().get()).isEmpty();
        Awaitility.await("the next one is taken")
                .atMost(Duration.ofSeconds(60))
                .until(() -> second.inForce().equals(text("7s")));
        Awaitility.await("and that is known")
                .atMost(Duration.ofSeconds(60))
                .until(() -> second.control().state().isGood());
    }
}
