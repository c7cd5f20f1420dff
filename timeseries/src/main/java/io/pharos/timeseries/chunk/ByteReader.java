package io.pharos.timeseries.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Reads what {@link ByteWriter} wrote; reading past the end is a {@link CorruptChunkException}. Not thread-safe. */
public final class ByteReader {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final String what;
    private final byte[] bytes;
    private final int start;
    private final int to;
    private int position;

    ByteReader(String what, byte[] bytes, int start, int position, int to) {
        this.what = what;
        this.bytes = bytes;
        this.start = start;
        this.position = position;
        this.to = to;
    }

    /** A reader placed after the format byte and the checksum, both of them checked; {@code what} names it in errors. */
    public static ByteReader checked(byte[] bytes, int from, int to, byte format, String what) {
        int header = ByteWriter.CHECKSUM_AT + ByteWriter.CHECKSUM_BYTES;
        if (from < 0 || to > bytes.length || to - from < header) {
            throw new CorruptChunkException(what + ": " + (to - from) + " bytes are too few");
        }
        if (bytes[from] != format) {
            throw new CorruptChunkException(String.format("%s: unknown format byte 0x%02x", what, bytes[from]));
        }
        int stored = 0;
        for (int i = 0; i < ByteWriter.CHECKSUM_BYTES; i++) {
            stored = stored << 8 | bytes[from + ByteWriter.CHECKSUM_AT + i] & 0xff;
        }
        int computed = ByteWriter.checksum(bytes, from, to);
        if (stored != computed) {
            throw new CorruptChunkException(String.format(
                    "%s: checksum %08x stored, %08x computed over %d bytes", what, stored, computed, to - from));
        }
        return new ByteReader(what, bytes, from, from + header, to);
    }

    /** A reader placed after the format byte and the checksum, which is not computed. */
    static ByteReader kept(byte[] bytes, byte format, String what) {
        int header = ByteWriter.CHECKSUM_AT + ByteWriter.CHECKSUM_BYTES;
        if (bytes.length < header || bytes[0] != format) {
            throw new CorruptChunkException(what + ": " + bytes.length + " bytes that do not begin as one");
        }
        return new ByteReader(what, bytes, 0, header, bytes.length);
    }

    /** A reader of bytes that were checked before, from a place on; {@code what} names them in errors. */
    public static ByteReader from(String what, byte[] bytes, int position) {
        return new ByteReader(what, bytes, 0, position, bytes.length);
    }

    /** The place of the next byte in the array. */
    public int position() {
        return position;
    }

    /** That something is wrong here, to be thrown. */
    public CorruptChunkException corrupt(String sentence) {
        return new CorruptChunkException(what + ": " + sentence + " at byte " + (position - start));
    }

    /** The next byte, 0 to 255. */
    public int readByte() {
        if (position >= to) {
            throw corrupt("the bytes end early");
        }
        return bytes[position++] & 0xff;
    }

    /** The number that {@link ByteWriter#putVarint} wrote. */
    public long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int read = readByte();
            value |= (read & 0x7fL) << shift;
            if (read < 0x80) {
                return value;
            }
        }
        throw corrupt("a number of more than ten bytes");
    }

    /** A number that counts something, from 0 to a limit inclusive. */
    public int count(long limit) {
        long value = varint();
        if (value < 0 || value > limit) {
            throw corrupt("the number " + value + " is outside 0 to " + limit);
        }
        return (int) value;
    }

    /** So many bytes, as a copy. */
    public byte[] readBytes(int count) {
        if (count > to - position) {
            throw corrupt("the bytes end early");
        }
        byte[] read = Arrays.copyOfRange(bytes, position, position + count);
        position += count;
        return read;
    }

    long top(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (long) readByte() << 56 - 8 * i;
        }
        return value;
    }

    // Bits are read at a position counted in bits from the array's start, kept by the caller in a local variable.

    long bitPosition() {
        return (long) position << 3;
    }

    /** The bits from a position on, the first one highest; at least 57 of them are right, zeros after the end. */
    long peek(long bitPosition) {
        int at = (int) (bitPosition >>> 3);
        int offset = (int) bitPosition & 7;
        if (at + Long.BYTES <= to) {
            return (long) LONGS.get(bytes, at) << offset;
        }
        long value = 0;
        for (int i = at; i < to; i++) {
            value |= (bytes[i] & 0xffL) << 56 - 8 * (i - at);
        }
        return value << offset;
    }

    /** Reads 0 to 64 bits at a position. */
    long bits(long bitPosition, int count) {
        if (count == 0) {
            return 0;
        }
        if (count <= 57) {
            return peek(bitPosition) >>> Long.SIZE - count;
        }
        long high = peek(bitPosition) >>> 32;
        return high << count - 32 | peek(bitPosition + 32) >>> Long.SIZE - (count - 32);
    }

    /** Goes on with bytes after a run of bits. */
    void endBits(long bitPosition) {
        long end = bitPosition + 7 >>> 3;
        if (end > to) {
            throw corrupt("the bits end early");
        }
        position = (int) end;
    }
}
