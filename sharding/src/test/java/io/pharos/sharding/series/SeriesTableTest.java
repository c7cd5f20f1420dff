package io.pharos.sharding.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.index.StringPool;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.sample.StaleMarker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SeriesTableTest {
    private static final long NOW = 1_700_000_000_000L;
    private final SeriesTable table = new SeriesTable(new StringPool(), 3_600_000, 600_000);
    private final SeriesMemory memory =
            new SeriesMemory(new SealSettings(720, Duration.ofHours(2), 120), new SeriesMemory.Sealer() {
                @Override
                public long epoch() {
                    return 1;
                }

                @Override
                public int nextSequence() {
                    return 1;
                }

                @Override
                public void sealed(SeriesSlot slot, HotChunk chunk) {}

                @Override
                public void evicted(int bytes) {}

                @Override
                public void loaded(int bytes) {}

                @Override
                public void failed(SeriesSlot slot, RuntimeException cause) {
                    throw cause;
                }
            });

    private SeriesSlot series(String name) {
        Labels labels = Labels.of("__name__", name);
        return table.add(labels, SeriesIdentity.of(labels), SeriesView.NEW);
    }

    private int admit(SeriesSlot slot, long time, double value) {
        int verdict = table.admit(slot.ref(), time, Double.doubleToRawLongBits(value), NOW);
        if (verdict == SeriesTable.IN_ORDER) {
            memory.append(slot, time, value);
        } else if (verdict == SeriesTable.LATE) {
            memory.late(slot, time, value);
        }
        return verdict;
    }

    @Test
    void samplesAreJudgedByTheirSeriesLastOne() {
        SeriesSlot slot = series("a");
        assertThat(admit(slot, NOW, 1)).isEqualTo(SeriesTable.IN_ORDER);
        assertThat(admit(slot, NOW, 1)).isEqualTo(SeriesTable.REPEATED);
        assertThat(admit(slot, NOW, 2)).isEqualTo(SeriesTable.DUPLICATE);
        assertThat(Double.longBitsToDouble(table.collided())).isEqualTo(1);
        assertThat(admit(slot, NOW - 5_000, 3)).isEqualTo(SeriesTable.LATE);
        assertThat(admit(slot, NOW - 5_000, 3)).isEqualTo(SeriesTable.REPEATED);
        assertThat(admit(slot, NOW - 5_000, 4)).isEqualTo(SeriesTable.DUPLICATE);
        assertThat(Double.longBitsToDouble(table.collided())).isEqualTo(3);
        assertThat(admit(slot, NOW - 3_600_000, 5)).isEqualTo(SeriesTable.LATE);
        assertThat(admit(slot, NOW - 3_600_001, 5)).isEqualTo(SeriesTable.TOO_OLD);
        assertThat(admit(slot, NOW - 9_000_000, 5)).isEqualTo(SeriesTable.TOO_OLD);
        assertThat(table.collided()).isEqualTo(NOW);
        assertThat(admit(slot, NOW + 600_000, 6)).isEqualTo(SeriesTable.IN_ORDER);
        assertThat(admit(slot, NOW + 600_001, 7)).isEqualTo(SeriesTable.TOO_FAR_AHEAD);
    }

    @Test
    void theRetryOfASampleThatWasJustInsideTheWindowIsStillARepeat() {
        SeriesSlot slot = series("a");
        assertThat(admit(slot, NOW - 3_600_000, 1)).isEqualTo(SeriesTable.IN_ORDER);
        assertThat(admit(slot, NOW + 10_000, 2)).isEqualTo(SeriesTable.IN_ORDER);
        assertThat(admit(slot, NOW - 3_600_000, 1)).isEqualTo(SeriesTable.REPEATED);
    }

    @Test
    void nansAreTheSameByTheirBits() {
        SeriesSlot slot = series("a");
        assertThat(admit(slot, NOW, StaleMarker.VALUE)).isEqualTo(SeriesTable.IN_ORDER);
        assertThat(admit(slot, NOW, StaleMarker.VALUE)).isEqualTo(SeriesTable.REPEATED);
        assertThat(admit(slot, NOW, Double.NaN)).isEqualTo(SeriesTable.DUPLICATE);
    }

    @Test
    void seriesAreFoundByIdAndByLabels() {
        for (int i = 0; i < 1000; i++) {
            assertThat(series("metric_" + i).ref()).isEqualTo(i);
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(table.ref(SeriesIdentity.of(Labels.of("__name__", "metric_" + i))
                            .id()))
                    .isEqualTo(i);
        }
        assertThat(table.ref(SeriesIdentity.of(Labels.of("__name__", "other")).id()))
                .isEqualTo(-1);
        assertThat(table.slotOrNull(1000)).isNull();
        assertThat(table.index().size()).isEqualTo(1000);
    }
}
