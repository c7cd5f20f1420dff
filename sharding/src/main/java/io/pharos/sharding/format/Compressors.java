package io.pharos.sharding.format;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Zstandard compressors that are used again. Each has tables of a megabyte, which to make and to clear costs more than to compress a
 * log row of a small request. As many are kept as there are processors, for the life of the process. Thread-safe.
 */
final class Compressors {
    private static final BlockingQueue<ZstdCompressCtx> IDLE =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

    private Compressors() {}

    /** Compresses all of some bytes into an array from a place up to an end; the number of bytes written, or -1 where there is no room. */
    static int compress(byte[] from, int size, byte[] to, int at, int end, int level) {
        ZstdCompressCtx idle = IDLE.poll();
        ZstdCompressCtx compressor = idle == null ? new ZstdCompressCtx() : idle;
        boolean sound = false;
        try {
            int written = compressor.setLevel(level).compressByteArray(to, at, end - at, from, 0, size);
            sound = true;
            return written;
        } catch (ZstdException noRoom) {
            return -1;
        } finally {
            if (!sound || !IDLE.offer(compressor)) {
                compressor.close();
            }
        }
    }
}
