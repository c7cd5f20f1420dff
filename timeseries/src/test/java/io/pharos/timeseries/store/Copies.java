package io.pharos.timeseries.store;

import java.nio.ByteBuffer;

/** Blobs and rows over bytes of their own, for who keeps what a store hands out, or a store what it is given. */
public final class Copies {
    private Copies() {}

    /** A read-only copy from position to limit; the buffer is left as it is. */
    public static ByteBuffer of(ByteBuffer buffer) {
        ByteBuffer copy = ByteBuffer.allocate(buffer.remaining());
        copy.put(buffer.duplicate()).flip();
        return copy.asReadOnlyBuffer();
    }

    /** The row over a copy of its bytes. */
    public static ChunkRow of(ChunkRow row) {
        return with(row, of(row.chunk()));
    }

    /** The row with a position and limit of its own over the same bytes. */
    public static ChunkRow view(ChunkRow row) {
        return with(row, row.chunk().duplicate());
    }

    private static ChunkRow with(ChunkRow row, ByteBuffer chunk) {
        return new ChunkRow(
                row.metricHash(), row.series(), row.startMillis(), row.endMillis(), row.epoch(), row.sequence(), chunk);
    }
}
