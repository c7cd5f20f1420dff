package io.pharos.promql.plan;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link ByteWriter} wrote; anything else is an {@link IllegalArgumentException} that says where. */
final class ByteReader {
    private final byte[] bytes;
    private int at;

    ByteReader(byte[] bytes) {
        this.bytes = bytes;
    }

    private IllegalArgumentException broken(String what) {
        return new IllegalArgumentException(what + " at byte " + at + " of " + bytes.length);
    }

    private void need(long count) {
        if (count < 0 || count > bytes.length - at) {
            throw broken("ends too early");
        }
    }

    void expectVersion(byte version) {
        int found = readByte();
        if (found != version) {
            throw broken("version " + found + " instead of " + version);
        }
    }

    int readByte() {
        need(1);
        return bytes[at++];
    }

    int readInt() {
        long value = readLong();
        if (value != (int) value) {
            throw broken("number too large");
        }
        return (int) value;
    }

    /** A length of a list whose elements take at least so many bytes each. */
    int readCount(int bytesEach) {
        int count = readInt();
        need((long) count * bytesEach);
        return count;
    }

    long readLong() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int read = readByte();
            value |= (long) (read & 0x7f) << shift;
            if (read >= 0) {
                return value >>> 1 ^ -(value & 1);
            }
        }
        throw broken("number does not end");
    }

    double readDouble() {
        need(8);
        long bits = 0;
        for (int shift = 0; shift < 64; shift += 8) {
            bits |= (bytes[at++] & 0xffL) << shift;
        }
        return Double.longBitsToDouble(bits);
    }

    byte[] readBytes() {
        int length = readCount(1);
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    String readText() {
        return new String(readBytes(), StandardCharsets.UTF_8);
    }

    void expectEnd() {
        if (at != bytes.length) {
            throw broken("goes on after its end");
        }
    }
}
