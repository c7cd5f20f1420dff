package io.pharos.simulation.load;

import java.util.Arrays;

/** A byte array that grows, with what protobuf and snappy need to be written. */
final class Output {
    byte[] bytes;
    int length;

    Output(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    void put(int value) {
        ensure(1);
        bytes[length++] = (byte) value;
    }

    void put(byte[] source, int from, int count) {
        ensure(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
    }

    void putVarint(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            put(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        put(rest);
    }

    static int varintBytes(int value) {
        return Math.max(1, (38 - Integer.numberOfLeadingZeros(value)) / 7);
    }

    private void ensure(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }
}
