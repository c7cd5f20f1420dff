package io.pharos.timeseries.rollup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pharos.timeseries.chunk.ArraySampleIterator;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.chunk.SampleShapes;
import io.pharos.timeseries.rollup.TieredSamples.Piece;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TieredSamplesTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;

    private static List<RollupChunk> rows(RollupPoints points, int most) {
        List<RollupChunk> rows = new ArrayList<>();
        for (int from = 0; from < points.size(); from += most) {
            rows.add(RollupChunk.parse(RollupChunk.encode(points, from, Math.min(points.size(), from + most))));
        }
        return rows;
    }

    private static SampleIterator raw(long[] times, double[] values) {
        return new ArraySampleIterator(times, values, 0, times.length);
    }

    /** 1 h points for four hours, 1 m points for two, raw samples after that. */
    private static TieredSamples joined(RollupColumn column, long[] times, double[] values) {
        RollupPoints minutes = RollUpTest.rolled(MINUTE, times, values);
        return new TieredSamples(
                column,
                List.of(
                        Piece.ofPoints(Long.MIN_VALUE, 4 * HOUR, rows(minutes.coarser(HOUR), 3)),
                        Piece.ofPoints(4 * HOUR, 6 * HOUR, rows(minutes, 50)),
                        Piece.ofRaw(6 * HOUR, Long.MAX_VALUE, raw(times, values))));
    }

    @Test
    void nothingIsMissingAndNothingTwice() {
        double[] values = SampleShapes.values(new Random(1), SampleShapes.Values.PERCENT, 3000);
        long[] times = RollUpTest.everyTenSeconds(3000);
        double count = 0;
        double sum = 0;
        double weight = 0;
        long last = Long.MIN_VALUE;
        TieredSamples counts = joined(RollupColumn.COUNT, times, values);
        while (counts.next()) {
            assertThat(counts.timestampMillis()).isGreaterThan(last);
            last = counts.timestampMillis();
            count += counts.value();
        }
        TieredSamples sums = joined(RollupColumn.SUM, times, values);
        while (sums.next()) {
            sum += sums.value();
            weight += sums.weight();
        }
        double expected = 0;
        for (double value : values) {
            expected += value;
        }
        assertThat(count).isEqualTo(3000);
        assertThat(weight).isEqualTo(3000);
        assertThat(sum).isCloseTo(expected, within(1e-6));
    }

    @Test
    void aCounterGrowsOverJointsAndResets() {
        for (int seed = 0; seed < 40; seed++) {
            double[] values = SampleShapes.values(new Random(seed), SampleShapes.Values.COUNTER_WITH_RESETS, 3000);
            long[] times = RollUpTest.everyTenSeconds(3000);
            double[] grown = new double[3000];
            int[] resets = new int[3000];
            for (int i = 1; i < 3000; i++) {
                grown[i] = grown[i - 1] + (values[i] < values[i - 1] ? values[i] : values[i] - values[i - 1]);
                resets[i] = resets[i - 1] + (values[i] < values[i - 1] ? 1 : 0);
            }
            TieredSamples counter = joined(RollupColumn.COUNTER, times, values);
            TieredSamples events = joined(RollupColumn.RESETS, times, values);
            double offset = Double.NaN;
            int earlier = -1;
            while (counter.next() && events.next()) {
                int at = (int) (counter.timestampMillis() / 10_000) - 1;
                offset = Double.isNaN(offset) ? counter.value() - grown[at] : offset;
                earlier = earlier < 0 ? resets[at] : earlier;
                assertThat(counter.value() - offset)
                        .as("seed %d at %d", seed, at)
                        .isEqualTo(grown[at]);
                assertThat(events.value()).as("seed %d at %d", seed, at).isEqualTo(resets[at] - earlier);
            }
        }
    }

    @Test
    void ofRowsThatOverlapTheFirstListedCounts() {
        long[] times = RollUpTest.everyTenSeconds(60);
        double[] old = new double[60];
        double[] corrected = new double[30];
        Arrays.fill(corrected, 2);
        List<RollupChunk> rows =
                new ArrayList<>(rows(RollUpTest.rolled(MINUTE, Arrays.copyOf(times, 30), corrected), 100));
        rows.addAll(rows(RollUpTest.rolled(MINUTE, times, old), 100));
        TieredSamples maxima = new TieredSamples(RollupColumn.MAX, List.of(Piece.ofPoints(0, HOUR, rows)));
        for (int minute = 1; minute <= 10; minute++) {
            assertThat(maxima.next()).isTrue();
            assertThat(maxima.timestampMillis()).isEqualTo(minute * MINUTE);
            assertThat(maxima.value()).isEqualTo(minute <= 5 ? 2 : 0);
        }
        assertThat(maxima.next()).isFalse();
    }

    @Test
    void onlyWhatAnInstantSelectorReadsSaysThatASeriesEnded() {
        long[] times = {10_000, 70_000, 80_000, 130_000, 190_000, 400_000};
        double[] values = {1, 2, StaleMarker.VALUE, 3, StaleMarker.VALUE, 4};
        List<RollupChunk> rows = rows(RollUpTest.rolled(MINUTE, times, values), 100);
        List<Long> ends = new ArrayList<>();
        TieredSamples current = new TieredSamples(RollupColumn.CURRENT, List.of(Piece.ofPoints(0, HOUR, rows)));
        while (current.next()) {
            if (StaleMarker.is(current.value())) {
                ends.add(current.timestampMillis());
            }
        }
        assertThat(ends).containsExactly(2 * MINUTE, 4 * MINUTE);
        TieredSamples last = new TieredSamples(RollupColumn.LAST, List.of(Piece.ofPoints(0, HOUR, rows)));
        int found = 0;
        while (last.next()) {
            assertThat(last.value()).isEqualTo(++found);
        }
        assertThat(found).isEqualTo(4);
    }
}
