package io.pharos.timeseries.chunk;

/**
 * A closed run of native histograms as it is stored: immutable and checked. Safe for any thread. The drawn layout is
 * docs/format/histogram-chunk.md.
 */
public final class HistogramChunk {
    /** The first byte. */
    public static final byte FORMAT = 0x31;

    /** The most histograms of one chunk. */
    public static final int SAMPLES_MAX = 1 << 16;

    private static final String WHAT = "histogram chunk";

    private final int count;
    private final long firstTime;
    private final long lastTime;
    private final byte[] bytes;
    private final int payload;
    private final int end;

    private HistogramChunk(int count, long firstTime, long lastTime, byte[] bytes, int payload, int end) {
        this.count = count;
        this.firstTime = firstTime;
        this.lastTime = lastTime;
        this.bytes = bytes;
        this.payload = payload;
        this.end = end;
    }

    /**
     * Checks and reads the header; the array is taken over and must not change.
     *
     * @throws CorruptChunkException naming what is wrong
     */
    public static HistogramChunk parse(byte[] bytes) {
        return parse(bytes, 0, bytes.length);
    }

    /** Reads a chunk between two offsets (the end is exclusive); see {@link #parse(byte[])}. */
    public static HistogramChunk parse(byte[] bytes, int from, int to) {
        return parse(bytes, to, ByteReader.checked(bytes, from, to, FORMAT, WHAT));
    }

    /**
     * Reads the header of bytes that were made or parsed in this process and stayed in memory: the checksum is not computed again.
     *
     * @throws CorruptChunkException naming what is wrong
     */
    public static HistogramChunk parseKept(byte[] bytes) {
        return parse(bytes, bytes.length, ByteReader.kept(bytes, FORMAT, WHAT));
    }

    private static HistogramChunk parse(byte[] bytes, int to, ByteReader in) {
        int count = in.count(SAMPLES_MAX);
        if (count == 0) {
            throw in.corrupt("no histograms");
        }
        long first = Scaled.unzigzag(in.varint());
        long span = in.varint();
        if (span < count - 1) {
            throw in.corrupt(count + " histograms in " + span + " ms");
        }
        return new HistogramChunk(count, first, first + span, bytes, in.position(), to);
    }

    /** The number of histograms. */
    public int count() {
        return count;
    }

    /** The time of the first one. */
    public long firstTimestampMillis() {
        return firstTime;
    }

    /** The time of the last one. */
    public long lastTimestampMillis() {
        return lastTime;
    }

    /**
     * Walks the histograms, which takes no memory before the first is asked for; what is damaged past the checksum is a
     * {@link CorruptChunkException} on the way.
     */
    public SampleIterator iterator() {
        return new HistogramIterator(new WordReader(WHAT, bytes, payload, end), count, firstTime, lastTime);
    }
}
