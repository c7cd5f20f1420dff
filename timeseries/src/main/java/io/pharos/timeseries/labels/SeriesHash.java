package io.pharos.timeseries.labels;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The 128-bit hash of series ids and placement: MurmurHash3 x64 128 with seed 0 (Austin Appleby, public domain), on disk for
 * ever. Not meant to resist an adversary who picks labels.
 */
public final class SeriesHash {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long C1 = 0x87c37b91114253d5L;
    private static final long C2 = 0x4cf5ad432745937fL;

    private SeriesHash() {}

    /** Receives both words of a hash without an allocation. */
    public static final class Words {
        /** The first word. */
        public long high;
        /** The second word. */
        public long low;
    }

    /** Hashes the bytes between two offsets (the end is exclusive) into {@code out}. */
    public static void hash(byte[] bytes, int from, int to, long seed, Words out) {
        long h1 = seed;
        long h2 = seed;
        int at = from;
        for (; to - at >= 16; at += 16) {
            long k1 = (long) LONGS.get(bytes, at);
            long k2 = (long) LONGS.get(bytes, at + 8);
            h1 ^= Long.rotateLeft(k1 * C1, 31) * C2;
            h1 = (Long.rotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
            h2 ^= Long.rotateLeft(k2 * C2, 33) * C1;
            h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
        }
        int tail = to - at;
        if (tail > 8) {
            h2 ^= Long.rotateLeft(little(bytes, at + 8, to) * C2, 33) * C1;
        }
        if (tail > 0) {
            h1 ^= Long.rotateLeft(little(bytes, at, Math.min(to, at + 8)) * C1, 31) * C2;
        }
        h1 ^= to - from;
        h2 ^= to - from;
        h1 += h2;
        h2 += h1;
        h1 = finish(h1);
        h2 = finish(h2);
        h1 += h2;
        h2 += h1;
        out.high = h1;
        out.low = h2;
    }

    private static long little(byte[] bytes, int from, int to) {
        long word = 0;
        for (int i = to - 1; i >= from; i--) {
            word = word << 8 | bytes[i] & 0xff;
        }
        return word;
    }

    private static long finish(long word) {
        long k = word;
        k ^= k >>> 33;
        k *= 0xff51afd7ed558ccdL;
        k ^= k >>> 33;
        k *= 0xc4ceb9fe1a85ec53L;
        return k ^ k >>> 33;
    }

    static SeriesIdentity identityOf(Labels labels) {
        Words words = new Words();
        byte[] canonical = labels.canonicalBytes();
        hash(canonical, 0, canonical.length, 0, words);
        SeriesId id = new SeriesId(words.high, words.low);
        long placement = id.high();
        if (labels.get("le") != null || labels.get("quantile") != null) {
            byte[] placed = labels.drop(PLACED_APART).canonicalBytes();
            hash(placed, 0, placed.length, 0, words);
            placement = words.high;
        }
        byte[] name = labels.metricName().getBytes(StandardCharsets.UTF_8);
        hash(name, 0, name.length, 0, words);
        return new SeriesIdentity(id, placement, words.high);
    }

    private static final java.util.Set<String> PLACED_APART = java.util.Set.of("le", "quantile");
}
