package io.pharos.timeseries.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.Golden;
import io.pharos.timeseries.chunk.SampleShapes.Samples;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks once written stay readable, and the writer changes no byte unnoticed. */
class ChunkGoldenTest {
    private static final long START = 1_790_000_000_000L;

    private static final Map<String, IntToDoubleFunction> SHAPES = Map.of(
            "constant", i -> 42.5,
            "runs", i -> i < 25 ? 0 : i < 40 ? Math.PI : Double.NaN,
            "scaled-step", i -> 1000 + 17.0 * i + i % 5,
            "scaled-level", i -> (2150 + i * 37 % 11) / 100.0,
            "scaled-trend", i -> 4096.0 * i * i,
            "scaled-exceptions", i -> i == 30 ? -0.0 : i == 63 ? StaleMarker.VALUE : 7 * i,
            "xor", i -> 1 / (i + 3.0));

    private static Samples samples(String name, boolean jitter) {
        long[] times = new long[64];
        double[] values = new double[64];
        for (int i = 0; i < 64; i++) {
            times[i] = START + 10_000L * i + (jitter ? i * 7 % 5 - 2 : 0);
            values[i] = SHAPES.getOrDefault(name, Math::sqrt).applyAsDouble(i);
        }
        if (name.equals("xor")) {
            times[63] += 86_400_000;
        }
        return new Samples(times, values);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"constant", "runs", "scaled-step", "scaled-level", "scaled-trend", "scaled-exceptions", "xor"})
    void sealedChunksAreWrittenAndReadAsEver(String name) {
        Samples samples = samples(name, name.startsWith("scaled"));
        HeadChunkTest.assertSamples(
                SealedChunk.parse(Golden.bytes("sealed-" + name + ".hex")).iterator(), samples, 64, name);
        assertHex(SealedChunkTest.encode(samples), "sealed-" + name + ".hex");
    }

    /** One head that goes through every mode: regular and irregular times, integers, a scale, a reset, any bits. */
    @Test
    void headChunksAreWrittenAndReadAsEver() {
        Samples samples = headSamples();
        byte[] golden = Golden.bytes("head.hex");
        HeadChunk chunk = HeadChunk.ofBytes(golden, 0, golden.length);
        HeadChunkTest.assertSamples(chunk.iterator(), samples, samples.count(), "head");
        assertHex(HeadChunkTest.filled(samples, 0, samples.count()).toBytes(), "head.hex");
    }

    private static Samples headSamples() {
        long[] times = new long[96];
        double[] values = new double[96];
        for (int i = 0; i < 96; i++) {
            times[i] = START + 15_000L * i + (i > 40 ? i * i % 3 : 0) + (i > 80 ? 1L << i / 2 : 0);
            values[i] = i < 30 ? 1000 + 40 * i + i % 3 : i < 40 ? 5 : i < 60 ? (100 * i + i % 7) / 100.0 : Math.sqrt(i);
        }
        values[70] = StaleMarker.VALUE;
        values[71] = Double.NaN;
        return new Samples(times, values);
    }

    private static void assertHex(byte[] bytes, String name) {
        String wrapped = HexFormat.of().formatHex(bytes).replaceAll("(.{64})", "$1\n");
        assertThat(wrapped.strip()).as(name).isEqualTo(Golden.text(name).strip());
    }
}
