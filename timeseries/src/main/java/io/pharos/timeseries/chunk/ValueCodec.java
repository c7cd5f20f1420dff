package io.pharos.timeseries.chunk;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How the values of a sealed chunk are written; the shortest that keeps every bit is taken. */
final class ValueCodec {
    /** All values have the same bits. */
    static final int CONSTANT = 0;
    /** Runs of equal values. */
    static final int RUNS = 1;
    /** Integers over a power of ten, as residuals of a prediction. */
    static final int SCALED = 2;
    /** The exclusive or of neighbours' bits. */
    static final int XOR = 3;

    /** One run costs about this many bytes, so a chunk with more runs than this share of its samples is not written as runs. */
    private static final int SAMPLES_A_RUN_MIN = 6;

    private ValueCodec() {}

    /** One way of writing the values. */
    record Encoded(int codec, ByteWriter bytes) {}

    static Encoded encode(double[] values, int from, int to) {
        int count = to - from;
        int runs = 1;
        for (int i = from + 1; i < to; i++) {
            if (bits(values[i]) != bits(values[i - 1])) {
                runs++;
            }
        }
        if (runs == 1) {
            ByteWriter out = new ByteWriter(16);
            putDouble(out, values[from]);
            return new Encoded(CONSTANT, out);
        }
        @Nullable Encoded best = runs <= count / SAMPLES_A_RUN_MIN + 1 ? encodeRuns(values, from, to) : null;
        ByteWriter scaled = ScaledValues.write(values, from, to);
        if (scaled != null && (best == null || scaled.size() < best.bytes.size())) {
            best = new Encoded(SCALED, scaled);
        }
        if (best == null || best.bytes.size() > 2 * count) {
            ByteWriter xor = new ByteWriter(count * 4);
            XorValues.write(values, from, to, xor);
            if (best == null || xor.size() < best.bytes.size()) {
                best = new Encoded(XOR, xor);
            }
        }
        return best;
    }

    private static Encoded encodeRuns(double[] values, int from, int to) {
        ByteWriter out = new ByteWriter(64);
        int start = from;
        while (start < to) {
            int end = start + 1;
            while (end < to && bits(values[end]) == bits(values[start])) {
                end++;
            }
            out.putVarint(end - start);
            putDouble(out, values[start]);
            start = end;
        }
        return new Encoded(RUNS, out);
    }

    /**
     * Reads {@code count} values into the start of an array and leaves the reader after them.
     *
     * @param scratch at least {@code count} places that may be overwritten
     */
    static void read(int codec, ByteReader in, int count, double[] values, long[] scratch) {
        switch (codec) {
            case CONSTANT -> Arrays.fill(values, 0, count, getDouble(in));
            case RUNS -> {
                int at = 0;
                while (at < count) {
                    int run = in.count(count - at);
                    if (run == 0) {
                        throw in.corrupt("an empty run");
                    }
                    Arrays.fill(values, at, at + run, getDouble(in));
                    at += run;
                }
            }
            case SCALED -> ScaledValues.read(in, count, values, scratch);
            default -> XorValues.read(in, count, values);
        }
    }

    static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }

    /** A double without its trailing zero bytes: their number first. Whole numbers are short. */
    static void putDouble(ByteWriter out, double value) {
        long bits = bits(value);
        int length = topBytes(bits);
        out.putByte(length);
        out.putTop(bits, length);
    }

    static double getDouble(ByteReader in) {
        return Double.longBitsToDouble(in.top(in.count(Long.BYTES)));
    }

    /** The bytes of a long up to its last one that is not zero. */
    static int topBytes(long bits) {
        return Long.BYTES - Long.numberOfTrailingZeros(bits) / 8;
    }
}
