package io.pharos.timeseries.chunk;

import java.nio.ByteBuffer;

/** Reads stored chunks of any kind by their first byte. */
public final class StoredChunk {
    private StoredChunk() {}

    /**
     * Walks the samples of a chunk; the array must not change.
     *
     * @throws CorruptChunkException naming what is wrong
     */
    public static SampleIterator samples(byte[] bytes) {
        return samples(bytes, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** Walks those of a stretch of time (both ends inclusive), perhaps others around it; see {@link #samples(byte[])}. */
    public static SampleIterator samples(byte[] bytes, long fromMillis, long toMillis) {
        return hasHistograms(bytes)
                ? HistogramChunk.parse(bytes).iterator()
                : SealedChunk.parse(bytes).iterator(fromMillis, toMillis);
    }

    /** The same of a chunk in a buffer, whose bytes are copied and whose position stays. */
    public static SampleIterator samples(ByteBuffer buffer, long fromMillis, long toMillis) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return samples(bytes, fromMillis, toMillis);
    }

    /** The same of bytes that were made or parsed in this process and stayed in memory: the checksum is not computed again. */
    public static SampleIterator kept(byte[] bytes, long fromMillis, long toMillis) {
        return hasHistograms(bytes)
                ? HistogramChunk.parseKept(bytes).iterator()
                : SealedChunk.parseKept(bytes).iterator(fromMillis, toMillis);
    }

    /** Whether a chunk is one of histograms. */
    public static boolean hasHistograms(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == HistogramChunk.FORMAT;
    }
}
