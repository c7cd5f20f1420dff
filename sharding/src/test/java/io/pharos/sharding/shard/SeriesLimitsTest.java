package io.pharos.sharding.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.timeseries.index.LabelIndex;
import io.pharos.timeseries.index.StringPool;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SeriesLimitsTest {
    private final LabelIndex index = new LabelIndex(new StringPool());

    private static Labels series(String metric, int host) {
        return Labels.of("__name__", metric, "host", "h" + host);
    }

    private static SeriesLimits limits(long series, long metric, int values, int names, int nameBytes, int valueBytes) {
        return new SeriesLimits(new LimitSettings(series, metric, values, names, nameBytes, valueBytes), 1);
    }

    private static String text(Labels labels, SeriesLimits limits, LabelIndex index) {
        RefusalReason reason = Objects.requireNonNull(limits.against(labels, index));
        return reason + " " + limits.reached(reason, labels, index);
    }

    @Test
    void theSeriesOfAShardAreLimitedInAllAndByMetric() {
        SeriesLimits limits = limits(3, 2, 0, 0, 0, 0);
        index.add(0, series("a", 0));
        assertThat(limits.against(series("a", 1), index)).isNull();
        index.add(1, series("a", 1));
        assertThat(text(series("a", 2), limits, index)).isEqualTo("METRIC_SERIES_LIMIT 2");
        index.add(2, series("b", 2));
        assertThat(text(series("c", 0), limits, index)).isEqualTo("SERIES_LIMIT 3");
        index.remove(0);
        assertThat(limits.against(series("a", 3), index)).isNull();
    }

    @Test
    void aLabelHasSoManyValuesAndKnownOnesAreTakenFurther() {
        SeriesLimits limits = limits(0, 0, 2, 0, 0, 0);
        index.add(0, series("a", 0));
        index.add(1, series("a", 1));
        assertThat(limits.against(series("b", 1), index)).isNull();
        Labels more = series("a", 2);
        assertThat(limits.against(more, index)).isEqualTo(RefusalReason.LABEL_VALUES_LIMIT);
        long reached = limits.reached(RefusalReason.LABEL_VALUES_LIMIT, more, index);
        assertThat(SeriesLimits.limit(reached)).isEqualTo(2);
        assertThat(more.name(SeriesLimits.position(reached))).isEqualTo("host");
    }

    @Test
    void theLabelsThemselvesAreLimited() {
        SeriesLimits limits = limits(0, 0, 0, 3, 8, 9);
        assertThat(limits.against(Labels.of("__name__", "a", "b", "1", "c", "1"), index))
                .isNull();
        assertThat(text(Labels.of("__name__", "a", "b", "1", "c", "1", "d", "1"), limits, index))
                .isEqualTo("LABEL_NAMES_LIMIT 3");
        assertThat(text(Labels.of("__name__", "a", "ninechars", "1"), limits, index))
                .isEqualTo("LABEL_NAME_TOO_LONG 8");
        assertThat(text(Labels.of("__name__", "a", "b", "0123456789"), limits, index))
                .isEqualTo("LABEL_VALUE_TOO_LONG 9");
        assertThat(limits.against(Labels.of("__name__", "a", "b", "\u20ac\u20ac\u20ac"), index))
                .isNull();
        assertThat(limits.against(Labels.of("__name__", "a", "b", "\u20ac\u20ac\u20ac1"), index))
                .isEqualTo(RefusalReason.LABEL_VALUE_TOO_LONG);
    }

    @Test
    void withoutLimitsEverythingIsTaken() {
        SeriesLimits limits = limits(0, 0, 0, 0, 0, 0);
        for (int i = 0; i < 100; i++) {
            assertThat(limits.against(series("a", i), index)).isNull();
            index.add(i, series("a", i));
        }
    }

    @Test
    void theSharesOfAllShardsHoldTheLimitWhereverSeriesFall() {
        assertThat(SeriesLimits.share(0, 64)).isEqualTo(Long.MAX_VALUE);
        assertThat(SeriesLimits.share(1000, 1)).isEqualTo(1000);
        assertThat(SeriesLimits.share(20_000_000, 64)).isEqualTo(316_973);
        assertThat(SeriesLimits.share(2_000_000, 64)).isEqualTo(32_665);
        assertThat(SeriesLimits.share(1, 64)).isEqualTo(1);
        for (int limit : new int[] {100, 10_000, 100_000}) {
            int[] held = new int[64];
            for (int i = 0; i < limit; i++) {
                held[SeriesIdentity.of(series("requests", i)).shard(64)]++;
            }
            for (int count : held) {
                assertThat((long) count).isLessThanOrEqualTo(SeriesLimits.share(limit, 64));
            }
        }
    }

    @Test
    void aLimitIsNotNegative() {
        assertThatThrownBy(() -> new LimitSettings(0, -1, 0, 0, 0, 0))
                .hasMessageContaining("pharos.sharding.limits.metric-series-max is -1");
    }

    @Test
    void eachReasonHasANumberOfItsOwn() {
        for (RefusalReason reason : RefusalReason.values()) {
            assertThat(RefusalCode.reason(RefusalCode.of(reason))).isEqualTo(reason);
            assertThat(RefusalCode.of(reason)).isLessThan((byte) RefusalCode.COUNT);
        }
    }
}
