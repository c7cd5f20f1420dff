package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryValue;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.ShardRecord;
import io.pharos.timeseries.store.memory.InMemoryStores;
import io.pharos.timeseries.store.memory.StoreInterceptor;
import io.pharos.timeseries.store.memory.StoreOperation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class QueriesTest {
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
        AppendResult result = node.runtime
                .sink()
                .append(batch.build(), Instant.now().plusSeconds(10))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        assertThat(result).isEqualTo(AppendResult.Decided.allOf(100));
    }

    private static QueryResult ask(TestNode node, String expression, long time, QueryOptions options) throws Exception {
        return node.runtime
                .queries()
                .instant(expression, time, options)
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    private static double number(TestNode node, String expression, long time) throws Exception {
        QueryValue value = ask(node, expression, time, QueryOptions.defaults()).value();
        return ((QueryValue.Vector) value).samples().get(0).value();
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
            node.runtime.checkpoint().toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(node.runtime.status().hotBytes()).isZero();
            for (int i = 10; i < 15; i++) {
                append(node, now - 600_000 + i * 10_000L, i);
            }
            assertThat(number(node, "sum(count_over_time(cpu[15m]))", now)).isEqualTo(1500);
            assertThat(number(node, "sum(count_over_time(cpu{host=\"h3\"}[15m]))", now))
                    .isEqualTo(15);
            assertThat(node.runtime.status().hotRatio()).isLessThan(1);
            assertThat(number(node, "max(max_over_time(cpu[15m]))", now)).isEqualTo(113);
            assertThat(node.runtime
                            .queries()
                            .series(
                                    List.of(List.of(LabelMatcher.equal("pool", "p1"))),
                                    now - 600_000,
                                    now - 580_000,
                                    QueryOptions.defaults().withLimit(7))
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS))
                    .satisfies(found -> {
                        assertThat(found.values()).hasSize(7);
                        assertThat(found.warnings()).containsExactly("results truncated due to limit");
                    });
            node.runtime.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
        ShardRecord handedOver =
                stores.stores().shardRecords().read(0).toCompletableFuture().join();
        assertThat(handedOver.sources()).as("a stop hands over").isEmpty();
        try (TestNode node = new TestNode(stores.stores(), QueriesTest::small).awaitReady()) {
            assertThat(number(node, "sum(count_over_time(cpu[15m]))", now)).isEqualTo(1500);
            assertThat(number(node, "count(cpu offset 8m)", now)).isEqualTo(100);
        }
    }

    @Test
    void seriesThatAreIdleNeedTheStoreOnlyForTimesBeforeTheRestart() throws Exception {
        try (TestNode node = new TestNode(stores.stores(), QueriesTest::small).awaitReady()) {
            append(node, now - 60_000, 1);
            node.runtime.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
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
        try (TestNode node = new TestNode(stores.stores(away), QueriesTest::small)) {
            QueryOptions quick = QueryOptions.defaults().withTimeout(Duration.ofSeconds(12));
            assertThatThrownBy(() -> ask(node, "cpu", now, quick))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            QueryException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(QueryException.Kind.UNAVAILABLE))
                    .hasMessageStartingWith("not available now: shard 3");
            QueryResult partial = ask(node, "cpu", now, quick.withPartialAllowed(true));
            assertThat(partial.warnings()).anyMatch(warning -> warning.contains("not available now: shard 3"));
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
    void aFreshAnswerHasEverythingThatCameBefore() throws Exception {
        try (TestNode node = new TestNode(stores.stores(), QueriesTest::small).awaitReady()) {
            QueryOptions fresh = QueryOptions.defaults().withFreshness(Duration.ofSeconds(5));
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
            assertThatThrownBy(() -> ask(node, "cpu", soon + 60_000, fresh))
                    .cause()
                    .isInstanceOf(QueryException.class);
        }
    }
}
