package io.pharos.timeseries.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Bytes and bits written one after the other into an array that grows; big-endian, the first bit is the highest. Not thread-safe. */
public final class ByteWriter {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Where the checksum lies in every stored chunk: after the format byte. */
    static final int CHECKSUM_AT = 1;

    static final int CHECKSUM_BYTES = 4;

    private byte[] bytes;
    private int size;
    private long pending;
    private int pendingBits;

    /** A writer with room for so many bytes at first. */
    public ByteWriter(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    int size() {
        return size;
    }

    private void ensure(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }

    /** The low eight bits. */
    public void putByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    /** Four bytes, the highest first. */
    public void putInt(int value) {
        putByte(value >>> 24);
        putByte(value >>> 16);
        putByte(value >>> 8);
        putByte(value);
    }

    void putLong(long value) {
        ensure(Long.BYTES);
        LONGS.set(bytes, size, value);
        size += Long.BYTES;
    }

    /** Seven bits a byte, the lowest first. */
    public void putVarint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            putByte((int) rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        putByte((int) rest);
    }

    /** The highest bytes of a long, as many as asked for. */
    void putTop(long value, int count) {
        for (int i = 0; i < count; i++) {
            putByte((int) (value >>> 56 - 8 * i));
        }
    }

    /** The low bits of a value whose other bits are zero; 0 to 64 bits. */
    void putBits(long value, int bits) {
        if (bits == 0) {
            return;
        }
        int room = Long.SIZE - pendingBits;
        if (bits < room) {
            pending |= value << room - bits;
            pendingBits += bits;
            return;
        }
        int over = bits - room;
        putLong(pending | value >>> over);
        pending = over == 0 ? 0 : value << Long.SIZE - over;
        pendingBits = over;
    }

    /** Ends a run of bits: the rest of the last byte is zeros. */
    void flushBits() {
        putTop(pending, pendingBits + 7 >>> 3);
        pending = 0;
        pendingBits = 0;
    }

    /** All bytes of an array. */
    public void putBytes(byte[] more) {
        ensure(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
    }

    void putAll(ByteWriter other) {
        ensure(other.size);
        System.arraycopy(other.bytes, 0, bytes, size, other.size);
        size += other.size;
    }

    /** Copies what was written into an array, from a place on; bits must have been flushed. */
    void copyTo(byte[] target, int at) {
        System.arraycopy(bytes, 0, target, at, size);
    }

    /** The bytes, with the checksum over all but itself put into the place left for it. */
    public byte[] sealed() {
        byte[] sealed = Arrays.copyOf(bytes, size);
        int checksum = checksum(sealed, 0, size);
        for (int i = 0; i < CHECKSUM_BYTES; i++) {
            sealed[CHECKSUM_AT + i] = (byte) (checksum >>> 24 - 8 * i);
        }
        return sealed;
    }

    static int checksum(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, CHECKSUM_AT);
        int rest = from + CHECKSUM_AT + CHECKSUM_BYTES;
        crc.update(bytes, rest, to - rest);
        return (int) crc.getValue();
    }
}
