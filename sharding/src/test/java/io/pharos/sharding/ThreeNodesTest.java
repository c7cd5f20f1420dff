package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.plan.Answers;
import io.pharos.promql.plan.RandomQueries;
import io.pharos.promql.plan.RandomSeries;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryService;
import io.pharos.promql.query.QueryValue;
import io.pharos.promql.script.MemorySource;
import io.pharos.sharding.query.Cardinality;
import io.pharos.sharding.rollup.RollUpSettings;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.Stores;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three nodes in one JVM that talk over loopback as processes do: nothing but bytes passes between them. */
class ThreeNodesTest {
    private static final int SHARDS = 64;
    private static final List<TestNode> NODES = new ArrayList<>();
    private static final long NOW = System.currentTimeMillis();

    @BeforeAll
    static void start() throws Exception {
        Stores stores = new InMemoryStores().stores();
        NODES.add(new TestNode(stores, ThreeNodesTest::settings));
        NODES.get(0).awaitReady();
        NODES.add(new TestNode(stores, ThreeNodesTest::settings, NODES.get(0)));
        NODES.add(new TestNode(stores, ThreeNodesTest::settings, NODES.get(0)));
        // Every node has shards, and every node knows where all of them are.
        Awaitility.await().atMost(4, TimeUnit.MINUTES).untilAsserted(() -> {
            for (TestNode node : NODES) {
                Set<String> owners = new HashSet<>();
                node.runtime.status().shards().forEach(shard -> owners.add(shard.owner()));
                assertThat(owners).hasSize(3).doesNotContain("");
            }
        });
    }

    /** Random series lie in 1970, where a default cluster would read roll-ups. */
    private static ShardingSettings settings(ShardingSettings settings) {
        RollUpSettings rollUp = settings.rollUp();
        return settings.withShardCount(SHARDS)
                .withRollUp(new RollUpSettings(
                        TierRules.RAW_ONLY,
                        rollUp.interval(),
                        rollUp.margin(),
                        rollUp.spread(),
                        rollUp.seriesAtOnce(),
                        rollUp.pause()));
    }

    @AfterAll
    static void stop() {
        List<TestNode> all = new ArrayList<>(NODES);
        Collections.reverse(all);
        all.forEach(TestNode::close);
    }

    @Test
    void anyNodeTakesAnySampleAndAnswersAnyQuery() throws Exception {
        for (int round = 0; round < 6; round++) {
            SampleBatchBuilder batch = new SampleBatchBuilder();
            for (int i = 0; i < 500; i++) {
                batch.add(
                        Labels.of("__name__", "cpu", "host", "h" + i, "pool", "p" + i % 4),
                        NOW - 60_000 + round * 10_000L,
                        i + round * 0.25);
            }
            NODES.get(round % 3).append(batch);
        }
        for (TestNode node : NODES) {
            assertThat(node.number("count(cpu)", NOW)).isEqualTo(500);
            assertThat(node.number("sum(count_over_time(cpu[2m]))", NOW)).isEqualTo(3000);
            assertThat(node.number("sum(cpu)", NOW)).isEqualTo(499 * 250 + 500 * 1.25);
            assertThat(node.runtime
                            .queries()
                            .labelValues(
                                    "host",
                                    List.of(List.of(LabelMatcher.equal("pool", "p1"))),
                                    NOW - 100_000,
                                    NOW,
                                    QueryOptions.defaults())
                            .toCompletableFuture()
                            .get(2, TimeUnit.MINUTES)
                            .values())
                    .hasSize(125);
        }
    }

