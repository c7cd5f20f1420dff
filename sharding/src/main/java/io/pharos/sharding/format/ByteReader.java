package io.pharos.sharding.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Reads what {@link ByteWriter} wrote; every read beyond the end is a {@link CorruptBlobException}. Not thread-safe. */
public final class ByteReader {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private final int end;
    private int at;

    /** Reads between two offsets, the end exclusive. */
    public ByteReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    /** Where the next read begins. */
    public int position() {
        return at;
    }

    /** Bytes not yet read. */
    public int remaining() {
        return end - at;
    }

    /** The bytes this reads from. */
    public byte[] array() {
        return bytes;
    }

    /** Moves over bytes and returns where they began. */
    public int skip(int length) {
        if (length < 0 || length > end - at) {
            throw new CorruptBlobException("wanted " + length + " bytes at " + at + ", the end is " + end);
        }
        int from = at;
        at += length;
        return from;
    }

    /** Reads one byte, unsigned. */
    public int readByte() {
        return bytes[skip(1)] & 0xff;
    }

    /** Reads four bytes. */
    public int readInt() {
        return (int) INTS.get(bytes, skip(4));
    }

    /** Reads eight bytes. */
    public long readLong() {
        return (long) LONGS.get(bytes, skip(8));
    }

    /** Reads an unsigned number. */
    public long readVarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = readByte();
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new CorruptBlobException("a number of more than ten bytes before " + at);
    }

    /** Reads an unsigned number that counts something, at most as many as bytes could be left for. */
    public int readCount(int max) {
        long value = readVarint();
        if (value < 0 || value > max) {
            throw new CorruptBlobException(
                    "a count of " + value + " before " + at + ", at most " + max + " can be true");
        }
        return (int) value;
    }

    /** Reads a signed number. */
    public long readZigzag() {
        long value = readVarint();
        return value >>> 1 ^ -(value & 1);
    }

    /** Reads a length and as many bytes. */
    public byte[] readBlock() {
        int length = readCount(remaining());
        int from = skip(length);
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    /** Reads a length and gives a reader over as many bytes, which are not copied. */
    public ByteReader openBlock() {
        int length = readCount(remaining());
        int from = skip(length);
        return new ByteReader(bytes, from, from + length);
    }
}
