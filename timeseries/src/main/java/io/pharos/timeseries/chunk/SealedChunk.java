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
        ByteReader in = ByteReader.checked(bytes, 0, bytes.length, FORMAT, WHAT);
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

    /** Walks the samples; they are decoded at the first step. */
    public SampleIterator iterator() {
        return new SealedIterator(this);
    }
}
