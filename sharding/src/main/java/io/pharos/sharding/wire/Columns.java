package io.pharos.sharding.wire;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Columns of numbers as messages carry them (docs/format/messages.md). Their lengths are written by the caller. */
final class Columns {
    private static final VarHandle BIG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int SAME = 0;
    private static final int DELTAS = 1;
    private static final int RAW = 2;

    private Columns() {}

    /** Numbers that are often near the one before. */
    static void writeInts(ByteWriter out, int[] numbers) {
        int before = 0;
        for (int number : numbers) {
            out.writeZigzag((long) number - before);
            before = number;
        }
    }

    static int[] readInts(ByteReader in, int count) {
        int[] numbers = new int[count];
        long before = 0;
        for (int i = 0; i < count; i++) {
            before += in.readZigzag();
            if (before != (int) before) {
                throw new CorruptBlobException("a number of " + before + " before " + in.position());
            }
            numbers[i] = (int) before;
        }
        return numbers;
    }

    /** Ends of runs, as the runs' lengths. */
    static void writeEnds(ByteWriter out, int[] ends) {
        int before = 0;
        for (int end : ends) {
            out.writeVarint(end - before);
            before = end;
        }
    }

    /**
     * Reads ends of runs.
     *
     * @param endMax the last end is not beyond this
     */
    static int[] readEnds(ByteReader in, int count, int endMax) {
        int[] ends = new int[count];
        int before = 0;
        for (int i = 0; i < count; i++) {
            before += in.readCount(endMax - before);
            ends[i] = before;
        }
        return ends;
    }

    /** Times: one where all are the same, else differences, or all eight bytes where those would be longer. */
    static void writeTimes(ByteWriter out, long[] times) {
        if (times.length == 0) {
            return;
        }
        long differences = 0;
        int wide = 0;
        for (int i = 1; i < times.length; i++) {
            long difference = times[i] - times[i - 1];
            differences |= difference;
            wide += difference + (1L << 48) >>> 49 != 0 ? 1 : 0;
        }
        int form = differences == 0 ? SAME : wide > times.length / 4 ? RAW : DELTAS;
        out.writeByte(form);
        if (form == RAW) {
            for (long time : times) {
                out.writeLong(time);
            }
            return;
        }
        out.writeZigzag(times[0]);
        for (int i = 1; i < times.length && form == DELTAS; i++) {
            out.writeZigzag(times[i] - times[i - 1]);
        }
    }

    static long[] readTimes(ByteReader in, int count) {
        long[] times = new long[count];
        if (count == 0) {
            return times;
        }
        switch (in.readByte()) {
            case SAME -> Arrays.fill(times, in.readZigzag());
            case DELTAS -> {
                long time = 0;
                for (int i = 0; i < count; i++) {
                    time += in.readZigzag();
                    times[i] = time;
                }
            }
            case RAW -> {
                for (int i = 0; i < count; i++) {
                    times[i] = in.readLong();
                }
            }
            default -> throw new CorruptBlobException("an unknown form of times before " + in.position());
        }
        return times;
    }

    /*
     * The bytes of a double from its sign on, without the zero bytes at its end: whole numbers, halves and zeros take
     * one to four. First half a byte each with the number of bytes, then the bytes.
     */
    static void writeValues(ByteWriter out, double[] values) {
        int lengths = out.reserve((values.length + 1) / 2);
        // Each is written whole and then partly written over by the next: room for one more at the end.
        int at = out.reserve(8 * values.length + 8);
        byte[] bytes = out.array();
        for (int i = 0; i < values.length; i++) {
            long bits = Double.doubleToRawLongBits(values[i]);
            int length = 8 - (Long.numberOfTrailingZeros(bits) >>> 3);
            BIG.set(bytes, at, bits);
            at += length;
            int half = lengths + (i >>> 1);
            bytes[half] = (byte) ((i & 1) == 0 ? length : bytes[half] | length << 4);
        }
        out.truncate(at);
    }

    static double[] readValues(ByteReader in, int count) {
        double[] values = new double[count];
        int lengths = in.skip((count + 1) / 2);
        byte[] bytes = in.array();
        for (int i = 0; i < count; i++) {
            int length = bytes[lengths + (i >>> 1)] >>> 4 * (i & 1) & 0xf;
            if (length > 8) {
                throw new CorruptBlobException("a value of " + length + " bytes before " + in.position());
            }
            int from = in.skip(length);
            long bits;
            if (from + 8 <= bytes.length) {
                long whole = (long) BIG.get(bytes, from);
                bits = length == 0 ? 0 : whole & -1L << 64 - 8 * length;
            } else {
                bits = 0;
                for (int b = 0; b < length; b++) {
                    bits |= (bytes[from + b] & 0xffL) << 56 - 8 * b;
                }
            }
            values[i] = Double.longBitsToDouble(bits);
        }
        return values;
    }
}
