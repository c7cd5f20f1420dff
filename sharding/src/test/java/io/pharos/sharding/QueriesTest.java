package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pharos.promql.query.Cancellation;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryValue;
import io.pharos.sharding.query.QuerySettings;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.ShardRecord;
import io.pharos.timeseries.store.memory.InMemoryStores;
import io.pharos.timeseries.store.memory.StoreInterceptor;
import io.pharos.timeseries.store.memory.StoreOperation;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class QueriesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final InMemoryStores stores = new InMemoryStores();
    private final long now = System.currentTimeMillis();

    private static ShardingSettings small(ShardingSettings settings) {
        return settings.withShardCount(8);
    }

    private static void append(TestNode node, long time, double value) throws Exception {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (int i = 0; i < 100; i++) {
            batch.add(Labels.of("__name__", "cpu", "host", "h" + i, "pool", "p" + i % 4), time, value + i);
        }
        node.append(batch);
    }

    private static QueryResult ask(TestNode node, String expression, long time, QueryOptions options) throws Exception {
        return node.runtime
                .queries()
                .instant(expression, time, options)
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
    }

    @Test
    void whatLeftMemoryIsReadFromTheStoreAndMergedWithWhatIsThere() throws Exception {
        try (TestNode node = new TestNode(
                        stores.stores(),
                        settings -> small(settings).withShard(Shards.withHotSpan(settings.shard(), Duration.ZERO)))
                .awaitReady()) {
            for (int i = 0; i < 10; i++) {
                append(node, now - 600_000 + i * 10_000L, i);
            }
            node.runtime.checkpoint().toCompletableFuture().get(2, TimeUnit.MINUTES);
            assertThat(node.runtime.status().hotBytes()).isZero();
            for (int i = 10; i < 15; i++) {
                append(node, now - 600_000 + i * 10_000L, i);
            }
            assertThat(node.number("sum(count_over_time(cpu[15m]))", now)).isEqualTo(1500);
            assertThat(node.number("sum(count_over_time(cpu{host=\"h3\"}[15m]))", now))
                    .isEqualTo(15);
            assertThat(node.runtime.status().hotRatio()).isLessThan(1);
            assertThat(node.number("max(max_over_time(cpu[15m]))", now)).isEqualTo(113);
            assertThat(node.runtime
                            .queries()
                            .series(
                                    List.of(List.of(LabelMatcher.equal("pool", "p1"))),
                                    now - 600_000,
                                    now - 580_000,
                                    QueryOptions.defaults().withLimit(7))
                            .toCompletableFuture()
                            .get(2, TimeUnit.MINUTES))
                    .satisfies(found -> {
                        assertThat(found.values()).hasSize(7);
                        assertThat(found.warnings()).containsExactly("results truncated due to limit");
                    });
            node.runtime.stop().toCompletableFuture().get(2, TimeUnit.MINUTES);
        }
        ShardRecord handedOver =
                stores.stores().shardRecords().read(0).toCompletableFuture().join();
        assertThat(handedOver.sources()).as("a stop hands over").isEmpty();
        try (TestNode node = new TestNode(stores.stores(), QueriesTest::small).awaitReady()) {
            assertThat(node.number("sum(count_over_time(cpu[15m]))", now)).isEqualTo(1500);
            assertThat(node.number("count(cpu offset 8m)", now)).isEqualTo(100);
        }
    }

    @Test
    void seriesThatAreIdleNeedTheStoreOnlyForTimesBeforeTheRestart() throws Exception {
        try (TestNode node = new TestNode(stores.stores(), QueriesTest::small).awaitReady()) {
            append(node, now - 60_000, 1);
            node.runtime.stop().toCompletableFuture().get(2, TimeUnit.MINUTES);
        }
        StoreInterceptor noChunks = new StoreInterceptor() {
            @Override
            public Fate before(StoreOperation operation) {
                return operation.is(StoreOperation.Port.CHUNKS, "read")
                        ? new Fate.Fail("chunks are away")
                        : new Fate.Proceed();
            }
        };
        try (TestNode node = new TestNode(stores.stores(noChunks), QueriesTest::small).awaitReady()) {
            assertThatThrownBy(() -> ask(node, "cpu", now, QueryOptions.defaults()))
                    .hasMessageContaining("chunks are away");
            QueryValue later =
                    ask(node, "cpu", now + 1_800_000, QueryOptions.defaults()).value();
            assertThat(((QueryValue.Vector) later).samples()).isEmpty();
        }
    }

    @Test
    void aMissingShardIsNamedAndPartialAnswersSaySo() throws Exception {
        StoreInterceptor away = new StoreInterceptor() {
            @Override
            public Fate before(StoreOperation operation) {
                return operation.is(StoreOperation.Port.SHARD_RECORDS, "read")
                                && operation.arguments().get(0).equals(3)
                        ? new Fate.Fail("shard 3 is away")
                        : new Fate.Proceed();
            }
        };
        try (TestNode node = new TestNode(
                stores.stores(away),
                settings -> small(settings)
                        .withQuery(new QuerySettings(
                                settings.query().concurrency(),
                                settings.query().queueMax(),
                                Duration.ofSeconds(2),
                                settings.query().sliceReadSeries(),
                                settings.query().resultBytesMax())))) {
            await().atMost(PATIENCE)
                    .until(() -> node.runtime.status().shards().stream()
                                    .filter(shard -> shard.state().equals("open"))
                                    .count()
                            == 7);
            QueryOptions quick = QueryOptions.defaults().withTimeout(PATIENCE);
            // Both wait for the shard as long as they may: at the same time.
            CompletionStage<QueryResult> partial =
                    node.runtime.queries().instant("cpu", now, quick.withPartialAllowed(true));
            assertThatThrownBy(() -> ask(node, "cpu", now, quick))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            QueryException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(QueryException.Kind.UNAVAILABLE))
                    .hasMessageStartingWith("not available now: shard 3");
            assertThat(partial.toCompletableFuture().get(2, TimeUnit.MINUTES).warnings())
                    .anyMatch(warning -> warning.contains("not available now: shard 3"));
            assertThat(((QueryValue.Scalar) ask(node, "1 + 1", now, quick).value()).value())
                    .isEqualTo(2);
            assertThatThrownBy(() -> ask(node, "cpu(", now, quick))
                    .cause()
                    .isInstanceOfSatisfying(
                            QueryException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(QueryException.Kind.BAD_DATA));
        }
    }

    @Test
    void whatNobodyWaitsForAnyMoreStopsInTheMiddleOfASeries() throws Exception {
        UnaryOperator<ShardingSettings> oneAtATime = settings -> small(settings)
                .withQuery(new QuerySettings(
                        1,
                        settings.query().queueMax(),
                        settings.query().shardWait(),
                        settings.query().sliceReadSeries(),
                        settings.query().resultBytesMax()));
        try (TestNode node = new TestNode(stores.stores(), oneAtATime).awaitReady()) {
            append(node, now, 1);
            // Eight thousand regressions over up to a million points each: a minute or more of one series.
            Cancellation left = new Cancellation();
            CompletableFuture<QueryResult> large = node.runtime
                    .queries()
                    .range(
                            "sum(deriv((cpu{host=\"h1\"})[2000s:2ms]))",
                            now,
                            now + 4_000_000,
                            500,
                            QueryOptions.defaults()
                                    .withLookback(Duration.ofHours(1))
                                    .withCancellation(left))
                    .toCompletableFuture();
            await().atMost(PATIENCE).until(() -> busy(node));
            assertThat(large).isNotDone();
            left.cancel();
            assertThatThrownBy(() -> large.get(2, TimeUnit.MINUTES))
                    .cause()
                    .isInstanceOfSatisfying(
                            QueryException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(QueryException.Kind.CANCELED));
            // The only place where a part may run is free again, or this would wait for the minutes.
            assertThat(node.number("count(cpu)", now)).isEqualTo(100);
        }
    }

    /** Whether a part of a query runs. */
    private static boolean busy(TestNode node) {
        return node.registry.scrape().stream()
                .filter(metric -> metric.getMetadata().getName().equals("pharos_sharding_query_parts"))
                .anyMatch(metric -> metric.getDataPoints().stream()
                        .anyMatch(point -> ((CounterSnapshot.CounterDataPointSnapshot) point).getValue() > 0));
    }

    @Test
    void aQueueThatIsFullNamesItsLengthAndSetting() throws Exception {
        UnaryOperator<ShardingSettings> noQueue = settings -> small(settings)
                .withQuery(new QuerySettings(
                        1,
                        0,
                        Duration.ofSeconds(2),
                        settings.query().sliceReadSeries(),
                        settings.query().resultBytesMax()));
        try (TestNode node = new TestNode(stores.stores(), noQueue).awaitReady()) {
            assertThatThrownBy(() -> ask(node, "cpu", now, QueryOptions.defaults()))
                    .cause()
                    .hasMessageContaining("not available now")
                    .hasMessageContaining("too many queries wait on this node: 0 (pharos.sharding.query.queue-max)");
        }
    }

    @Test
    void aFreshAnswerHasEverythingThatCameBefore() throws Exception {
        try (TestNode node = new TestNode(stores.stores(), QueriesTest::small).awaitReady()) {
            QueryOptions fresh = QueryOptions.defaults().withFreshness(PATIENCE);
            for (int i = 0; i < 5; i++) {
                long time = System.currentTimeMillis();
                append(node, time, i);
                QueryValue value = ask(node, "sum(cpu) - " + (99 * 50 + 100 * i), time, fresh)
                        .value();
                assertThat(((QueryValue.Vector) value).samples().get(0).value()).isZero();
            }
            long soon = System.currentTimeMillis() + 300;
            ask(node, "cpu", soon, fresh);
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(soon);
            QueryOptions impatient = QueryOptions.defaults().withFreshness(Duration.ofSeconds(2));
            assertThatThrownBy(() -> ask(node, "cpu", System.currentTimeMillis() + 600_000, impatient))
                    .cause()
                    .isInstanceOf(QueryException.class);
        }
    }
}
