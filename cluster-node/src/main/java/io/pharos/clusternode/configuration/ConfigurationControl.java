package io.pharos.clusternode.configuration;

import io.pharos.clusternode.program.CommandFailure;
import io.pharos.conf.ConfigurationError;
import io.pharos.conf.ConfigurationException;
import io.pharos.timeseries.store.SettingsStore;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the configuration into force: at start, and whenever a reload is asked for. A faulty one changes nothing. Thread-safe; one
 * reload runs at a time.
 */
public final class ConfigurationControl implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationControl.class);
    private static final Duration STORE_PATIENCE = Duration.ofSeconds(20);

    private final Optional<Path> prometheusFile;
    private final Optional<Path> alertmanagerFile;
    private final String externalUrl;
    private final StoredConfiguration stored;
    private final Consumer<CheckedConfiguration> apply;
    private final InstantSource clock;
    private final Gauge successful;
    private final Gauge since;
    private final ExecutorService reloads = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "pharos-configuration");
        thread.setDaemon(true);
        return thread;
    });
    private volatile State state;

    /**
     * How the configuration stands.
     *
     * @param isGood whether the last attempt was taken
     * @param time when the one in force was taken
     * @param text prometheus.yml as it is in force
     * @param fault why the last attempt was not taken; empty when it was
     */
    public record State(boolean isGood, Instant time, String text, String fault) {}

    /** @param apply gives a checked configuration to the modules */
    public ConfigurationControl(
            Optional<Path> prometheusFile,
            Optional<Path> alertmanagerFile,
            String externalUrl,
            SettingsStore settings,
            Consumer<CheckedConfiguration> apply,
            InstantSource clock,
            PrometheusRegistry registry) {
        this.prometheusFile = prometheusFile;
        this.alertmanagerFile = alertmanagerFile;
        this.externalUrl = externalUrl;
        this.stored = new StoredConfiguration(settings, STORE_PATIENCE);
        this.apply = apply;
        this.clock = clock;
        this.state = new State(true, clock.instant(), "", "");
        this.successful = Gauge.builder()
                .name("pharos_config_last_reload_successful")
                .help("Whether the last configuration was taken.")
                .register(registry);
        this.since = Gauge.builder()
                .name("pharos_config_last_reload_success_timestamp_seconds")
                .help("When the configuration in force was taken.")
                .register(registry);
    }

    /** Only checks the files. */
    public static void check(Optional<Path> prometheusFile, Optional<Path> alertmanagerFile)
            throws ConfigurationException {
        CheckedConfiguration.ofFiles(prometheusFile, alertmanagerFile, "");
    }

    /** Takes the files, or what is stored where there are none, into force. Blocks. */
    public void start() throws ConfigurationException {
        CheckedConfiguration configuration;
        if (prometheusFile.isPresent() || alertmanagerFile.isPresent()) {
            configuration = CheckedConfiguration.ofFiles(prometheusFile, alertmanagerFile, externalUrl);
            long version = stored.write(configuration.bundle());
            LOG.info("configuration version {} is in force, from this node's files", version);
        } else {
            Optional<StoredConfiguration.Version> version = stored.read();
            configuration = CheckedConfiguration.ofStored(
                    version.map(StoredConfiguration.Version::bundle).orElse(ConfigurationBundle.EMPTY), externalUrl);
            LOG.info(
                    "configuration version {} is in force, as stored",
                    version.map(StoredConfiguration.Version::number).orElse(0L));
        }
        apply.accept(configuration);
        taken(configuration);
    }

    /** Reads everything again; completes with what is wrong, an empty list when it was taken. Never fails. */
    public CompletionStage<List<String>> reload() {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        start();
                        return List.of();
                    } catch (ConfigurationException e) {
                        return refused(e.errors().stream()
                                .map(ConfigurationError::toString)
                                .toList());
                    } catch (RuntimeException e) {
                        return refused(List.of(CommandFailure.sentence(e)));
                    }
                },
                reloads);
    }

    private void taken(CheckedConfiguration configuration) {
        Instant now = clock.instant();
        String text = configuration.bundle().prometheus();
        state = new State(true, now, text == null ? "" : text, "");
        successful.set(1);
        since.set(now.toEpochMilli() / 1000.0);
    }

    private List<String> refused(List<String> faults) {
        State before = state;
        state = new State(false, before.time(), before.text(), faults.get(0));
        successful.set(0);
        faults.forEach(fault -> LOG.error("the configuration was not reloaded, the old one stays in force: {}", fault));
        return faults;
    }

    /** How the configuration stands now. */
    public State state() {
        return state;
    }

    @Override
    public void close() {
        reloads.shutdownNow();
    }
}
