package io.pharos.sharding.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing buffer that numbers are written into, little-endian. Not thread-safe. */
public final class ByteWriter {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes;
    private int size;

    /** A buffer that begins with room for so many bytes. */
    public ByteWriter(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    /** The number of bytes written. */
    public int size() {
        return size;
    }

    /** The buffer itself, which is longer than {@link #size}; valid until the next write. */
    public byte[] array() {
        return bytes;
    }

    /** A copy of what was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** Forgets what was written and keeps the room. */
    public void clear() {
        size = 0;
    }

    /** Makes room for more bytes and returns where they begin; the caller fills them. */
    public int reserve(int more) {
        int at = size;
        room(more);
        size += more;
        return at;
    }

    /** Takes back what was written beyond a size. */
    public void truncate(int length) {
        if (length < 0 || length > size) {
            throw new IllegalArgumentException("a length of " + length + " where " + size + " bytes are");
        }
        size = length;
    }

    private void room(int more) {
        int needed = size + more;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
        }
    }

    /** Writes one byte. */
    public void writeByte(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    /** Writes four bytes. */
    public void writeInt(int value) {
        int at = reserve(4); // first, since it may replace the buffer
        INTS.set(bytes, at, value);
    }

    /** Writes eight bytes. */
    public void writeLong(long value) {
        int at = reserve(8);
        LONGS.set(bytes, at, value);
    }

    /** Writes an unsigned number, seven bits a byte, the lowest first. */
    public void writeVarint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** Writes a signed number so that small ones of either sign are short. */
    public void writeZigzag(long value) {
        writeVarint(value << 1 ^ value >> 63);
    }

    /** Writes bytes as they are. */
    public void writeBytes(byte[] source, int from, int length) {
        int at = reserve(length);
        System.arraycopy(source, from, bytes, at, length);
    }

    /** Writes the length and the bytes. */
    public void writeBlock(byte[] source) {
        writeVarint(source.length);
        writeBytes(source, 0, source.length);
    }

    /** Writes how many bytes another writer has, and these. */
    public void writeBlock(ByteWriter content) {
        writeVarint(content.size());
        writeBytes(content.array(), 0, content.size());
    }
}
