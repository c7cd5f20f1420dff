package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryService.Found;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.Exemplar;
import io.pharos.timeseries.sample.ExemplarBatch;
import io.pharos.timeseries.sample.ExemplarBatchBuilder;
import io.pharos.timeseries.sample.ExemplarRefusal;
import io.pharos.timeseries.sample.ExemplarSink;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.sample.SeriesExemplars;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Exemplars from a request to an answer, over nodes, moves and a stop. */
class ExemplarsInAClusterTest {
    private static final int SHARDS = 8;
    private static final int SERIES = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final InMemoryStores stores = new InMemoryStores();
    private final List<TestNode> nodes = new ArrayList<>();
    private final long base = System.currentTimeMillis() - 60_000;

    @AfterEach
    void stop() {
        nodes.forEach(TestNode::close);
    }

    private TestNode start() {
        TestNode node = nodes.isEmpty()
                ? new TestNode(stores.stores(), settings -> settings.withShardCount(SHARDS))
                : new TestNode(stores.stores(), settings -> settings.withShardCount(SHARDS), nodes.get(0));
        nodes.add(node);
        return node;
    }

    private static Labels series(int i) {
        return Labels.of("__name__", i % 2 == 0 ? "even_bucket" : "odd_bucket", "i", "" + i, "le", "1.0");
    }

    private static Exemplar exemplar(long time, String trace) {
        return new Exemplar(Labels.of("trace_id", trace), 0.25, time, true);
    }

    private void writeSamples(TestNode node) throws Exception {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (int i = 0; i < SERIES; i++) {
            batch.add(series(i), base, 1);
        }
        assertThat(node.runtime
                        .sink()
                        .append(batch.build(), Instant.now().plusSeconds(120))
                        .toCompletableFuture()
                        .get(3, TimeUnit.MINUTES))
                .isEqualTo(AppendResult.Decided.allOf(SERIES));
    }

    private static ExemplarSink.Taken write(TestNode node, ExemplarBatch batch) throws Exception {
        return node.runtime
                .exemplarSink()
                .append(batch, Instant.now().plusSeconds(120))
                .toCompletableFuture()
                .get(3, TimeUnit.MINUTES);
    }

    private ExemplarBatch round(int round) {
        ExemplarBatchBuilder batch = new ExemplarBatchBuilder(1000);
        for (int i = 0; i < SERIES; i++) {
            batch.add(series(i), exemplar(base + round, round + "-" + i));
        }
        return batch.build();
    }

    private static Map<Labels, List<Exemplar>> read(TestNode node, String query, long from, long to) {
        Found<SeriesExemplars> found;
        try {
            found = node.runtime
                    .exemplarQueries()
                    .exemplars(query, from, to, QueryOptions.defaults())
                    .toCompletableFuture()
                    .get(3, TimeUnit.MINUTES);
        } catch (Exception failure) {
            throw new IllegalStateException(failure.getCause());
        }
        assertThat(found.warnings()).isEmpty();
        Map<Labels, List<Exemplar>> bySeries = new TreeMap<>();
        Labels before = null;
        for (SeriesExemplars series : found.values()) {
            assertThat(before == null || before.compareTo(series.series()) < 0).isTrue();
            before = series.series();
            bySeries.put(series.series(), series.exemplars());
        }
        return bySeries;
    }

    private Map<Labels, List<Exemplar>> expected(int rounds) {
        Map<Labels, List<Exemplar>> all = new TreeMap<>();
        for (int i = 0; i < SERIES; i++) {
            for (int round = 0; round < rounds; round++) {
                all.computeIfAbsent(series(i), added -> new ArrayList<>()).add(exemplar(base + round, round + "-" + i));
            }
        }
        return all;
    }

    private static void awaitShardsOn(TestNode node, int least) {
        await().atMost(PATIENCE)
                .until(() -> node.runtime.status().shards().stream()
                                .filter(shard -> shard.state().equals("open") && shard.series() > 0)
                                .count()
                        >= least);
    }

    /** What a shard wrote as it left may come a moment after it is open elsewhere. */
    private void awaitAll(TestNode node, int rounds) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(read(node, "even_bucket or odd_bucket", base, base + 1000))
                        .isEqualTo(expected(rounds)));
    }

    /** A round of the even series is deleted: of memory and of the store, and not what comes of later times. */
    private void deletedOnesAreNotShown(TestNode node) throws Exception {
        List<List<LabelMatcher>> even = List.of(List.of(LabelMatcher.equal("__name__", "even_bucket")));
        // Shards may still be on their way from the node that stopped; to ask again is harmless.
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> node.runtime
                                .delete(even, base + 1, base + 1, Duration.ofSeconds(30))
                                .toCompletableFuture()
                                .get(1, TimeUnit.MINUTES)
                        == null);
        Map<Labels, List<Exemplar>> left = expected(3);
        left.forEach((labels, exemplars) -> {
            if (labels.valueOf("__name__").equals("even_bucket")) {
                exemplars.remove(1);
            }
        });
        assertThat(read(node, "even_bucket or odd_bucket", base, base + 1000)).isEqualTo(left);
        node.runtime
                .delete(even, Long.MIN_VALUE, Long.MAX_VALUE, Duration.ofMinutes(1))
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
        assertThat(read(node, "even_bucket", 0, Long.MAX_VALUE / 2)).isEmpty();
        Exemplar later = exemplar(System.currentTimeMillis() + 60_000, "later");
        ExemplarBatchBuilder batch = new ExemplarBatchBuilder(1);
        batch.add(series(0), later);
        assertThat(write(node, batch.build()).accepted()).isEqualTo(1);
        assertThat(read(node, "even_bucket", 0, Long.MAX_VALUE / 2)).isEqualTo(Map.of(series(0), List.of(later)));
    }

    @Test
    void theyAreFoundEverywhereAndOutliveTheirNode() throws Exception {
        TestNode one = start().awaitReady();
        assertThat(write(one, round(0)).refused()).isEqualTo(Map.of(ExemplarRefusal.UNKNOWN_SERIES, SERIES));
        writeSamples(one);
        assertThat(write(one, round(0))).isEqualTo(new ExemplarSink.Taken(SERIES, Map.of()));
        assertThat(write(one, round(0))).isEqualTo(new ExemplarSink.Taken(SERIES, Map.of()));
        assertThat(read(one, "even_bucket or odd_bucket", base, base + 1000)).isEqualTo(expected(1));
        assertThat(read(one, "histogram_quantile(0.9, rate(even_bucket[5m])) / sum(absent_metric)", base, base))
                .hasSize(SERIES / 2);
        assertThat(read(one, "{i=~\"1|2\"}", 0, Long.MAX_VALUE / 2)).hasSize(2);
        assertThat(read(one, "test", base * 1000, base * 1000 + 1)).isEmpty();
        assertThat(read(one, "1 + 1", base, base + 1)).isEmpty();
        assertThatThrownBy(() -> read(one, "sum(", base, base)).hasMessageContaining("parse error");

        TestNode two = start().awaitReady();
        awaitShardsOn(two, 1);
        // Both ways between the nodes, while some shards may still be moving.
        await().atMost(PATIENCE).until(() -> write(two, round(1)).equals(new ExemplarSink.Taken(SERIES, Map.of())));
        await().atMost(PATIENCE).until(() -> write(one, round(2)).equals(new ExemplarSink.Taken(SERIES, Map.of())));
        awaitAll(two, 3);
        awaitAll(one, 3);

        two.runtime.stop().toCompletableFuture().get(3, TimeUnit.MINUTES);
        awaitAll(one, 3);
        deletedOnesAreNotShown(one);
    }
}
