package io.pharos.timeseries.rollup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pharos.timeseries.Golden;
import io.pharos.timeseries.chunk.CorruptChunkException;
import io.pharos.timeseries.chunk.Damage;
import io.pharos.timeseries.chunk.SampleShapes;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.RandomHistograms;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RollupChunkTest {
    private static final long MINUTE = 60_000;

    @Test
    void pointsComeBackAsTheyWere() {
        for (int seed = 0; seed < 120; seed++) {
            SampleShapes.Samples samples = RollUpTest.sampled(new Random(seed), seed);
            RollupPoints points = RollUpTest.rolled(MINUTE, samples.times(), samples.values());
            RollupChunk row = RollupChunk.parse(RollupChunk.encode(points));
            assertThat(row.resolutionMillis()).isEqualTo(MINUTE);
            assertThat(row.count()).isEqualTo(points.size());
            assertThat(row.firstTimestampMillis()).isEqualTo(points.timeMillis(0));
            assertThat(row.lastTimestampMillis()).isEqualTo(points.timeMillis(points.size() - 1));
            assertPoints(row, points, seed);
        }
    }

    private static void assertPoints(RollupChunk row, RollupPoints points, int seed) {
        RollupPoints read = row.points();
        boolean counter = isCounter(row);
        double before = points.before;
        for (int i = 0; i < points.size(); i++) {
            String what = "point " + i + " of seed " + seed;
            assertThat(read.timeMillis(i)).as(what).isEqualTo(points.timeMillis(i));
            assertThat(read.count(i)).as(what).isEqualTo(points.count(i));
            assertThat(read.last(i)).as(what).isEqualTo(points.last(i));
            assertThat(read.max(i)).as(what).isEqualTo(points.max(i));
            assertThat(read.end(i)).as(what).isEqualTo(points.end(i));
            if (counter) {
                assertThat(read.increase(i)).as(what).isEqualTo(points.increase(i));
                assertThat(read.resets(i)).as(what).isEqualTo(points.resets(i));
                boolean reset = points.resets(i) > 0;
                double low = reset ? points.min(i) : Double.isNaN(before) ? 0 : before;
                assertThat(read.min(i)).as(what).isBetween(low, points.last(i) + points.max(i));
                double off = reset ? 0 : points.count(i) * (points.last(i) - low);
                assertThat(read.sum(i)).as(what).isCloseTo(points.sum(i), within(off + 1e-9 * points.sum(i)));
            } else {
                assertThat(read.sum(i)).as(what).isEqualTo(points.sum(i));
                assertThat(read.min(i)).as(what).isEqualTo(points.min(i));
            }
            before = points.last(i);
        }
    }

    private static boolean isCounter(RollupChunk row) {
        byte[] bytes = new byte[row.sizeBytes()];
        row.bytes().get(bytes);
        // resolution 60000 and fewer than 128 points or not, first and span: the flags follow
        int at = 5 + 3;
        for (int numbers = 0; numbers < 3; at++) {
            numbers += bytes[at] >= 0 ? 1 : 0;
        }
        return (bytes[at] & RowFlags.COUNTER) != 0;
    }

    @Test
    void aSteadyCounterIsEstimatedExactly() {
        double[] values = new double[600];
        for (int i = 0; i < values.length; i++) {
            values[i] = 70 + 5.0 * i;
        }
        RollupPoints points = RollUpTest.rolled(MINUTE, RollUpTest.everyTenSeconds(600), values);
        RollupChunk row = RollupChunk.parse(RollupChunk.encode(points));
        assertThat(isCounter(row)).isTrue();
        for (int i = 1; i < points.size(); i++) {
            assertThat(row.points().sum(i)).isCloseTo(points.sum(i), within(1e-9));
            assertThat(row.points().min(i)).isCloseTo(points.min(i), within(1e-9));
        }
    }

    @Test
    void whetherAServerIsUpIsKeptExactly() {
        double[] values = new double[1000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 97 < 3 ? 0 : 1;
        }
        RollupPoints points = RollUpTest.rolled(MINUTE, RollUpTest.everyTenSeconds(1000), values);
        RollupPoints read = RollupChunk.parse(RollupChunk.encode(points)).points();
        for (int i = 0; i < points.size(); i++) {
            assertThat(read.sum(i)).isEqualTo(points.sum(i));
            assertThat(read.min(i)).isEqualTo(points.min(i));
            assertThat(read.max(i)).isEqualTo(points.max(i));
        }
    }

    /** As docs/format/rollup-chunk.md has it: what a point of a day at a minute takes, samples every 10 s. */
    @Test
    void aPointTakesAboutFiveBytes() {
        StringBuilder table = new StringBuilder();
        double all = 0;
        SampleShapes.Values[] kinds = {
            SampleShapes.Values.CONSTANT,
            SampleShapes.Values.RARELY_CHANGING,
            SampleShapes.Values.COUNTER,
            SampleShapes.Values.COUNTER_WITH_RESETS,
            SampleShapes.Values.SLOW_COUNTER,
            SampleShapes.Values.BYTES_GAUGE,
            SampleShapes.Values.INTEGER_GAUGE,
            SampleShapes.Values.PERCENT,
            SampleShapes.Values.CPU_SECONDS
        };
        for (SampleShapes.Values kind : kinds) {
            double[] values = SampleShapes.values(new Random(1), kind, 8640);
            RollupPoints points = RollUpTest.rolled(MINUTE, RollUpTest.everyTenSeconds(8640), values);
            double bytes = (double) RollupChunk.encode(points).length / points.size();
            double hourly = (double) RollupChunk.encode(points.coarser(60 * MINUTE)).length / 24;
            table.append(String.format("%s %.2f hourly %.2f%n", kind, bytes, hourly));
            all += bytes / kinds.length;
        }
        assertThat(all).as("%s", table).isLessThan(3.0);
    }

    @Test
    void aRowOfNothingIsARow() {
        RollupChunk row = RollupChunk.parse(RollupChunk.encode(new RollupPoints(MINUTE, 0)));
        assertThat(row.count()).isZero();
        assertThat(row.points().size()).isZero();
    }

    @Test
    void partsOfPointsAreRowsThatFollowEachOther() {
        double[] values = SampleShapes.values(new Random(5), SampleShapes.Values.COUNTER_WITH_RESETS, 3000);
        RollupPoints points = RollUpTest.rolled(MINUTE, RollUpTest.everyTenSeconds(3000), values);
        RollupPoints second = RollupChunk.parse(RollupChunk.encode(points, 200, points.size()))
                .points();
        for (int i = 0; i < second.size(); i++) {
            assertThat(second.increase(i)).isEqualTo(points.increase(200 + i));
        }
    }

    @Test
    void histogramsAreKeptBesideNumbers() {
        RandomHistograms histograms = new RandomHistograms(new Random(3), false);
        RollUp rolled = new RollUp(MINUTE, 0, 100 * MINUTE);
        Histogram last = histograms.next();
        for (int i = 1; i <= 300; i++) {
            last = histograms.next();
            rolled.add(i * 10_000L, last);
        }
        rolled.add(3_010_000, 5);
        RollupChunk row = RollupChunk.parse(RollupChunk.encode(rolled.points()));
        assertThat(row.hasHistograms()).isTrue();
        RollupPoints read = row.points();
        assertThat(read.size()).isEqualTo(51);
        assertThat(read.count(49)).isEqualTo(6);
        assertThat(read.histogram(49)).isNotNull();
        assertThat(Objects.requireNonNull(read.histogram(49)).isSameAs(last)).isTrue();
        assertThat(read.histogram(50)).isNull();
        assertThat(read.last(50)).isEqualTo(5);
        assertThat(read.increase(50)).isZero();
    }

    @Test
    void damageIsAnErrorThatNamesTheRow() {
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            byte[] good = RollupChunk.encode(small(random, seed));
            byte[] bad = Damage.one(random, good);
            assertThatThrownBy(() -> RollupChunk.parse(bad).points())
                    .as("seed %d", seed)
                    .isInstanceOf(CorruptChunkException.class)
                    .hasMessageStartingWith("rollup chunk: ");
        }
    }

    /** What only a faulty writer can make is a value or a {@link CorruptChunkException}, never another failure. */
    @Test
    void wrongBytesUnderARightChecksumFailOnlyAsCorrupt() {
        int refused = 0;
        for (int seed = 0; seed < 5000; seed++) {
            Random random = new Random(seed);
            byte[] bad = Damage.withRightChecksum(random, RollupChunk.encode(small(random, seed)));
            try {
                RollupChunk.parse(bad).points();
            } catch (CorruptChunkException corrupt) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(500);
    }

    private static RollupPoints small(Random random, int seed) {
        SampleShapes.Samples samples = RollUpTest.sampled(random, seed);
        int count = Math.min(samples.count(), 200);
        long[] times = Arrays.copyOf(samples.times(), count);
        double[] values = Arrays.copyOf(samples.values(), count);
        RollupPoints points = RollUpTest.rolled(MINUTE, times, values);
        if (seed % 5 == 0) {
            RandomHistograms histograms = new RandomHistograms(random, true);
            for (int i = 0; i < points.size; i++) {
                points.setHistogram(i, histograms.next());
            }
        }
        return points;
    }

    @ParameterizedTest
    @ValueSource(strings = {"counter", "gauge", "ending", "histograms"})
    void rowsAreWrittenAndReadAsEver(String name) {
        RollupPoints points = golden(name);
        String wrapped = HexFormat.of().formatHex(RollupChunk.encode(points)).replaceAll("(.{64})", "$1\n");
        assertThat(wrapped.strip())
                .as(name)
                .isEqualTo(Golden.text("rollup-" + name + ".hex").strip());
        RollupChunk read = RollupChunk.parse(Golden.bytes("rollup-" + name + ".hex"));
        if (name.equals("histograms")) {
            Histogram histogram = Objects.requireNonNull(read.points().histogram(2));
            assertThat(histogram.isSameAs(Objects.requireNonNull(points.histogram(2))))
                    .isTrue();
        } else {
            assertPoints(read, points, 0);
        }
    }

    private static RollupPoints golden(String name) {
        RollUp rolled = new RollUp(MINUTE, 1_790_000_040_000L, 1_790_000_040_000L + 40 * MINUTE);
        RandomHistograms histograms = new RandomHistograms(new Random(7), false);
        rolled.add(1_790_000_035_000L, 900);
        for (int i = 0; i < 200; i++) {
            long time = 1_790_000_045_000L + i * 10_000L;
            switch (name) {
                case "counter" -> rolled.add(time, i < 150 ? 1000 + 17.0 * i + i % 5 : 3.0 * (i - 150));
                case "gauge" -> rolled.add(time, (2150 + i * 37 % 11) / 100.0);
                case "histograms" -> rolled.add(time, histograms.next());
                default -> rolled.add(time, i == 59 || i == 120 ? StaleMarker.VALUE : i > 59 && i < 100 ? -1 : i);
            }
        }
        return rolled.points();
    }
}
