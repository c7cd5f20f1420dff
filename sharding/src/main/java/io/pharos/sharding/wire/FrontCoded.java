package io.pharos.sharding.wire;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import java.util.Arrays;

/** Byte strings one after the other, each as what differs from the one before: label sets and sorted values are much alike. */
final class FrontCoded {
    private FrontCoded() {}

    /** Writes strings. */
    static final class Writer {
        private final ByteWriter out;
        private byte[] before = {};

        Writer(ByteWriter out) {
            this.out = out;
        }

        void write(byte[] bytes) {
            int mismatch = Arrays.mismatch(before, bytes);
            int shared = mismatch < 0 ? bytes.length : mismatch;
            out.writeVarint(shared);
            out.writeVarint(bytes.length - shared);
            out.writeBytes(bytes, shared, bytes.length - shared);
            before = bytes;
        }
    }

    /** Reads what a {@link Writer} wrote. */
    static final class Reader {
        private final ByteReader in;
        private byte[] before = {};

        Reader(ByteReader in) {
            this.in = in;
        }

        byte[] read() {
            int shared = in.readCount(before.length);
            int more = in.readCount(in.remaining());
            int from = in.skip(more);
            byte[] bytes = Arrays.copyOf(before, shared + more);
            System.arraycopy(in.array(), from, bytes, shared, more);
            before = bytes;
            return bytes;
        }
    }
}
