package io.pharos.timeseries.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.chunk.SampleShapes.Samples;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** An open chunk that is read from a place near its end gives what reading it from its beginning gives. */
class HeadRestartTest {
    @Test
    void everyStretchHasTheSamplesThatReadingFromTheBeginningHas() {
        for (int seed = 0; seed < 12; seed++) {
            for (SampleShapes.Values kind : SampleShapes.Values.values()) {
                for (SampleShapes.Times spacing : SampleShapes.Times.values()) {
                    Random random = new Random(seed);
                    Samples samples = SampleShapes.make(random, kind, spacing, 1 + random.nextInt(900));
                    HeadChunk chunk = HeadChunkTest.filled(samples, 0, samples.count());
                    byte[] stored = chunk.toBytes();
                    HeadChunk restored = HeadChunk.ofBytes(stored, 0, stored.length);
                    for (int round = 0; round < 20; round++) {
                        long from = near(random, samples);
                        long to = random.nextBoolean() ? Long.MAX_VALUE : Math.max(from, near(random, samples));
                        String name = kind + " " + spacing + " seed " + seed + " from " + from + " to " + to;
                        assertStretch(chunk.iterator(from, to), samples, from, to, name);
                        assertStretch(restored.iterator(from, to), samples, from, to, "restored, " + name);
                        assertNewest(chunk.iterator(from, to), samples, from, to, name);
                    }
                }
            }
        }
    }

    @Test
    void asSoonAsAChunkIsRestoredItKnowsThePlacesItWouldKnow() {
        Samples samples = SampleShapes.make(new Random(1), SampleShapes.Values.PERCENT, SampleShapes.Times.JITTER, 700);
        for (int count = 50; count <= 700; count += 13) {
            HeadChunk chunk = HeadChunkTest.filled(samples, 0, count);
            byte[] stored = chunk.toBytes();
            HeadChunk restored = HeadChunk.ofBytes(stored, 0, stored.length);
            for (int first = 0; first < count; first += 7) {
                assertThat(given(restored.iterator(samples.times()[first], Long.MAX_VALUE)))
                        .isEqualTo(given(chunk.iterator(samples.times()[first], Long.MAX_VALUE)));
            }
        }
    }

    @Test
    void whatLiesBeforeAndAfterIsNotRead() {
        for (SampleShapes.Values kind : SampleShapes.Values.values()) {
            Samples samples = SampleShapes.make(new Random(5), kind, SampleShapes.Times.JITTER, 720);
            for (int count = 90; count <= 720; count += 90) {
                HeadChunk chunk = HeadChunkTest.filled(samples, 0, count);
                for (int wanted = 1; wanted <= Math.min(count, 256); wanted += 5) {
                    SampleIterator newest = chunk.iterator(samples.times()[count - wanted], Long.MAX_VALUE);
                    assertThat(given(newest))
                            .as(kind + ", the last " + wanted + " of " + count)
                            .isBetween(wanted, wanted + (wanted <= 64 ? 64 : 256));
                }
                assertThat(given(chunk.iterator(Long.MIN_VALUE, samples.times()[2])))
                        .isEqualTo(3);
            }
        }
    }

    @Test
    void placesTakeLittleMemoryAndShortChunksHaveNone() {
        for (SampleShapes.Values kind : SampleShapes.Values.values()) {
            Samples samples = SampleShapes.make(new Random(6), kind, SampleShapes.Times.JITTER, 1000);
            HeadIterator reader = (HeadIterator)
                    HeadChunkTest.filled(samples, 0, samples.count()).iterator();
            byte[] points = RestartPoints.none();
            for (int read = 1; reader.next(); read++) {
                if (read % RestartPoints.SPACING == 0) {
                    points = RestartPoints.with(points, read, samples.times()[0], reader.bitPosition(), reader);
                }
                assertThat(points.length).as(kind.name()).isLessThanOrEqualTo(read < 64 ? 0 : read < 128 ? 48 : 4 * 48);
            }
        }
    }

