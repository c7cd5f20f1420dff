package io.pharos.collection.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import akka.cluster.typed.Leave;
import io.pharos.collection.PrometheusConfiguration;
import io.pharos.collection.ScrapeRuntime;
import io.pharos.httpclient.HttpAnswer;
import io.pharos.httpclient.HttpHeader;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleSink;
import io.pharos.timeseries.sample.StaleMarker;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes share the targets. */
class TargetsInAClusterIT {
    private static final int TARGETS = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private record Up(String target, long timestamp) {}

    private final Queue<Up> ups = new ConcurrentLinkedQueue<>();
    private final Queue<String> ended = new ConcurrentLinkedQueue<>();
    private final List<ActorTestKit> kits = new ArrayList<>();

    @AfterEach
    void stop() {
        kits.forEach(ActorTestKit::shutdownTestKit);
    }

    private ScrapeRuntime node() {
        ActorTestKit kit = ClusterKit.node();
        kits.add(kit);
        ClusterKit.join(kit, kits.get(0));
        SampleSink sink = (batch, deadline) -> {
            for (int i = 0; i < batch.seriesCount(); i++) {
                int sample = batch.sampleFrom()[i];
                if (StaleMarker.is(batch.values()[sample])) {
                    ended.add(batch.labels(i).toString());
                } else if (batch.labels(i).metricName().equals("up")) {
                    ups.add(new Up(batch.labels(i).valueOf("n"), batch.timestamps()[sample]));
                }
            }
            return CompletableFuture.completedFuture(AppendResult.Decided.allOf(batch.sampleCount()));
        };
        return ScrapeRuntime.start(
                kit.system(),
                sink,
                call -> CompletableFuture.completedFuture(new HttpAnswer.Response(
                        200,
                        List.of(new HttpHeader("Content-Type", "text/plain")),
                        "a 1\n".getBytes(StandardCharsets.UTF_8))),
                InstantSource.system(),
                new PrometheusRegistry(),
                new ScrapeSettings(1 << 20, 1000, false, 10, 100));
    }

    private static Set<String> targets(ScrapeRuntime runtime) {
        return runtime.targets().active().stream()
                .map(status -> status.labels().valueOf("n"))
                .collect(Collectors.toSet());
    }

    private static boolean isShared(ScrapeRuntime one, ScrapeRuntime other) {
        Set<String> all = new HashSet<>(targets(one));
        int sum = all.size() + targets(other).size();
        all.addAll(targets(other));
        return all.size() == TARGETS
                && sum == TARGETS
                && !targets(one).isEmpty()
                && !targets(other).isEmpty();
    }

    private boolean allWereScrapedAgain() {
        ups.clear();
        await().atMost(PATIENCE)
                .until(() -> ups.stream().map(Up::target).distinct().count() == TARGETS);
        return true;
    }

    @Test
    void eachTargetIsScrapedByOneNodeAndMovesWithoutEnding() throws Exception {
        String groups = IntStream.range(0, TARGETS)
                .mapToObj(n -> "{targets: ['host:1'], labels: {n: '" + n + "'}}")
                .collect(Collectors.joining(", "));
        PrometheusConfiguration configuration = Jobs.configuration(
                "scrape_configs: [{job_name: j, scrape_interval: 1s, scrape_timeout: 1s, static_configs: [" + groups
                        + "]}]");
        ScrapeRuntime first = node();
        first.apply(configuration);
        await().atMost(PATIENCE).until(() -> targets(first).size() == TARGETS);

        // A node without the configuration takes shards, and scrapes nothing until it is told what.
        ScrapeRuntime second = node();
        await().atMost(PATIENCE).until(() -> targets(first).size() < TARGETS);
        assertThat(targets(second)).isEmpty();
        second.apply(configuration);
        await().atMost(PATIENCE).until(() -> isShared(first, second));
        assertThat(allWereScrapedAgain()).isTrue();
        assertThat(ups).doesNotHaveDuplicates();

        // A third one dies: its targets go on elsewhere, and nobody says that their series ended.
        ScrapeRuntime third = node();
        third.apply(configuration);
        await().atMost(PATIENCE).until(() -> !targets(third).isEmpty());
        Cluster dying = Cluster.get(kits.get(2).system());
        kits.get(2).shutdownTestKit();
        Cluster.get(kits.get(0).system())
                .manager()
                .tell(new Down(dying.selfMember().address()));
        await().atMost(PATIENCE).until(() -> isShared(first, second));
        assertThat(allWereScrapedAgain()).isTrue();
        assertThat(ended).isEmpty();

        second.stop();
        Cluster cluster = Cluster.get(kits.get(1).system());
        cluster.manager().tell(Leave.create(cluster.selfMember().address()));
        await().atMost(PATIENCE).until(() -> targets(first).size() == TARGETS);
        assertThat(allWereScrapedAgain()).isTrue();
        assertThat(ended).isEmpty();
    }
}
