package io.pharos.sharding.series;

import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.chunk.StoredChunk;
import java.nio.ByteBuffer;

/**
 * A sealed chunk in memory. Until it is durable it must stay there and go into every checkpoint's heads.
 */
public final class HotChunk {
    private final byte[] bytes;
    private final long startMillis;
    private final long endMillis;
    private final long epoch;
    private final int sequence;
    private final boolean histograms;
    private volatile boolean durable;

    /** A chunk that is not durable yet; the array is taken over. */
    public HotChunk(byte[] bytes, long startMillis, long endMillis, long epoch, int sequence) {
        this.bytes = bytes;
        this.startMillis = startMillis;
        this.endMillis = endMillis;
        this.epoch = epoch;
        this.sequence = sequence;
        this.histograms = StoredChunk.hasHistograms(bytes);
    }

    /** A chunk that the store has. */
    public static HotChunk stored(ByteBuffer chunk, long startMillis, long endMillis, long epoch, int sequence) {
        byte[] bytes = new byte[chunk.remaining()];
        chunk.duplicate().get(bytes);
        HotChunk stored = new HotChunk(bytes, startMillis, endMillis, epoch, sequence);
        stored.durable = true;
        return stored;
    }

    /** The encoded chunk; read only. */
    public byte[] bytes() {
        return bytes;
    }

    /** Whether its samples are histograms, else numbers. */
    public boolean hasHistograms() {
        return histograms;
    }

    /** Time of the first sample. */
    public long startMillis() {
        return startMillis;
    }

    /** Time of the last sample, inclusive. */
    public long endMillis() {
        return endMillis;
    }

    /** The epoch it was sealed in. */
    public long epoch() {
        return epoch;
    }

    /** Its number in that epoch. */
    public int sequence() {
        return sequence;
    }

    /** Whether the chunk store has it for good. */
    public boolean durable() {
        return durable;
    }

    /** The chunk store confirmed it. */
    public void becomeDurable() {
        durable = true;
    }

    /** Walks its samples of a stretch of time (both ends inclusive), numbers or histograms, perhaps others around it. */
    public SampleIterator samples(long fromMillis, long toMillis) {
        return StoredChunk.kept(bytes, fromMillis, toMillis);
    }

    /** Bytes this holds in memory, objects counted. */
    public int memoryBytes() {
        return bytes.length + 64;
    }
}
