package io.pharos.sharding.wire;

import io.pharos.promql.plan.HistogramCell;
import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import org.jspecify.annotations.Nullable;

/** Histograms at the steps of a series, or states of sums of them; a step without one takes a byte. */
final class HistogramColumn {
    private static final int NONE = 0;
    private static final int PLAIN = 1;
    private static final int STATE = 2;
    private static final int BROKEN = 3;

    /** No histogram in a message has more buckets. */
    private static final int BUCKETS_MAX = 20_000;

    private HistogramColumn() {}

    static void write(ByteWriter out, @Nullable HistogramCell[] cells) {
        for (HistogramCell cell : cells) {
            if (cell == null) {
                out.writeByte(NONE);
                continue;
            }
            Histogram rest = cell.rest();
            out.writeByte(rest == null ? PLAIN : cell.broken() ? BROKEN : STATE);
            write(out, cell.value());
            if (rest != null) {
                write(out, rest);
                out.writeZigzag(cell.state());
                out.writeByte(cell.noticed());
            }
        }
    }

    static @Nullable HistogramCell[] read(ByteReader in, int length) {
        @Nullable HistogramCell[] cells = new HistogramCell[length];
        for (int i = 0; i < length; i++) {
            int kind = in.readByte();
            switch (kind) {
                case NONE -> cells[i] = null;
                case PLAIN -> cells[i] = new HistogramCell(histogram(in), null, 0, 0, false);
                case STATE, BROKEN ->
                    cells[i] = new HistogramCell(
                            histogram(in), histogram(in), in.readZigzag(), in.readByte(), kind == BROKEN);
                default -> throw new CorruptBlobException("an unknown kind of histogram before " + in.position());
            }
        }
        return cells;
    }

    private static void write(ByteWriter out, Histogram histogram) {
        out.writeByte(histogram.hint().code());
        out.writeZigzag(histogram.schema());
        writeDouble(out, histogram.zeroThreshold());
        writeDouble(out, histogram.zeroCount());
        writeDouble(out, histogram.count());
        writeDouble(out, histogram.sum());
        write(out, histogram.positive());
        write(out, histogram.negative());
        out.writeVarint(histogram.customBounds().length);
        for (double bound : histogram.customBounds()) {
            writeDouble(out, bound);
        }
    }

    private static void write(ByteWriter out, HistogramBuckets buckets) {
        out.writeVarint(buckets.size());
        int before = 0;
        for (int i = 0; i < buckets.size(); i++) {
            out.writeZigzag((long) buckets.index(i) - before);
            before = buckets.index(i);
            writeDouble(out, buckets.count(i));
        }
    }

    private static void writeDouble(ByteWriter out, double value) {
        out.writeLong(Double.doubleToRawLongBits(value));
    }

    private static double readDouble(ByteReader in) {
        return Double.longBitsToDouble(in.readLong());
    }

    private static Histogram histogram(ByteReader in) {
        try {
            CounterResetHint hint = CounterResetHint.of(in.readByte());
            int schema = Math.toIntExact(in.readZigzag());
            double zeroThreshold = readDouble(in);
            double zeroCount = readDouble(in);
            double count = readDouble(in);
            double sum = readDouble(in);
            HistogramBuckets positive = buckets(in);
            HistogramBuckets negative = buckets(in);
            double[] bounds = new double[in.readCount(BUCKETS_MAX)];
            for (int i = 0; i < bounds.length; i++) {
                bounds[i] = readDouble(in);
            }
            Histogram histogram = schema == Histogram.CUSTOM_SCHEMA
                    ? Histogram.custom(bounds, count, sum, positive)
                    : Histogram.exponential(schema, zeroThreshold, zeroCount, count, sum, positive, negative);
            return histogram.withHint(hint);
        } catch (IllegalArgumentException | ArithmeticException wrong) {
            throw new CorruptBlobException("no histogram before " + in.position() + ": " + wrong.getMessage());
        }
    }

    private static HistogramBuckets buckets(ByteReader in) {
        int size = in.readCount(BUCKETS_MAX);
        int[] indexes = new int[size];
        double[] counts = new double[size];
        long index = 0;
        for (int i = 0; i < size; i++) {
            index += in.readZigzag();
            indexes[i] = Math.toIntExact(index);
            counts[i] = readDouble(in);
        }
        return HistogramBuckets.of(indexes, counts, size);
    }
}
