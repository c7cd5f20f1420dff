package io.pharos.sharding.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.index.StringPool;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.sample.StaleMarker;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
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

    /** Fifty generations in the room of two: what is left of the others is an empty place in an array each. */
    @Test
    void whoLeavesIsNowhereAnyMore() {
        long bytes = 0;
        int[] before = new int[0];
        for (int generation = 0; generation < 50; generation++) {
            int[] refs = new int[200];
            for (int i = 0; i < refs.length; i++) {
                refs[i] = series("g" + generation + "_" + i).ref();
            }
            assertThat(table.hasAll(before)).isTrue();
            SeriesSlot first = before.length == 0 ? null : table.slot(before[0]);
            BitSet leaving = new BitSet();
            for (int ref : before) {
                leaving.set(ref);
            }
            int was = table.generation();
            table.leave(leaving, generation * 1000L);
            assertThat(table.generation()).isEqualTo(was + 2).isEven();
            assertThat(table.knownFromMillis()).isEqualTo(generation * 1000L);
            assertThat(table.liveCount()).isEqualTo(200);
            assertThat(table.index().select(List.of())).containsExactly(refs);
            assertThat(table.index().valueCount("__name__")).isEqualTo(200);
            if (first != null) {
                assertThat(table.hasAll(new int[] {refs[3], first.ref()})).isFalse();
                assertThat(table.slotOrNull(first.ref())).isNull();
                assertThat(table.ref(first.id())).isEqualTo(-1);
                assertThat(first.hasLeft()).isTrue();
                assertThat(table.labels(first)).isEqualTo(Labels.of("__name__", "g" + (generation - 1) + "_0"));
            }
            before = refs;
            if (generation == 1) {
                bytes = table.index().memoryBytes();
            }
        }
        assertThat(table.index().memoryBytes()).isLessThan(bytes + 50 * 200 * 8);
        // Back again: another ref, and the old one means nobody.
        assertThat(series("g0_7").ref()).isEqualTo(50 * 200);
        assertThat(table.hasAll(new int[] {7})).isFalse();
        assertThat(table.hasAll(new int[] {-1})).isFalse();
        assertThat(table.hasAll(new int[] {table.size()})).isFalse();
    }
}
