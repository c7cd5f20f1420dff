package io.pharos.timeseries.chunk;

import java.nio.ByteBuffer;

/**
 * A closed run of samples as it is stored: immutable, checked, encoded by the best of several codecs, with a summary in front.
 * Safe for any thread. The drawn layout is docs/format/sealed-chunk.md.
 */
public final class SealedChunk {
    /** The first byte. */
    public static final byte FORMAT = 0x21;

    /** The most samples of one chunk. */
    public static final int SAMPLES_MAX = 1 << 16;

    /** Times must lie within this many milliseconds of 1970, so that differences of differences fit. */
    private static final long TIME_LIMIT = 1L << 56;

    private static final String WHAT = "sealed chunk";

    private final byte[] bytes;
    private final ChunkSummary summary;
    private final int valueCodec;
    private final int timeCodec;
    private final int payload;

    private SealedChunk(byte[] bytes, ChunkSummary summary, int valueCodec, int timeCodec, int payload) {
        this.bytes = bytes;
        this.summary = summary;
        this.valueCodec = valueCodec;
        this.timeCodec = timeCodec;
        this.payload = payload;
    }

    /**
     * Encodes samples between two indices (the end is exclusive): 1 to {@link #SAMPLES_MAX} of them, times strictly ascending. All
     * bits of each value are kept.
     *
     * @throws IllegalArgumentException when the samples are none, too many or not ascending
     */
    public static byte[] encode(long[] times, double[] values, int from, int to) {
        check(times, from, to);
        ChunkSummary summary = ChunkSummary.of(times, values, from, to);
        ByteWriter timeBytes = new ByteWriter(16);
        int timeCodec = TimeCodec.write(times, from, to, timeBytes);
        ValueCodec.Encoded encoded = ValueCodec.encode(values, from, to);
        ByteWriter out = new ByteWriter(64 + timeBytes.size() + encoded.bytes().size());
        out.putByte(FORMAT);
        out.putInt(0);
        out.putByte(timeCodec << 4 | encoded.codec());
        SummaryCodec.write(summary, out);
        out.putAll(encoded.bytes());
        out.putAll(timeBytes);
        return out.sealed();
    }

    private static void check(long[] times, int from, int to) {
        if (to - from < 1 || to - from > SAMPLES_MAX) {
            throw new IllegalArgumentException(to - from + " samples: not between 1 and " + SAMPLES_MAX);
        }
        for (int i = from + 1; i < to; i++) {
            if (times[i] <= times[i - 1]) {
                throw new IllegalArgumentException(
                        "sample " + (i - from) + " at " + times[i] + " is not after " + times[i - 1]);
            }
        }
        if (times[from] < -TIME_LIMIT || times[to - 1] > TIME_LIMIT) {
            throw new IllegalArgumentException(
                    "times from " + times[from] + " to " + times[to - 1] + " are too far off");
        }
    }

    /** Reads a chunk out of a buffer, whose bytes are copied and whose position stays; see {@link #parse(byte[])}. */
    public static SealedChunk parse(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return parse(bytes);
    }

    /**
     * Checks and reads the header; the array is taken over and must not change.
     *
     * @throws CorruptChunkException naming what is wrong
     */
    public static SealedChunk parse(byte[] bytes) {
        return parse(bytes, ByteReader.checked(bytes, 0, bytes.length, FORMAT, WHAT));
    }

    /**
     * The same of bytes that were encoded or parsed in this process and stayed in memory: the checksum is not computed again.
     *
     * @throws CorruptChunkException naming what is wrong
     */
    public static SealedChunk parseKept(byte[] bytes) {
        return parse(bytes, ByteReader.kept(bytes, FORMAT, WHAT));
    }

    private static SealedChunk parse(byte[] bytes, ByteReader in) {
        int codecs = in.readByte();
        int valueCodec = codecs & 15;
        int timeCodec = codecs >>> 4;
        if (valueCodec > ValueCodec.XOR || timeCodec > TimeCodec.STEPS) {
            throw in.corrupt(String.format("unknown codecs 0x%02x", codecs));
        }
        ChunkSummary summary = SummaryCodec.read(in);
        return new SealedChunk(bytes, summary, valueCodec, timeCodec, in.position());
    }

    /** What the header says. */
    public ChunkSummary summary() {
        return summary;
    }

    /** The number of samples. */
    public int count() {
        return summary.count();
    }

    /** The time of the first sample. */
    public long firstTimestampMillis() {
        return summary.firstTimestampMillis();
    }

    /** The time of the last sample. */
    public long lastTimestampMillis() {
        return summary.lastTimestampMillis();
    }

    /** The stored form, read-only. */
    public ByteBuffer bytes() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** The number of bytes of the stored form. */
    public int sizeBytes() {
        return bytes.length;
    }

    /**
     * Decodes all samples into the first {@link #count} places of two arrays.
     *
     * @throws CorruptChunkException when the bytes after the header are not what the encoder wrote
     */
    public void decode(long[] times, double[] values) {
        int count = summary.count();
        ByteReader in = new ByteReader(WHAT, bytes, 0, payload, bytes.length);
        ValueCodec.read(valueCodec, in, count, values, times);
        TimeCodec.read(timeCodec, in, summary.firstTimestampMillis(), summary.lastTimestampMillis(), count, times);
        if (in.position() != bytes.length) {
            throw in.corrupt(bytes.length - in.position() + " bytes too many");
        }
    }

    /**
     * Decodes the samples of a stretch of time (both ends inclusive), perhaps others around it, into the first places of two arrays.
     * Where samples are equally far apart, what lies after the stretch is not read, and what lies before it is only passed over.
     *
     * @param times at least {@link #count} places, of which those behind the answer may be overwritten
     * @param values the same
     * @return how many
     * @throws CorruptChunkException when the bytes that were read are not what the encoder wrote
     */
    public int decode(long fromMillis, long toMillis, long[] times, double[] values) {
        int count = summary.count();
        long first = summary.firstTimestampMillis();
        long last = summary.lastTimestampMillis();
        if (fromMillis > last || toMillis < first) {
            return 0;
        }
        long step = count < 3 ? 0 : (last - first) / (count - 1);
        boolean whole = fromMillis <= first && toMillis >= last;
        if (whole || timeCodec != TimeCodec.REGULAR || step < 1 || first + step * (count - 1) != last) {
            decode(times, values);
            return count;
        }
        int from = fromMillis <= first ? 0 : (int) ((fromMillis - first + step - 1) / step);
        int to = toMillis >= last ? count : (int) ((toMillis - first) / step) + 1;
        if (from >= to) {
            return 0;
        }
        ByteReader in = new ByteReader(WHAT, bytes, 0, payload, bytes.length);
        if (valueCodec == ValueCodec.SCALED) {
            ScaledValues.read(in, count, from, to, values, times);
        } else {
            ValueCodec.read(valueCodec, in, count, values, times);
            System.arraycopy(values, from, values, 0, to - from);
        }
        for (int i = from; i < to; i++) {
            times[i - from] = first + i * step;
        }
        return to - from;
    }

    /** Walks the samples; they are decoded at the first step. */
    public SampleIterator iterator() {
        return new SealedIterator(this, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** Walks the samples of a stretch of time (both ends inclusive), perhaps others around it. */
    public SampleIterator iterator(long fromMillis, long toMillis) {
        return new SealedIterator(this, fromMillis, toMillis);
    }
}