    @Test
    void readersBesideTheWriterSeeWholeSamples() throws Exception {
        Samples samples =
                SampleShapes.make(new Random(3), SampleShapes.Values.MIXED, SampleShapes.Times.JITTER, 20_000);
        HeadChunk chunk = new HeadChunk();
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try {
            Callable<Void> newest = () -> {
                long[] times = new long[8];
                double[] values = new double[8];
                for (int published = 0; published < samples.count(); published = chunk.count()) {
                    if (chunk.iterator().takeNewest(Long.MAX_VALUE, times, values)) {
                        int at = Arrays.binarySearch(samples.times(), times[0]);
                        assertThat(at).isGreaterThanOrEqualTo(published - 1);
                        assertThat(bits(values[0])).isEqualTo(bits(samples.values()[at]));
                    }
                }
                return null;
            };
            Callable<Void> stretches = () -> {
                Random random = new Random(4);
                for (int published = 0; published < samples.count(); published = chunk.count()) {
                    int first = Math.max(0, published - random.nextInt(200));
                    SampleIterator read = chunk.iterator(samples.times()[first], Long.MAX_VALUE);
                    boolean more = read.next();
                    while (more && read.timestampMillis() < samples.times()[first]) {
                        more = read.next();
                    }
                    int at = first;
                    for (; more; more = read.next()) {
                        assertThat(read.timestampMillis()).isEqualTo(samples.times()[at]);
                        assertThat(bits(read.value())).isEqualTo(bits(samples.values()[at++]));
                    }
                    assertThat(at).isGreaterThanOrEqualTo(published);
                }
                return null;
            };
            List<Future<Void>> reading = List.of(readers.submit(newest), readers.submit(stretches));
            for (int i = 0; i < samples.count(); i++) {
                chunk.append(samples.times()[i], samples.values()[i]);
            }
            for (Future<Void> reader : reading) {
                reader.get();
            }
        } finally {
            readers.shutdownNow();
        }
    }

    /** A time at, just before or just after a sample, or far from all. */
    private static long near(Random random, Samples samples) {
        return switch (random.nextInt(20)) {
            case 0 -> Long.MIN_VALUE;
            case 1 -> samples.times()[samples.count() - 1] + 1 + random.nextInt(100_000);
            default -> samples.times()[random.nextInt(samples.count())] + random.nextInt(3) - 1;
        };
    }

    /** All samples of the stretch, and of the others only neighbours of theirs. */
    private static void assertStretch(SampleIterator read, Samples samples, long from, long to, String name) {
        int at = -1;
        boolean any = false;
        while (read.next()) {
            int place = Arrays.binarySearch(samples.times(), read.timestampMillis());
            assertThat(place).as(name).isGreaterThanOrEqualTo(0);
            assertThat(any ? at + 1 : place).as(name).isEqualTo(place);
            assertThat(bits(read.value())).as(name).isEqualTo(bits(samples.values()[place]));
            if (!any) {
                assertThat(place == 0 || samples.times()[place - 1] < from)
                        .as(name)
                        .isTrue();
            }
            any = true;
            at = place;
        }
        boolean toTheEnd = at + 1 == samples.count() || any && samples.times()[at] >= to;
        boolean nothingThere = !any && samples.times()[samples.count() - 1] < from;
        assertThat(toTheEnd || nothingThere).as(name).isTrue();
    }

    private static void assertNewest(SampleIterator read, Samples samples, long from, long to, String name) {
        int expected = samples.count() - 1;
        while (expected >= 0 && samples.times()[expected] > to) {
            expected--;
        }
        long[] times = new long[16];
        double[] values = new double[16];
        boolean found = read.takeNewest(to, times, values);
        if (expected >= 0 && samples.times()[expected] >= from) {
            assertThat(found).as(name).isTrue();
            assertThat(times[0]).as(name).isEqualTo(samples.times()[expected]);
            assertThat(bits(values[0])).as(name).isEqualTo(bits(samples.values()[expected]));
        } else if (found) {
            assertThat(times[0]).as(name).isLessThan(from);
        }
    }

    private static int given(SampleIterator read) {
        int given = 0;
        while (read.next()) {
            given++;
        }
        return given;
    }

    private static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }
}
