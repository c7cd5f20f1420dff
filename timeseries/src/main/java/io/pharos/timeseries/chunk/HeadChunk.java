package io.pharos.timeseries.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The open chunk of a series: a bit stream that only grows. One thread writes; any thread may read what was published.
 *
 * <p>A sample is written as the change of its time's step, and as a value in one of three modes: the same bits again; an
 * integer (over a power of ten, so that 12.34 is one too) as the residual of a prediction in an adaptive exp-Golomb code; or the
 * exclusive or with the bits before. Bits once written never change, and a sample's bits are written before the count that
 * publishes it, so a reader that took the count with acquire decodes exactly that many samples without a lock, also while the
 * array grows by being copied. The drawn layout is docs/format/head-chunk.md.
 *
 * <p>Most readers want the newest samples. {@link RestartPoints} spare them what lies before, and one who wants the last sample
 * alone copies the writer's state of it, as an optimistic read: {@code begun} is written before that state changes
 * and the count after it, so whoever finds both equal, the count looked at first, has seen no half of a sample.
 */
public final class HeadChunk extends HeadModel {
    /** The first byte of the stored form. */
    public static final byte FORMAT = 0x11;

    private static final VarHandle COUNT;
    private static final VarHandle BEGUN;
    private static final int WORDS_AT_START = 4;
    private static final int OBJECT_BYTES = 112;
    private static final int ARRAY_BYTES = 16;
    private static final int SEARCH_SCALE_MAX = 9;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(HeadChunk.class, "count", int.class);
            BEGUN = MethodHandles.lookup().findVarHandle(HeadChunk.class, "begun", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private volatile long[] words;
    private volatile byte[] restartPoints = RestartPoints.none();
    private int bitCount;

    @SuppressWarnings("unused") // written through COUNT
    private int count;

    /** The count as it will be when the append under way is done. */
    @SuppressWarnings("unused") // written and read through BEGUN
    private int begun;

    private long firstTime;

    /** An empty chunk. */
    public HeadChunk() {
        this(new long[WORDS_AT_START]);
    }

    private HeadChunk(long[] words) {
        this.words = words;
    }

    /**
     * Appends a sample and publishes it. Writer's thread only.
     *
     * @throws IllegalArgumentException when the time is not after the last one
     */
    public void append(long timestampMillis, double value) {
        int published = count;
        if (published > 0 && timestampMillis <= lastTime) {
            throw new IllegalArgumentException("sample at " + timestampMillis + " is not after " + lastTime);
        }
        BEGUN.setOpaque(this, published + 1);
        VarHandle.storeStoreFence();
        if (published == 0) {
            firstTime = timestampMillis;
        } else {
            long delta = timestampMillis - lastTime;
            writeTime(delta - lastDelta);
            lastDelta = delta;
        }
        lastTime = timestampMillis;
        writeValue(value);
        COUNT.setRelease(this, published + 1);
        if ((published + 1) % RestartPoints.SPACING == 0) {
            restartPoints = RestartPoints.with(restartPoints, published + 1, firstTime, bitCount, this);
        }
    }

    private void writeTime(long change) {
        long folded = Scaled.zigzag(change);
        int bits = TimeCode.bits(folded);
        if (bits <= TimeCode.WORD_BITS_MAX) {
            write(TimeCode.word(folded, bits), bits);
        } else {
            write(0b11111L, 5);
            write(folded, 64);
        }
    }

    private void writeValue(double value) {
        long bits = Double.doubleToRawLongBits(value);
        if (bits == lastBits) {
            writeMode(SAME);
            return;
        }
        long integer = Scaled.toInteger(value, scale);
        if (integer == Scaled.NONE) {
            integer = rescaleFor(value);
        }
        if (integer == Scaled.NONE) {
            writeMode(XOR);
            writeXor(bits ^ lastBits);
        } else {
            writeMode(INTEGER);
            writeInteger(integer);
        }
        lastBits = bits;
    }

    /**
     * Looks for a scale under which the value is an integer. A lone misfit among many integers is not worth a change, and
     * where nothing fits the search becomes rare.
     */
    private long rescaleFor(double value) {
        int misfit = misfits + 1;
        if (warm == 3 && misfit == 1 || (misfit & misfit - 1) != 0 || misfit == Byte.MAX_VALUE + 1) {
            return Scaled.NONE;
        }
        for (int candidate = scale + 1; candidate <= SEARCH_SCALE_MAX; candidate++) {
            long integer = Scaled.toInteger(value, candidate);
            if (integer != Scaled.NONE) {
                write(0b111L << 4 | candidate, 7);
                rescale(candidate);
                return integer;
            }
        }
        return Scaled.NONE;
    }

    private void writeMode(int mode) {
        if (mode == mode0) {
            write(0, 1);
        } else if (mode == mode1) {
            write(0b10, 2);
        } else {
            write(0b110, 3);
        }
        use(mode);
    }

    private void writeInteger(long integer) {
        long residual = Scaled.zigzag(integer - predicted());
        int parameter = parameter();
        if (warm < 2) {
            int bits = Scaled.bitLength(residual);
            write(bits, 6);
            if (bits > 0) {
                write(residual, bits);
            }
        } else {
            long shifted = residual + (1L << parameter);
            int bits = Scaled.bitLength(shifted);
            int zeros = bits - 1 - parameter;
            if (zeros + bits <= Long.SIZE) {
                write(shifted, zeros + bits);
            } else {
                write(0, zeros);
                write(shifted, bits);
            }
        }
        learn(integer, residual, parameter);
    }

    private void writeXor(long xor) {
        int leading = Long.numberOfLeadingZeros(xor);
        int trailing = Long.numberOfTrailingZeros(xor);
        int bits = Long.SIZE - leading - trailing;
        int windowTrailing = Long.SIZE - windowLeading - windowBits;
        boolean fits = windowBits > 0 && leading >= windowLeading && trailing >= windowTrailing;
        if (fits && windowBits <= bits + 12) {
            write(0, 1);
            write(xor >>> windowTrailing, windowBits);
        } else {
            write(1L << 12 | (long) leading << 6 | bits - 1, 13);
            write(xor >>> trailing, bits);
            windowLeading = (byte) leading;
            windowBits = (byte) bits;
        }
    }

    /**
     * Appends the low bits of a value whose other bits are zero; 1 to 64 bits. What {@link WordWriter} does, without an object of its own: there is
     * a head a live series.
     */
    private void write(long value, int bits) {
        int word = bitCount >>> 6;
        int room = Long.SIZE - (bitCount & 63);
        long[] target = words;
        if (word + (bits > room ? 1 : 0) >= target.length) {
            target = Arrays.copyOf(target, target.length + Math.max(2, target.length >> 2));
            words = target;
        }
        if (bits <= room) {
            target[word] |= value << room - bits;
        } else {
            target[word] |= value >>> bits - room;
            target[word + 1] = value << Long.SIZE - (bits - room);
        }
        bitCount += bits;
    }

    /** The number of published samples. Any thread. */
    public int count() {
        return (int) COUNT.getAcquire(this);
    }

    /** Reads what the next sample will touch, so that it is in the cache then; the number, never negative, means nothing. Writer's thread. */
    public int warm() {
        long[] target = words;
        return (int) (target[Math.min(bitCount >>> 6, target.length - 1)] & 1) + count;
    }

    /** The time of the first sample; 0 in an empty chunk. Any thread that saw a count above 0. */
    public long firstTimestampMillis() {
        return firstTime;
    }

    /** The time of the last sample; 0 in an empty chunk. Other threads see one at least as new as the count they read before. */
    public long lastTimestampMillis() {
        return lastTime;
    }

    /** The value of the last sample; 0 in an empty chunk. Other threads may see one newer than the count they read before. */
    public double lastValue() {
        return Double.longBitsToDouble(lastBits);
    }

    /** The bytes the samples take, without headers. */
    public int sizeBytes() {
        return bitCount + 7 >>> 3;
    }

    /** The bytes this chunk holds in memory, roughly, objects counted. */
    public int memoryBytes() {
        byte[] points = restartPoints;
        int pointBytes = points.length == 0 ? 0 : ARRAY_BYTES + points.length;
        return OBJECT_BYTES + ARRAY_BYTES + words.length * Long.BYTES + pointBytes;
    }

    /** Walks the samples published when this is called. Any thread; the iterator is for one thread. */
    public SampleIterator iterator() {
        return iterator(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** The same of a stretch of time (both ends inclusive), perhaps others around it. */
    public SampleIterator iterator(long fromMillis, long toMillis) {
        int published = count();
        if (published == 0) {
            return SampleIterator.EMPTY;
        }
        byte[] points = restartPoints;
        HeadIterator samples = new HeadIterator(words, published, firstTime, Integer.MAX_VALUE);
        samples.limit(this, points, fromMillis, toMillis);
        return samples;
    }

    /**
     * Gives the newest sample that is published, unless the writer is at work on the next one or it is too new. Any thread.
     *
     * @param atMillis a newer sample is too new
     * @param times its time comes into the first place
     * @param values its value comes into the first place
     */
    boolean copyLast(long atMillis, long[] times, double[] values) {
        int published = (int) COUNT.getAcquire(this);
        long time = lastTime;
        long bits = lastBits;
        VarHandle.loadLoadFence();
        if (published == 0 || (int) BEGUN.getOpaque(this) != published || time > atMillis) {
            return false;
        }
        times[0] = time;
        values[0] = Double.longBitsToDouble(bits);
        return true;
    }

    /** The stored form. Writer's thread only. */
    public byte[] toBytes() {
        int size = sizeBytes();
        ByteWriter out = new ByteWriter(size + 24);
        out.putByte(FORMAT);
        out.putInt(0);
        out.putVarint(count);
        out.putVarint(Scaled.zigzag(firstTime));
        long[] source = words;
        for (int i = 0; i < size; i++) {
            out.putByte((int) (source[i >>> 3] >>> 56 - 8 * (i & 7)));
        }
        return out.sealed();
    }

    /**
     * Reads the stored form between two offsets (the end is exclusive); the chunk can be appended to again.
     *
     * @throws CorruptChunkException when the bytes are not what {@link #toBytes} made
     */
    public static HeadChunk ofBytes(byte[] bytes, int from, int to) {
        ByteReader in = ByteReader.checked(bytes, from, to, FORMAT, "head chunk");
        long count = in.varint();
        long firstTime = Scaled.unzigzag(in.varint());
        int size = to - in.position();
        if (count < 0 || count > 8L * size) {
            throw new CorruptChunkException("head chunk: " + count + " samples in " + size + " bytes");
        }
        long[] words = new long[Math.max(WORDS_AT_START, (size + 7 >>> 3) + 1)];
        for (int i = 0; i < size; i++) {
            words[i >>> 3] |= (bytes[in.position() + i] & 0xffL) << 56 - 8 * (i & 7);
        }
        HeadChunk chunk = new HeadChunk(words);
        if (count > 0) {
            HeadIterator iterator = new HeadIterator(words, (int) count, firstTime, size * 8);
            byte[] points = RestartPoints.none();
            int read = 0;
            while (iterator.next()) {
                if (++read % RestartPoints.SPACING == 0) {
                    points = RestartPoints.with(points, read, firstTime, iterator.bitPosition(), iterator);
                }
            }
            chunk.restartPoints = points;
            chunk.resume(iterator, (int) count, firstTime);
        }
        if (chunk.sizeBytes() != size) {
            throw new CorruptChunkException(
                    "head chunk: " + size + " bytes of samples, of which only " + chunk.sizeBytes() + " were read");
        }
        return chunk;
    }

    private void resume(HeadIterator from, int samples, long first) {
        lastTime = from.lastTime;
        lastDelta = from.lastDelta;
        lastBits = from.lastBits;
        lastInteger = from.lastInteger;
        step16 = from.step16;
        residual16 = from.residual16;
        scale = from.scale;
        warm = from.warm;
        mode0 = from.mode0;
        mode1 = from.mode1;
        windowLeading = from.windowLeading;
        windowBits = from.windowBits;
        misfits = from.misfits;
        bitCount = from.bitPosition();
        firstTime = first;
        BEGUN.setOpaque(this, samples);
        COUNT.setRelease(this, samples);
    }
}
