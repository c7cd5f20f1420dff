package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.memory.InMemoryStores;
import io.pharos.timeseries.store.memory.StoreInterceptor;
import io.pharos.timeseries.store.memory.StoreOperation;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PreloadTest {
    private static final int SERIES = 150;
    private static final long MINUTE = 60_000;

    private final InMemoryStores stores = new InMemoryStores();
    private final long now = System.currentTimeMillis();
    private final AtomicBoolean away = new AtomicBoolean();
    private final AtomicInteger failing = new AtomicInteger();

    private final StoreInterceptor faults = new StoreInterceptor() {
        @Override
        public Fate before(StoreOperation operation) {
            boolean read = operation.is(StoreOperation.Port.CHUNKS, "read");
            return read && (away.get() || failing.getAndDecrement() > 0)
                    ? new Fate.Fail("chunks are away")
                    : new Fate.Proceed();
        }
    };

    private static ShardingSettings preloading(ShardingSettings settings) {
        return settings.withShardCount(2).withShard(Shards.withHotPreload(settings.shard(), Duration.ofHours(2)));
    }

    private static void append(TestNode node, long time) throws Exception {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (int i = 0; i < SERIES; i++) {
            // One metric that is read whole, and some that are read by name.
            batch.add(Labels.of("__name__", i < 130 ? "many" : "few_" + i % 3, "host", "h" + i), time, i);
        }
        node.append(batch);
    }

    private double samples(TestNode node, String window) throws Exception {
        return node.number("sum(count_over_time({host!=\"\"}[" + window + "]))", now);
    }

    private static double preloaded(TestNode node) {
        return node.registry.scrape().stream()
                .filter(metric -> metric.getMetadata().getName().equals("pharos_sharding_series_preloaded"))
                .mapToDouble(metric ->
                        ((CounterSnapshot) metric).getDataPoints().get(0).getValue())
                .sum();
    }

    @Test
    void afterARestartTheLastHoursComeBackIntoMemoryAndNothingOlder() throws Exception {
        try (TestNode node = new TestNode(stores.stores(), PreloadTest::preloading).awaitReady()) {
            append(node, now - 200 * MINUTE);
            append(node, now - 199 * MINUTE);
            node.runtime.checkpoint().toCompletableFuture().get(60, TimeUnit.SECONDS);
            for (int i = 0; i < 6; i++) {
                append(node, now - 90 * MINUTE + i * 10L * MINUTE);
            }
            node.runtime.checkpoint().toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
        failing.set(1);
        try (TestNode node = new TestNode(stores.stores(faults), PreloadTest::preloading).awaitReady()) {
            // New and late samples come while it is under way.
            append(node, now - 20 * MINUTE);
            append(node, now - 55 * MINUTE);
            Awaitility.await()
                    .atMost(3, TimeUnit.MINUTES)
                    .untilAsserted(() -> assertThat(preloaded(node)).isEqualTo(1.0 * SERIES));
            away.set(true);
            Awaitility.await()
                    .atMost(1, TimeUnit.MINUTES)
                    .untilAsserted(() -> assertThat(samples(node, "100m")).isEqualTo(8.0 * SERIES));
            assertThat(node.runtime.status().hotBytes()).isPositive();
            assertThatThrownBy(() -> samples(node, "300m")).hasMessageContaining("chunks are away");
            away.set(false);
            assertThat(samples(node, "300m")).isEqualTo(10.0 * SERIES);
        }
    }

    @Test
    void aShardIsReadyAndAnswersWhileItsLastHoursCannotBeRead() throws Exception {
        try (TestNode node = new TestNode(stores.stores(), PreloadTest::preloading).awaitReady()) {
            append(node, now - 90 * MINUTE);
            node.runtime.checkpoint().toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
        away.set(true);
        try (TestNode node = new TestNode(stores.stores(faults), PreloadTest::preloading).awaitReady()) {
            append(node, now - 2 * MINUTE);
            away.set(false);
            assertThat(samples(node, "100m")).isEqualTo(2.0 * SERIES);
        }
    }
}
