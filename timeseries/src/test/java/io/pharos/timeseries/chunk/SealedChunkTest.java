package io.pharos.timeseries.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.timeseries.chunk.SampleShapes.Samples;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SealedChunkTest {
    @Test
    void everyBitComesBackForEveryShapeAndSeed() {
        for (int seed = 0; seed < 60; seed++) {
            for (SampleShapes.Values kind : SampleShapes.Values.values()) {
                for (SampleShapes.Times spacing : SampleShapes.Times.values()) {
                    Random random = new Random(seed);
                    Samples samples = SampleShapes.make(random, kind, spacing, 1 + random.nextInt(300));
                    SealedChunk chunk = SealedChunk.parse(encode(samples));
                    String name = kind + " " + spacing + " seed " + seed;
                    HeadChunkTest.assertSamples(chunk.iterator(), samples, samples.count(), name);
                    assertThat(chunk.summary())
                            .as(name)
                            .isEqualTo(ChunkSummary.of(samples.times(), samples.values(), 0, samples.count()));
                }
            }
        }
    }

    @Test
    void aStretchOfTimeHasAllItsSamplesAndNoOthersWhereTimesAreRegular() {
        for (int seed = 0; seed < 40; seed++) {
            for (SampleShapes.Values kind : SampleShapes.Values.values()) {
                for (SampleShapes.Times spacing : SampleShapes.Times.values()) {
                    Random random = new Random(seed);
                    Samples samples = SampleShapes.make(random, kind, spacing, 1 + random.nextInt(300));
                    SealedChunk chunk = SealedChunk.parseKept(encode(samples));
                    long first = chunk.firstTimestampMillis();
                    long span = chunk.lastTimestampMillis() - first + 20;
                    long from = first - 10 + random.nextLong(span);
                    long to = first - 10 + random.nextLong(span);
                    String name = kind + " " + spacing + " seed " + seed + " from " + from + " to " + to;
                    StringBuilder wanted = new StringBuilder();
                    for (int i = 0; i < samples.count(); i++) {
                        add(wanted, samples.times()[i], samples.values()[i], from, to);
                    }
                    StringBuilder walked = new StringBuilder();
                    SampleIterator walk = chunk.iterator(from, to);
                    while (walk.next()) {
                        add(walked, walk.timestampMillis(), walk.value(), from, to);
                    }
                    assertThat(walked.toString()).as(name).isEqualTo(wanted.toString());
                    long[] times = new long[chunk.count()];
                    double[] values = new double[chunk.count()];
                    int taken = chunk.iterator(from, to).take(times, values, 0, times.length);
                    StringBuilder all = new StringBuilder();
                    for (int i = 0; i < taken; i++) {
                        add(all, times[i], values[i], from, to);
                    }
                    assertThat(all.toString()).as(name).isEqualTo(wanted.toString());
                }
            }
        }
    }

    private static void add(StringBuilder out, long time, double value, long from, long to) {
        if (time >= from && time <= to) {
            out.append(time)
                    .append(' ')
                    .append(Double.doubleToRawLongBits(value))
                    .append('\n');
        }
    }

    @Test
    void aPartOfTheArraysIsEncodedAlone() {
        Samples samples = SampleShapes.make(new Random(5), SampleShapes.Values.COUNTER, SampleShapes.Times.JITTER, 100);
        SealedChunk chunk = SealedChunk.parse(SealedChunk.encode(samples.times(), samples.values(), 10, 30));
        assertThat(chunk.count()).isEqualTo(20);
        assertThat(chunk.firstTimestampMillis()).isEqualTo(samples.times()[10]);
        assertThat(chunk.lastTimestampMillis()).isEqualTo(samples.times()[29]);
    }

    @Test
    void theSummaryLeavesStaleMarkersOutAndCountsResets() {
        long[] times = {1, 2, 3, 4, 5};
        double stale = io.pharos.timeseries.sample.StaleMarker.VALUE;
        double[] values = {stale, 5, 3, stale, 4};
        ChunkSummary summary =
                SealedChunk.parse(SealedChunk.encode(times, values, 0, 5)).summary();
        assertThat(summary).isEqualTo(new ChunkSummary(5, 2, 1, 5, 12, 3, 5, 5, 4, 1));
        ChunkSummary none =
                SealedChunk.parse(SealedChunk.encode(times, values, 3, 4)).summary();
        assertThat(none.sum()).isNaN();
        assertThat(none.staleCount()).isEqualTo(1);
    }

    @Test
    void samplesThatAreNoChunkAreRefused() {
        assertThatThrownBy(() -> SealedChunk.encode(new long[0], new double[0], 0, 0))
                .hasMessageContaining("0 samples");
        assertThatThrownBy(() -> SealedChunk.encode(new long[] {5, 5}, new double[2], 0, 2))
                .hasMessage("sample 1 at 5 is not after 5");
    }

    @Test
    void damagedBytesAreAlwaysRefused() {
        Random random = new Random(9);
        for (SampleShapes.Values kind : SampleShapes.Values.values()) {
            for (SampleShapes.Times spacing : SampleShapes.Times.values()) {
                byte[] good = encode(SampleShapes.make(random, kind, spacing, 120));
                for (int round = 0; round < 200; round++) {
                    byte[] damaged = Damage.one(random, good);
                    assertThatThrownBy(() -> SealedChunk.parse(ByteBuffer.wrap(damaged)))
                            .isInstanceOf(CorruptChunkException.class)
                            .hasMessageContaining("sealed chunk");
                }
            }
        }
    }

    @Test
    void damageThatKeepsTheChecksumRightNeverFailsInAnotherWay() {
        Random random = new Random(10);
        for (SampleShapes.Values kind : SampleShapes.Values.values()) {
            for (SampleShapes.Times spacing : SampleShapes.Times.values()) {
                byte[] good = encode(SampleShapes.make(random, kind, spacing, 120));
                for (int round = 0; round < 300; round++) {
                    byte[] damaged = Damage.withRightChecksum(random, good);
                    try {
                        SampleIterator samples = SealedChunk.parse(damaged).iterator();
                        while (samples.next()) {}
                    } catch (CorruptChunkException expected) {
                        assertThat(expected).hasMessageContaining("sealed chunk");
                    }
                }
            }
        }
    }

    @Test
    void whatAServerExportsTakesFewBytes() {
        double sum = 0;
        SampleShapes.Values[] server = {
            SampleShapes.Values.CONSTANT, SampleShapes.Values.RARELY_CHANGING, SampleShapes.Values.COUNTER,
            SampleShapes.Values.SLOW_COUNTER, SampleShapes.Values.BYTES_GAUGE, SampleShapes.Values.INTEGER_GAUGE,
            SampleShapes.Values.PERCENT, SampleShapes.Values.CPU_SECONDS
        };
        for (SampleShapes.Values kind : server) {
            Samples samples = SampleShapes.make(new Random(1), kind, SampleShapes.Times.REGULAR, 720);
            sum += encode(samples).length / 720.0;
        }
        assertThat(sum / server.length).isLessThan(1.0);
    }

    static byte[] encode(Samples samples) {
        return SealedChunk.encode(samples.times(), samples.values(), 0, samples.count());
    }
}
