package io.pharos.timeseries.rollup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pharos.timeseries.chunk.ArraySampleIterator;
import io.pharos.timeseries.chunk.SampleShapes;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RollUpTest {
    static RollupPoints rolled(long resolution, long[] times, double[] values) {
        long after = Math.floorDiv(times[0], resolution) * resolution - resolution;
        long to = RollUp.endOf(times[times.length - 1], resolution);
        return RollUp.of(new ArraySampleIterator(times, values, 0, times.length), resolution, after, to);
    }

    static long[] everyTenSeconds(int count) {
        long[] times = new long[count];
        for (int i = 0; i < count; i++) {
            times[i] = 10_000L * (i + 1);
        }
        return times;
    }

    @Test
    void sixSamplesEveryTenSecondsMakeTwoPointsOfThirty() {
        RollupPoints points = rolled(30_000, everyTenSeconds(6), new double[] {10, 16, 20, 30, 20, 30});
        assertThat(points.size()).isEqualTo(2);
        assertThat(points.timeMillis(0)).isEqualTo(30_000);
        assertThat(points.timeMillis(1)).isEqualTo(60_000);
        assertThat(points.sum(0) / points.count(0)).isEqualTo(46.0 / 3).isCloseTo(15.33, within(0.004));
        assertThat(points.sum(1) / points.count(1)).isEqualTo(80.0 / 3).isCloseTo(26.67, within(0.004));
        assertThat(points.min(1)).isEqualTo(20);
        assertThat(points.max(1)).isEqualTo(30);
        assertThat(points.last(0)).isEqualTo(20);
        assertThat(points.increase(0)).isEqualTo(20 - 10);
        assertThat(points.increase(1)).isEqualTo(10 + 20 + 10); // 20 to 30, a restart that reached 20, and 10 more
        assertThat(points.resets(1)).isEqualTo(1);
    }

    @Test
    void theSampleBeforeThePieceIsCarriedIn() {
        RollUp rolled = new RollUp(60_000, 120_000, 240_000);
        rolled.add(100_000, 7);
        rolled.add(120_000, 9);
        rolled.add(120_001, 10);
        rolled.add(180_000, 4);
        assertThat(rolled.add(240_000, 5)).isTrue();
        assertThat(rolled.add(240_001, 6)).isFalse();
        RollupPoints points = rolled.points();
        assertThat(points.size()).isEqualTo(2);
        assertThat(points.increase(0)).isEqualTo(1 + 4);
        assertThat(points.increase(1)).isEqualTo(1);
        assertThat(points.count(0)).isEqualTo(2);
    }

    @Test
    void aPieceBesideTheGridIsRefused() {
        assertThatThrownBy(() -> new RollUp(60_000, 1, 60_000)).hasMessageContaining("multiples of 60000 ms");
    }

    @Test
    void endsOfSeriesAreKept() {
        long[] times = {10_000, 20_000, 60_001, 130_000, 250_000, 310_000};
        double stale = StaleMarker.VALUE;
        RollupPoints points = rolled(60_000, times, new double[] {1, stale, 2, stale, 3, stale});
        assertThat(points.size()).isEqualTo(3);
        assertThat(points.end(0)).isEqualTo(RollupPoints.ENDED_INSIDE);
        assertThat(points.end(1)).isEqualTo(RollupPoints.ENDED_AFTER);
        assertThat(points.end(2)).isEqualTo(RollupPoints.ENDED_AFTER);
        RollupPoints coarser = points.coarser(120_000);
        assertThat(coarser.end(0)).isEqualTo(RollupPoints.ENDED_AFTER);
        assertThat(points.coarser(600_000).end(0)).isEqualTo(RollupPoints.ENDED_INSIDE);
    }

    @Test
    void columnsAreWhatTheSamplesSay() {
        for (int seed = 0; seed < 120; seed++) {
            Random random = new Random(seed);
            SampleShapes.Samples samples = sampled(random, seed);
            long resolution = 1000L * (1 + random.nextInt(200));
            RollupPoints points = rolled(resolution, samples.times(), samples.values());
            int at = 0;
            double last = Double.NaN;
            boolean any = false;
            for (int i = 0; i < points.size(); i++) {
                double count = 0;
                double sum = 0;
                double min = Double.POSITIVE_INFINITY;
                double max = Double.NEGATIVE_INFINITY;
                double increase = 0;
                double magnitude = Math.abs(Double.isNaN(last) ? 0 : last);
                for (; at < samples.count() && samples.times()[at] <= points.timeMillis(i); at++) {
                    double value = samples.values()[at];
                    if (StaleMarker.is(value)) {
                        continue;
                    }
                    assertThat(samples.times()[at]).isGreaterThan(points.timeMillis(i) - resolution);
                    count++;
                    sum += value;
                    min = Math.min(min, value);
                    max = Math.max(max, value);
                    magnitude += Math.abs(value);
                    increase += !any ? 0 : value < last ? value : value - last;
                    last = value;
                    any = true;
                }
                assertThat(points.count(i)).isEqualTo(count).isPositive();
                assertThat(points.sum(i)).isCloseTo(sum, within(1e-12 * (Math.abs(sum) + 1)));
                assertThat(points.min(i)).isEqualTo(min);
                assertThat(points.max(i)).isEqualTo(max);
                assertThat(points.last(i)).isEqualTo(last);
                assertThat(points.increase(i)).isCloseTo(increase, within(1e-9 * (magnitude + 1)));
            }
        }
    }

    @Test
    void coarserPointsAreThoseOfTheSamples() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            SampleShapes.Samples samples = sampled(random, seed);
            RollupPoints fine = rolled(60_000, samples.times(), samples.values());
            assertSame(fine.coarser(600_000), rolled(600_000, samples.times(), samples.values()), seed);
        }
    }

    static void assertSame(RollupPoints actual, RollupPoints expected, int seed) {
        assertThat(actual.size()).as("seed %d", seed).isEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            String what = "point " + i + " of seed " + seed;
            assertThat(actual.timeMillis(i)).as(what).isEqualTo(expected.timeMillis(i));
            assertThat(actual.count(i)).as(what).isEqualTo(expected.count(i));
            assertThat(actual.sum(i)).as(what).isCloseTo(expected.sum(i), within(1e-12 * (1 + expected.sum(i))));
            assertThat(actual.min(i)).as(what).isEqualTo(expected.min(i));
            assertThat(actual.max(i)).as(what).isEqualTo(expected.max(i));
            assertThat(actual.last(i)).as(what).isEqualTo(expected.last(i));
            assertThat(actual.increase(i)).as(what).isCloseTo(expected.increase(i), within(1e-6));
            assertThat(actual.resets(i)).as(what).isEqualTo(expected.resets(i));
            assertThat(actual.end(i)).as(what).isEqualTo(expected.end(i));
        }
    }

    /** Values that add up without overflow; some with gaps, jitter, ends. */
    static SampleShapes.Samples sampled(Random random, int seed) {
        SampleShapes.Values[] kinds = {
            SampleShapes.Values.CONSTANT,
            SampleShapes.Values.RARELY_CHANGING,
            SampleShapes.Values.COUNTER,
            SampleShapes.Values.COUNTER_WITH_RESETS,
            SampleShapes.Values.SLOW_COUNTER,
            SampleShapes.Values.BYTES_GAUGE,
            SampleShapes.Values.INTEGER_GAUGE,
            SampleShapes.Values.PERCENT,
            SampleShapes.Values.CPU_SECONDS,
            SampleShapes.Values.RANDOM_DOUBLES,
            SampleShapes.Values.ENDING
        };
        SampleShapes.Times[] spacings = {
            SampleShapes.Times.REGULAR, SampleShapes.Times.JITTER, SampleShapes.Times.GAPS, SampleShapes.Times.DRIFT
        };
        return SampleShapes.make(
                random, kinds[seed % kinds.length], spacings[seed % spacings.length], 1 + random.nextInt(3000));
    }
}