    @Test
    void randomQueriesAnswerAsOneEvaluationDoes() throws Exception {
        Random random = new Random(11);
        MemorySource whole = RandomSeries.of(random);
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (Map.Entry<Labels, ? extends Map<Long, MemorySource.Sample>> series :
                whole.series().entrySet()) {
            for (Map.Entry<Long, MemorySource.Sample> sample : series.getValue().entrySet()) {
                Histogram histogram = sample.getValue().histogram();
                batch.series(series.getKey());
                if (histogram == null) {
                    batch.sample(sample.getKey(), sample.getValue().value());
                } else {
                    batch.histogram(sample.getKey(), histogram);
                }
            }
        }
        NODES.get(1).append(batch);
        Engine engine =
                new Engine(EngineSettings.of(NODES.get(0).system.settings().config()));
        RandomQueries queries = new RandomQueries(random);
        int nonEmpty = 0;
        for (int i = 0; i < 150; i++) {
            String query = queries.vector(1 + random.nextInt(4));
            boolean range = random.nextInt(3) > 0;
            Object expected = Answers.outcome(() -> range
                    ? engine.range(query, 900_000, 1_800_000, 75_000, QueryOptions.defaults(), whole)
                    : engine.instant(query, 1_500_000, QueryOptions.defaults(), whole));
            QueryService service = NODES.get(i % 3).runtime.queries();
            Object found = Answers.outcome(() -> (range
                            ? service.range(query, 900_000, 1_800_000, 75_000, QueryOptions.defaults())
                            : service.instant(query, 1_500_000, QueryOptions.defaults()))
                    .toCompletableFuture()
                    .get(2, TimeUnit.MINUTES));
            Answers.assertSame("query " + i + ": " + query, expected, found);
            nonEmpty += expected instanceof QueryResult ? 1 : 0;
        }
        assertThat(nonEmpty).isGreaterThan(75);
    }

    @Test
    void answersOfManyMessagesComeWhole() throws Exception {
        String padding = "x".repeat(100);
        for (int part = 0; part < 10; part++) {
            SampleBatchBuilder batch = new SampleBatchBuilder();
            for (int i = part * 500; i < part * 500 + 500; i++) {
                batch.add(Labels.of("__name__", "wide", "host", padding + i), NOW - 10_000, i);
                batch.add(Labels.of("__name__", "wide", "host", padding + i), NOW, i + 0.1);
            }
            NODES.get(part % 3).append(batch);
        }
        QueryService service = NODES.get(2).runtime.queries();
        QueryOptions options = QueryOptions.defaults();
        List<List<LabelMatcher>> wide = List.of(List.of(LabelMatcher.equal("__name__", "wide")));
        assertThat(service.labelValues("host", wide, NOW - 100_000, NOW, options)
                        .toCompletableFuture()
                        .get(2, TimeUnit.MINUTES)
                        .values())
                .hasSize(5000);
        assertThat(service.series(wide, NOW - 100_000, NOW, options)
                        .toCompletableFuture()
                        .get(2, TimeUnit.MINUTES)
                        .values())
                .hasSize(5000);
        // Some 12 MB of values a shard at once, no two alike.
        QueryValue.Matrix matrix = (QueryValue.Matrix) service.range("wide * time()", NOW - 200_000, NOW, 200, options)
                .toCompletableFuture()
                .get(120, TimeUnit.SECONDS)
                .value();
        assertThat(matrix.series()).hasSize(5000);
        QueryValue.MatrixSeries one = matrix.series().get(0);
        assertThat(one.timestampsMillis()).hasSize(51);
        // A group for each host, and one series longer than a message.
        assertThat(((QueryValue.Vector) service.instant("sum by (host) (wide)", NOW, options)
                                .toCompletableFuture()
                                .get(2, TimeUnit.MINUTES)
                                .value())
                        .samples())
                .hasSize(5000);
        QueryValue.Matrix longest = (QueryValue.Matrix)
                service.range("stddev(wide) by (nothing)", NOW - 10_000_000, NOW + 290_000, 1000, options)
                        .toCompletableFuture()
                        .get(2, TimeUnit.MINUTES)
                        .value();
        assertThat(longest.series()).hasSize(1);
        assertThat(longest.series().get(0).values()).hasSize(301);
    }

    @Test
    void anyNodeTellsWhatHasMostSeriesInTheCluster() throws Exception {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (int i = 0; i < 900; i++) {
            batch.add(Labels.of("__name__", "exploded", "request", "r" + i), NOW, i);
        }
        NODES.get(1).append(batch);
        for (TestNode node : NODES) {
            Cardinality all = node.runtime
                    .cardinality(Cardinality.LIMIT_MAX, QueryOptions.defaults())
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            assertThat(all.seriesByMetric()).contains(new Cardinality.Count("exploded", 900));
            assertThat(all.valuesByLabel()).contains(new Cardinality.Count("request", 900));
            assertThat(all.seriesByPair())
                    .contains(new Cardinality.Count("__name__=exploded", 900), new Cardinality.Count("request=r17", 1));
            assertThat(all.series()).isGreaterThanOrEqualTo(900);
            assertThat(all.chunks()).isGreaterThanOrEqualTo(900);
            assertThat(all.minMillis()).isLessThanOrEqualTo(NOW);
            assertThat(all.maxMillis()).isGreaterThanOrEqualTo(NOW);
        }
    }
}
