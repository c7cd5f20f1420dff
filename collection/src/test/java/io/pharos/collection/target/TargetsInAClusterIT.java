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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes share the targets. */
class TargetsInAClusterIT {
    private static final int TARGETS = 40;
    private static final long INTERVAL_MILLIS = 1000;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

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
                new ScrapeSettings(1 << 20, 1000, false, 10, 1000, 100));
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

    /** Waits until each target was scraped after now; returns those scrapes. */
    private List<Up> allAreScrapedAgain() {
        long now = System.currentTimeMillis();
        await().atMost(PATIENCE)
                .until(() -> since(now).map(Up::target).distinct().count() == TARGETS);
        return since(now).toList();
    }

    private Stream<Up> since(long millis) {
        return ups.stream().filter(up -> up.timestamp() > millis);
    }

    /** The longest time that any of some targets was not scraped. */
    private long longestGap(Set<String> of, long fromMillis) {
        long longest = 0;
        for (String target : of) {
            long[] times = since(fromMillis - 2 * INTERVAL_MILLIS)
                    .filter(up -> up.target().equals(target))
                    .mapToLong(Up::timestamp)
                    .sorted()
                    .toArray();
            for (int i = 1; i < times.length; i++) {
                longest = Math.max(longest, times[i] - times[i - 1]);
            }
        }
        return longest;
    }

    /*
     * What a move may cost: the time until it is noticed, which the test measures, and an interval at either end, since the last scrape
     * may have been due just then and the next one only just was. Targets that stayed show how long an interval is on this machine.
     */
    private void assertLittleWasLost(Set<String> moved, Set<String> stayed, long beganMillis, long noticedMillis) {
        assertThat(moved).isNotEmpty();
        assertThat(longestGap(moved, beganMillis))
                .as("the longest time without a scrape of a target that moved")
                .isLessThanOrEqualTo(
                        noticedMillis - beganMillis + 2 * Math.max(INTERVAL_MILLIS, longestGap(stayed, beganMillis)));
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
        assertThat(allAreScrapedAgain()).doesNotHaveDuplicates();

        // A third one dies: its targets go on elsewhere, and nobody says that their series ended.
        ScrapeRuntime third = node();
        third.apply(configuration);
        await().atMost(PATIENCE).until(() -> !targets(third).isEmpty());
        await().atMost(PATIENCE)
                .until(() -> targets(first).size()
                                + targets(second).size()
                                + targets(third).size()
                        == TARGETS);
        allAreScrapedAgain();
        Set<String> moved = targets(third);
        Set<String> stayed = new HashSet<>(targets(first));
        stayed.addAll(targets(second));
        Cluster dying = Cluster.get(kits.get(2).system());
        long died = System.currentTimeMillis();
        kits.get(2).shutdownTestKit();
        Cluster.get(kits.get(0).system())
                .manager()
                .tell(new Down(dying.selfMember().address()));
        await().atMost(PATIENCE).until(() -> isShared(first, second));
        long noticed = System.currentTimeMillis();
        allAreScrapedAgain();
        stayed.removeAll(moved);
        assertLittleWasLost(moved, stayed, died, noticed);
        assertThat(ended).isEmpty();

        // One goes in order.
        moved = targets(second);
        stayed = targets(first);
        long left = System.currentTimeMillis();
        second.stop();
        Cluster cluster = Cluster.get(kits.get(1).system());
        cluster.manager().tell(Leave.create(cluster.selfMember().address()));
        await().atMost(PATIENCE).until(() -> targets(first).size() == TARGETS);
        long taken = System.currentTimeMillis();
        allAreScrapedAgain();
        assertLittleWasLost(moved, stayed, left, taken);
        assertThat(ended).isEmpty();
    }
}
