package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.sharding.shard.LimitSettings;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.AppendResult.Refusal;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SeriesLimitsInAClusterTest {
    private static final LimitSettings LIMITS = new LimitSettings(6, 4, 5, 4, 20, 20);

    private final InMemoryStores stores = new InMemoryStores();

    private static ShardingSettings limited(ShardingSettings settings, LimitSettings limits) {
        return settings.withShardCount(1).withShard(Shards.withLimits(settings.shard(), limits));
    }

    private static Labels series(String metric, int host) {
        return Labels.of("__name__", metric, "host", "h" + host);
    }

    private static AppendResult.Decided append(TestNode node, long time, Labels... series) throws Exception {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (Labels labels : series) {
            batch.add(labels, time, 1);
        }
        return (AppendResult.Decided) node.runtime
                .sink()
                .append(batch.build(), Instant.now().plusSeconds(60))
                .toCompletableFuture()
                .get(90, TimeUnit.SECONDS);
    }

    private static String refused(AppendResult.Decided decided, RefusalReason reason) {
        assertThat(decided.refusedByReason()).isEqualTo(Map.of(reason, 1));
        Refusal refusal = decided.refusals().get(0);
        assertThat(refusal.reason()).isEqualTo(reason);
        return refusal.detail();
    }

    @Test
    void aNewSeriesBeyondALimitIsRefusedWithASentenceAndOthersGoOn() throws Exception {
        long now = System.currentTimeMillis();
        try (TestNode node = new TestNode(stores.stores(), settings -> limited(settings, LIMITS)).awaitReady()) {
            Labels[] metric = {series("a", 0), series("a", 1), series("a", 2), series("a", 3)};
            assertThat(append(node, now - 3000, metric)).isEqualTo(AppendResult.Decided.allOf(4));

            AppendResult.Decided beyond = append(node, now - 2000, series("a", 0), series("a", 4), series("a", 1));
            assertThat(beyond.accepted()).isEqualTo(2);
            assertThat(refused(beyond, RefusalReason.METRIC_SERIES_LIMIT))
                    .contains("metric a may have 4 series", "(pharos.sharding.limits.metric-series-max)");
            assertThat(beyond.summary()).startsWith("1 samples refused, series limit of the metric reached: a{host=");

            assertThat(refused(
                            append(node, now, Labels.of("__name__", "b", "host", "0123456789012345678901234")),
                            RefusalReason.LABEL_VALUE_TOO_LONG))
                    .contains("the value of label host takes 25 bytes", "may take 20", "label-value-bytes-max");
            assertThat(refused(
                            append(node, now, Labels.of("__name__", "b", "a_name_of_more_than_twenty_bytes", "1")),
                            RefusalReason.LABEL_NAME_TOO_LONG))
                    .contains("a_name_of_more_than_twenty_bytes takes 32 bytes", "label-name-bytes-max");
            assertThat(refused(
                            append(node, now, Labels.of("__name__", "b", "c", "1", "d", "1", "e", "1", "f", "1")),
                            RefusalReason.LABEL_NAMES_LIMIT))
                    .contains("it has 5 labels, a new series may have 4", "label-names-max");

            assertThat(append(node, now, series("b", 4)).refused()).isZero();
            assertThat(refused(append(node, now, series("b", 5)), RefusalReason.LABEL_VALUES_LIMIT))
                    .contains("label host has 5 values", "label-values-max");
            assertThat(append(node, now, series("b", 1)).refused()).isZero();
            assertThat(refused(append(node, now, series("c", 1)), RefusalReason.SERIES_LIMIT))
                    .contains("the cluster takes 6 series", "(pharos.sharding.limits.series-max)");
            assertThat(append(node, now, metric)).isEqualTo(AppendResult.Decided.allOf(4));

            assertThat(node.runtime.status().refusals())
                    .containsEntry(RefusalReason.SERIES_LIMIT, 1L)
                    .containsEntry(RefusalReason.METRIC_SERIES_LIMIT, 1L);
        }
        // Lowered limits, and a node that has to learn all identities anew: what is there goes on.
        LimitSettings lower = new LimitSettings(1, 1, 1, 1, 1, 1);
        try (TestNode node = new TestNode(stores.stores(), settings -> limited(settings, lower)).awaitReady()) {
            assertThat(append(node, now + 1, series("a", 0), series("a", 3), series("b", 4)))
                    .isEqualTo(AppendResult.Decided.allOf(3));
            assertThat(append(node, now + 1, series("a", 4)).refused()).isEqualTo(1);
        }
    }
}
