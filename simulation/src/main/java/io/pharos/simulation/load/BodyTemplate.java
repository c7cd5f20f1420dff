package io.pharos.simulation.load;

import io.pharos.timeseries.labels.Labels;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A remote write 1.0 body with one sample a series, compressed already, whose values and timestamps are filled in later.
 *
 * <p>A value takes 8 bytes in protobuf and a timestamp of our days 6, so all bodies of a batch have one length. The compressor
 * keeps these 14 bytes (and the tag between them) as literals and never refers to them, so they can be overwritten in the
 * compressed body: filling in a sample costs two stores instead of encoding labels and compressing them again. Immutable.
 */
final class BodyTemplate {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int VALUE_BYTES = 8;
    private static final int TIMESTAMP_BYTES = 6;
    private static final int HOLE_BYTES = VALUE_BYTES + 1 + TIMESTAMP_BYTES;
    private static final long TIMESTAMP_MIN = 1L << 35;
    private static final long TIMESTAMP_MAX = (1L << 42) - 1;
    private static final int TAG_TIMESERIES = 0x0a;
    private static final int TAG_LABEL = 0x0a;
    private static final int TAG_NAME = 0x0a;
    private static final int TAG_LABEL_VALUE = 0x12;
    private static final int TAG_SAMPLE = 0x12;
    private static final int TAG_SAMPLE_VALUE = 0x09;
    private static final int TAG_TIMESTAMP = 0x10;

    private final byte[] compressed;
    private final int[] holes;

    private BodyTemplate(byte[] compressed, int[] holes) {
        this.compressed = compressed;
        this.holes = holes;
    }

    /** The template of a list of series, in its order. */
    static BodyTemplate of(List<Labels> series) {
        int[] holes = new int[series.size()];
        Output body = new Output(series.size() * 160);
        Output labels = new Output(512);
        for (int i = 0; i < holes.length; i++) {
            labels.length = 0;
            putLabels(labels, series.get(i));
            body.put(TAG_TIMESERIES);
            body.putVarint(labels.length + 3 + HOLE_BYTES);
            body.put(labels.bytes, 0, labels.length);
            body.put(TAG_SAMPLE);
            body.putVarint(1 + HOLE_BYTES);
            body.put(TAG_SAMPLE_VALUE);
            holes[i] = body.length;
            body.put(new byte[VALUE_BYTES], 0, VALUE_BYTES);
            body.put(TAG_TIMESTAMP);
            body.put(new byte[TIMESTAMP_BYTES], 0, TIMESTAMP_BYTES);
        }
        SnappyWithHoles snappy = new SnappyWithHoles(body.bytes, body.length, holes, HOLE_BYTES);
        return new BodyTemplate(snappy.compressed(), snappy.compressedHoles());
    }

    static void putLabels(Output out, Labels labels) {
        for (int i = 0; i < labels.size(); i++) {
            byte[] name = labels.name(i).getBytes(StandardCharsets.UTF_8);
            byte[] value = labels.value(i).getBytes(StandardCharsets.UTF_8);
            out.put(TAG_LABEL);
            out.putVarint(2
                    + Output.varintBytes(name.length)
                    + name.length
                    + Output.varintBytes(value.length)
                    + value.length);
            out.put(TAG_NAME);
            out.putVarint(name.length);
            out.put(name, 0, name.length);
            out.put(TAG_LABEL_VALUE);
            out.putVarint(value.length);
            out.put(value, 0, value.length);
        }
    }

    /** The bytes of a body. */
    int length() {
        return compressed.length;
    }

    /** The number of samples in a body. */
    int samples() {
        return holes.length;
    }

    /** Writes the body with these values at one time (between 1971 and 2109) to the beginning of a buffer. */
    void fill(double[] values, long millis, byte[] buffer) {
        if (millis < TIMESTAMP_MIN || millis > TIMESTAMP_MAX) {
            throw new IllegalArgumentException("timestamp " + millis + " is not between 1971 and 2109");
        }
        System.arraycopy(compressed, 0, buffer, 0, compressed.length);
        byte t0 = varintByte(millis, 0);
        byte t1 = varintByte(millis, 7);
        byte t2 = varintByte(millis, 14);
        byte t3 = varintByte(millis, 21);
        byte t4 = varintByte(millis, 28);
        byte t5 = (byte) (millis >>> 35);
        for (int i = 0; i < holes.length; i++) {
            int at = holes[i];
            LONG.set(buffer, at, Double.doubleToRawLongBits(values[i]));
            int time = at + VALUE_BYTES + 1;
            buffer[time] = t0;
            buffer[time + 1] = t1;
            buffer[time + 2] = t2;
            buffer[time + 3] = t3;
            buffer[time + 4] = t4;
            buffer[time + 5] = t5;
        }
    }

    private static byte varintByte(long millis, int shift) {
        return (byte) ((millis >>> shift) & 0x7f | 0x80);
    }
}
