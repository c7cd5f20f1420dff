package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.promql.query.QueryOptions;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ShardingRuntimeTest {
    private final InMemoryStores stores = new InMemoryStores();

    private static Labels series(int i) {
        return Labels.of("__name__", "cpu", "instance", "host-" + i, "job", "node");
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
                node.append(batch);
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
            node.append(batch);
            node.kill();
        }
        try (TestNode node = new TestNode(stores.stores(), settings -> settings.withShardCount(8)).awaitReady()) {
            assertThat(node.number("sum(count_over_time(cpu[2m]))", now)).isEqualTo(1200);
            assertThat(node.number("sum(cpu)", now)).isEqualTo(199 * 100 + 200 * 5);
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
        assertThat(node.number("sum(cpu)", now)).isEqualTo(199 * 100 + 200 * 4);
        assertThat(node.number("count(cpu)", now)).isEqualTo(200);
        assertThat(node.number("sum(count_over_time(cpu[2m]))", now)).isEqualTo(1000);
    }
}
