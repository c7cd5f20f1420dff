package io.pharos.promql.plan;

import io.pharos.promql.function.Absent;
import java.util.Arrays;

/*
 * An array of doubles has a form byte first: 0 raw, all of them; 1 a bit a step that says which are there, then those; 2 one
 * value that all steps have. An array of longs: 0 varints of the differences to the one before; 2 one value.
 */
/** Arrays over steps in their compact form. */
final class StepArrays {
    private static final int RAW = 0;
    private static final int SPARSE = 1;
    private static final int CONSTANT = 2;

    private StepArrays() {}

    static void writeDoubles(ByteWriter out, double[] values) {
        out.writeInt(values.length);
        if (values.length == 0) {
            return;
        }
        int present = 0;
        boolean constant = true;
        long first = Double.doubleToRawLongBits(values[0]);
        for (double value : values) {
            present += Absent.is(value) ? 0 : 1;
            constant &= Double.doubleToRawLongBits(value) == first;
        }
        if (constant) {
            out.writeByte(CONSTANT);
            out.writeDouble(values[0]);
            return;
        }
        boolean sparse = present < values.length;
        out.writeByte(sparse ? SPARSE : RAW);
        if (sparse) {
            for (int from = 0; from < values.length; from += 8) {
                int bits = 0;
                for (int i = from; i < Math.min(from + 8, values.length); i++) {
                    bits |= Absent.is(values[i]) ? 0 : 1 << i - from;
                }
                out.writeByte(bits);
            }
        }
        for (double value : values) {
            if (!Absent.is(value)) {
                out.writeDouble(value);
            }
        }
    }

    static double[] readDoubles(ByteReader in, int lengthMax) {
        int length = length(in, lengthMax);
        double[] values = new double[length];
        if (length == 0) {
            return values;
        }
        int form = in.readByte();
        if (form == CONSTANT) {
            Arrays.fill(values, in.readDouble());
            return values;
        }
        boolean[] present = new boolean[length];
        for (int from = 0; from < length; from += 8) {
            int bits = form == SPARSE ? in.readByte() : 0xff;
            for (int i = from; i < Math.min(from + 8, length); i++) {
                present[i] = (bits >> i - from & 1) != 0;
            }
        }
        for (int i = 0; i < length; i++) {
            values[i] = present[i] ? in.readDouble() : Absent.VALUE;
        }
        return values;
    }

    static void writeLongs(ByteWriter out, long[] values) {
        out.writeInt(values.length);
        if (values.length == 0) {
            return;
        }
        boolean constant = true;
        for (long value : values) {
            constant &= value == values[0];
        }
        out.writeByte(constant ? CONSTANT : RAW);
        long before = 0;
        for (int i = 0; i < (constant ? 1 : values.length); i++) {
            out.writeLong(values[i] - before);
            before = values[i];
        }
    }

    static long[] readLongs(ByteReader in, int lengthMax) {
        int length = length(in, lengthMax);
        long[] values = new long[length];
        if (length == 0) {
            return values;
        }
        boolean constant = in.readByte() == CONSTANT;
        long before = 0;
        for (int i = 0; i < length; i++) {
            before += constant && i > 0 ? 0 : in.readLong();
            values[i] = before;
        }
        return values;
    }

    private static int length(ByteReader in, int lengthMax) {
        int length = in.readInt();
        if (length < 0 || length > lengthMax) {
            throw new IllegalArgumentException(
                    "an array of " + length + " where at most " + lengthMax + " are allowed");
        }
        return length;
    }
}
