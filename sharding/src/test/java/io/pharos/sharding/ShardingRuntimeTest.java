package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryValue;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ShardingRuntimeTest {
    private final InMemoryStores stores = new InMemoryStores();

    private static Labels series(int i) {
        return Labels.of("__name__", "cpu", "instance", "host-" + i, "job", "node");
    }

    private static AppendResult append(TestNode node, SampleBatchBuilder batch) throws Exception {
        return node.runtime
                .sink()
                .append(batch.build(), Instant.now().plusSeconds(90))
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
    }

    @Test
    void whatWasAcknowledgedIsAnsweredAndSurvivesAKill() throws Exception {
        long now = System.currentTimeMillis();
        try (TestNode node = new TestNode(stores.stores(), settings -> settings.withShardCount(8)).awaitReady()) {
            for (int round = 0; round < 5; round++) {
                SampleBatchBuilder batch = new SampleBatchBuilder();
                for (int i = 0; i < 200; i++) {
                    batch.add(series(i), now - 50_000 + round * 10_000L, i + round);
                }
                assertThat(append(node, batch)).isEqualTo(AppendResult.Decided.allOf(200));
            }
            assertSum(node, now);
            node.kill();
        }
        try (TestNode node = new TestNode(stores.stores(), settings -> settings.withShardCount(8)).awaitReady()) {
            assertSum(node, now);
            node.runtime.checkpoint().toCompletableFuture().get(2, TimeUnit.MINUTES);
            assertSum(node, now);
            SampleBatchBuilder batch = new SampleBatchBuilder();
            for (int i = 0; i < 200; i++) {
                batch.add(series(i), now, i + 5);
            }
            assertThat(append(node, batch)).isEqualTo(AppendResult.Decided.allOf(200));
            node.kill();
        }
        try (TestNode node = new TestNode(stores.stores(), settings -> settings.withShardCount(8)).awaitReady()) {
            assertThat(count(node, "sum(count_over_time(cpu[2m]))", now)).isEqualTo(1200);
            assertThat(count(node, "sum(cpu)", now)).isEqualTo(199 * 100 + 200 * 5);
            List<String> names = node.runtime
                    .queries()
                    .labelNames(List.of(), now - 1000_000, now, QueryOptions.defaults())
                    .toCompletableFuture()
                    .get(2, TimeUnit.MINUTES)
                    .values();
            assertThat(names).containsExactly("__name__", "instance", "job");
            assertThat(node.runtime
                            .queries()
                            .series(
                                    List.of(List.of(LabelMatcher.equal("instance", "host-7"))),
                                    now - 100_000,
                                    now,
                                    QueryOptions.defaults())
                            .toCompletableFuture()
                            .get(2, TimeUnit.MINUTES)
                            .values())
                    .containsExactly(series(7));
        }
    }

    private static void assertSum(TestNode node, long now) throws Exception {
        assertThat(count(node, "sum(cpu)", now)).isEqualTo(199 * 100 + 200 * 4);
        assertThat(count(node, "count(cpu)", now)).isEqualTo(200);
        assertThat(count(node, "sum(count_over_time(cpu[2m]))", now)).isEqualTo(1000);
    }

    private static double count(TestNode node, String expression, long time) throws Exception {
        QueryValue value = node.runtime
                .queries()
                .instant(expression, time, QueryOptions.defaults())
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES)
                .value();
        return ((QueryValue.Vector) value).samples().get(0).value();
    }
}
