package io.pharos.timeseries.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.timeseries.chunk.SampleShapes.Samples;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HeadChunkTest {
    @Test
    void everyBitComesBackForEveryShapeAndSeed() {
        for (int seed = 0; seed < 60; seed++) {
            for (SampleShapes.Values kind : SampleShapes.Values.values()) {
                for (SampleShapes.Times spacing : SampleShapes.Times.values()) {
                    Random random = new Random(seed);
                    Samples samples = SampleShapes.make(random, kind, spacing, 1 + random.nextInt(200));
                    HeadChunk chunk = filled(samples, 0, samples.count());
                    assertSamples(chunk.iterator(), samples, samples.count(), kind + " " + spacing + " seed " + seed);
                    assertThat(chunk.lastTimestampMillis()).isEqualTo(samples.times()[samples.count() - 1]);
                    assertThat(Double.doubleToRawLongBits(chunk.lastValue()))
                            .isEqualTo(Double.doubleToRawLongBits(samples.values()[samples.count() - 1]));
                }
            }
        }
    }

    @Test
    void aStoredChunkGoesOnAsIfItHadNeverBeenStored() {
        for (int seed = 0; seed < 40; seed++) {
            for (SampleShapes.Values kind : SampleShapes.Values.values()) {
                Random random = new Random(seed);
                Samples samples = SampleShapes.make(random, kind, SampleShapes.Times.JITTER, 150);
                int cut = random.nextInt(150);
                byte[] stored = filled(samples, 0, cut).toBytes();
                byte[] framed = new byte[stored.length + 9];
                System.arraycopy(stored, 0, framed, 4, stored.length);
                HeadChunk chunk = HeadChunk.ofBytes(framed, 4, 4 + stored.length);
                append(chunk, samples, cut, samples.count());
                assertSamples(chunk.iterator(), samples, samples.count(), kind + " seed " + seed);
                assertThat(chunk.toBytes())
                        .isEqualTo(filled(samples, 0, samples.count()).toBytes());
            }
        }
    }

    @Test
    void aTimeThatIsNotLaterIsRefused() {
        HeadChunk chunk = new HeadChunk();
        chunk.append(1000, 1);
        assertThatThrownBy(() -> chunk.append(1000, 2)).hasMessage("sample at 1000 is not after 1000");
        assertThat(chunk.count()).isEqualTo(1);
    }

    @Test
    void anEmptyChunkIsSmallAndHasNoSamples() {
        HeadChunk chunk = new HeadChunk();
        assertThat(chunk.iterator().next()).isFalse();
        assertThat(chunk.memoryBytes()).isLessThan(200);
        byte[] stored = chunk.toBytes();
        assertThat(HeadChunk.ofBytes(stored, 0, stored.length).count()).isZero();
    }

    @Test
    void damagedBytesAreAlwaysRefused() {
        Random random = new Random(7);
        for (SampleShapes.Values kind : SampleShapes.Values.values()) {
            byte[] stored = filled(SampleShapes.make(random, kind, SampleShapes.Times.GAPS, 100), 0, 100)
                    .toBytes();
            for (int round = 0; round < 300; round++) {
                byte[] damaged = Damage.one(random, stored);
                assertThatThrownBy(() -> HeadChunk.ofBytes(damaged, 0, damaged.length))
                        .isInstanceOf(CorruptChunkException.class);
            }
        }
    }

    @Test
    void damageThatKeepsTheChecksumRightNeverFailsInAnotherWay() {
        Random random = new Random(8);
        for (SampleShapes.Values kind : SampleShapes.Values.values()) {
            byte[] stored = filled(SampleShapes.make(random, kind, SampleShapes.Times.JITTER, 100), 0, 100)
                    .toBytes();
            for (int round = 0; round < 300; round++) {
                byte[] damaged = Damage.withRightChecksum(random, stored);
                try {
                    SampleIterator samples =
                            HeadChunk.ofBytes(damaged, 0, damaged.length).iterator();
                    while (samples.next()) {}
                } catch (CorruptChunkException expected) {
                    assertThat(expected).hasMessageContaining("head chunk");
                }
            }
        }
    }

    @Test
    void readersSeeWholeSamplesWhileTheWriterAppends() throws Exception {
        Samples samples =
                SampleShapes.make(new Random(3), SampleShapes.Values.MIXED, SampleShapes.Times.JITTER, 20_000);
        HeadChunk chunk = new HeadChunk();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread reader = new Thread(() -> {
            try {
                int seen = 0;
                while (seen < samples.count()) {
                    int before = chunk.count();
                    SampleIterator iterator = chunk.iterator();
                    int read = 0;
                    while (iterator.next()) {
                        assertThat(iterator.timestampMillis()).isEqualTo(samples.times()[read]);
                        assertThat(Double.doubleToRawLongBits(iterator.value()))
                                .isEqualTo(Double.doubleToRawLongBits(samples.values()[read]));
                        read++;
                    }
                    assertThat(read).isGreaterThanOrEqualTo(before);
                    seen = read;
                }
            } catch (Throwable thrown) {
                failure.set(thrown);
            }
        });
        reader.start();
        append(chunk, samples, 0, samples.count());
        reader.join();
        assertThat(failure.get()).isNull();
    }

    @Test
    void regularCountersAndGaugesStaySmall() {
        assertThat(bytesPerSample(SampleShapes.Values.CONSTANT)).isLessThan(0.3);
        assertThat(bytesPerSample(SampleShapes.Values.COUNTER)).isLessThan(1.4);
        assertThat(bytesPerSample(SampleShapes.Values.INTEGER_GAUGE)).isLessThan(1.3);
        assertThat(bytesPerSample(SampleShapes.Values.PERCENT)).isLessThan(2);
    }

    private static double bytesPerSample(SampleShapes.Values kind) {
        Samples samples = SampleShapes.make(new Random(1), kind, SampleShapes.Times.REGULAR, 720);
        return filled(samples, 0, 720).sizeBytes() / 720.0;
    }

    static HeadChunk filled(Samples samples, int from, int to) {
        HeadChunk chunk = new HeadChunk();
        append(chunk, samples, from, to);
        return chunk;
    }

    private static void append(HeadChunk chunk, Samples samples, int from, int to) {
        for (int i = from; i < to; i++) {
            chunk.append(samples.times()[i], samples.values()[i]);
        }
    }

    static void assertSamples(SampleIterator iterator, Samples samples, int count, String name) {
        long[] times = new long[count];
        double[] values = new double[count];
        int at = 0;
        while (iterator.next()) {
            times[at] = iterator.timestampMillis();
            values[at++] = iterator.value();
        }
        assertThat(at).as(name).isEqualTo(count);
        assertThat(times).as(name).isEqualTo(Arrays.copyOf(samples.times(), count));
        assertThat(bits(values)).as(name).isEqualTo(bits(Arrays.copyOf(samples.values(), count)));
    }

    static long[] bits(double[] values) {
        return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
    }
}
