package io.pharos.timeseries.chunk;

import io.pharos.timeseries.histogram.BucketBounds;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the histograms of a section have in common: resolution, bounds, and which buckets have a column. The columns are the count,
 * the zero bucket, the positive buckets and the negative ones. Immutable.
 *
 * @param integers whether numbers are integers, the count written as what it has beyond the buckets; else bits of doubles
 * @param bounds of custom buckets
 * @param positive indexes of positive buckets, ascending
 * @param negative indexes of negative buckets, ascending
 */
record HistogramLayout(
        boolean integers, int schema, double zeroThreshold, double[] bounds, int[] positive, int[] negative) {
    /** No histogram has more buckets or bounds. */
    static final int BUCKETS_MAX = 20_000;

    private static final double INTEGER_MAX = 1L << 53;

    /** The layout for the next histogram: that of the section before with more columns, or one of its own. */
    static HistogramLayout of(Histogram histogram, @Nullable HistogramLayout before) {
        boolean integers = areIntegers(histogram);
        int[] positive = indexes(histogram.positive());
        int[] negative = indexes(histogram.negative());
        if (before != null && before.hasBoundsOf(histogram) && before.integers == integers) {
            int own = positive.length + negative.length;
            int[] allPositive = union(before.positive, positive);
            int[] allNegative = union(before.negative, negative);
            // A histogram that wandered off leaves its old columns behind.
            if (allPositive.length + allNegative.length <= Math.min(BUCKETS_MAX, 2 * own + 64)) {
                positive = allPositive;
                negative = allNegative;
            }
        }
        if (positive.length + negative.length > BUCKETS_MAX || histogram.customBounds().length > BUCKETS_MAX) {
            throw new IllegalArgumentException("a histogram of more than " + BUCKETS_MAX + " buckets");
        }
        return new HistogramLayout(
                integers, histogram.schema(), histogram.zeroThreshold(), histogram.customBounds(), positive, negative);
    }

    private static int[] indexes(HistogramBuckets buckets) {
        int[] indexes = new int[buckets.size()];
        Arrays.setAll(indexes, buckets::index);
        return indexes;
    }

    private static int[] union(int[] a, int[] b) {
        int[] both = new int[a.length + b.length];
        int size = 0;
        int i = 0;
        int k = 0;
        while (i < a.length || k < b.length) {
            int next = k == b.length || i < a.length && a[i] <= b[k] ? a[i] : b[k];
            i += i < a.length && a[i] == next ? 1 : 0;
            k += k < b.length && b[k] == next ? 1 : 0;
            both[size++] = next;
        }
        return Arrays.copyOf(both, size);
    }

    private static boolean areIntegers(Histogram histogram) {
        double total = Math.abs(histogram.count()) + Math.abs(histogram.zeroCount());
        boolean integers = isInteger(histogram.count()) && isInteger(histogram.zeroCount());
        for (HistogramBuckets buckets : new HistogramBuckets[] {histogram.positive(), histogram.negative()}) {
            for (int i = 0; i < buckets.size() && integers; i++) {
                integers = isInteger(buckets.count(i));
                total += Math.abs(buckets.count(i));
            }
        }
        return integers && total <= INTEGER_MAX;
    }

    private static boolean isInteger(double number) {
        return Math.abs(number) <= INTEGER_MAX
                && Double.doubleToRawLongBits((double) (long) number) == Double.doubleToRawLongBits(number);
    }

    private boolean hasBoundsOf(Histogram histogram) {
        return schema == histogram.schema()
                && Double.doubleToRawLongBits(zeroThreshold) == Double.doubleToRawLongBits(histogram.zeroThreshold())
                && Arrays.equals(bounds, histogram.customBounds());
    }

    /** Whether a histogram can be written in this layout. */
    boolean holds(Histogram histogram) {
        return hasBoundsOf(histogram)
                && holds(positive, histogram.positive())
                && holds(negative, histogram.negative())
                && (!integers || areIntegers(histogram));
    }

    private static boolean holds(int[] indexes, HistogramBuckets buckets) {
        int at = 0;
        for (int i = 0; i < buckets.size(); i++) {
            while (at < indexes.length && indexes[at] < buckets.index(i)) {
                at++;
            }
            if (at == indexes.length || indexes[at] != buckets.index(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the columns of another layout mean the same numbers where they have the same index. */
    boolean continues(HistogramLayout before) {
        return integers == before.integers
                && schema == before.schema
                && Double.doubleToRawLongBits(zeroThreshold) == Double.doubleToRawLongBits(before.zeroThreshold)
                && Arrays.equals(bounds, before.bounds);
    }

    int columns() {
        return 2 + positive.length + negative.length;
    }

    /** For each column its column in an earlier layout, or -1. */
    int[] columnsIn(HistogramLayout before) {
        int[] columns = new int[columns()];
        columns[1] = 1;
        place(positive, 2, before.positive, 2, columns);
        place(negative, 2 + positive.length, before.negative, 2 + before.positive.length, columns);
        return columns;
    }

    private static void place(int[] indexes, int from, int[] before, int beforeFrom, int[] columns) {
        for (int i = 0; i < indexes.length; i++) {
            int found = Arrays.binarySearch(before, indexes[i]);
            columns[from + i] = found < 0 ? -1 : beforeFrom + found;
        }
    }

    /** The number of each column of a histogram that this layout holds. */
    void numbers(Histogram histogram, long[] out) {
        Arrays.fill(out, 0, columns(), 0);
        out[1] = number(histogram.zeroCount());
        numbers(positive, histogram.positive(), 2, out);
        numbers(negative, histogram.negative(), 2 + positive.length, out);
        out[0] = number(histogram.count());
        if (integers) {
            for (int i = 1; i < columns(); i++) {
                out[0] -= out[i];
            }
        }
    }

    private void numbers(int[] indexes, HistogramBuckets buckets, int from, long[] out) {
        int at = 0;
        for (int i = 0; i < buckets.size(); i++) {
            while (indexes[at] < buckets.index(i)) {
                at++;
            }
            out[from + at] = number(buckets.count(i));
        }
    }

    private long number(double value) {
        return integers ? (long) value : Double.doubleToRawLongBits(value);
    }

    /** The histogram of numbers, without a hint. */
    Histogram histogram(long[] numbers, double sum) {
        long count = numbers[0];
        if (integers) {
            for (int i = 1; i < columns(); i++) {
                count += numbers[i];
            }
        }
        HistogramBuckets positives = buckets(positive, numbers, 2);
        if (schema == Histogram.CUSTOM_SCHEMA) {
            return Histogram.custom(bounds, value(count), sum, positives);
        }
        return Histogram.exponential(
                schema,
                zeroThreshold,
                value(numbers[1]),
                value(count),
                sum,
                positives,
                buckets(negative, numbers, 2 + positive.length));
    }

    private HistogramBuckets buckets(int[] indexes, long[] numbers, int from) {
        double[] counts = new double[indexes.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = value(numbers[from + i]);
        }
        return HistogramBuckets.sharing(indexes, counts);
    }

    private double value(long number) {
        return integers ? number : Double.longBitsToDouble(number);
    }

    void write(WordWriter out) {
        out.write(integers ? 1 : 0, 1);
        out.writeNumber(schema);
        if (schema == Histogram.CUSTOM_SCHEMA) {
            out.writeNumber(bounds.length);
            for (double bound : bounds) {
                out.write(Double.doubleToRawLongBits(bound), Long.SIZE);
            }
        } else {
            out.write(Double.doubleToRawLongBits(zeroThreshold), Long.SIZE);
        }
        write(positive, out);
        if (schema != Histogram.CUSTOM_SCHEMA) {
            write(negative, out);
        }
    }

    /** Neighbours follow each other without a gap, and no gap takes one bit. */
    private static void write(int[] indexes, WordWriter out) {
        out.writeNumber(indexes.length);
        if (indexes.length > 0) {
            out.writeNumber(indexes[0]);
            for (int i = 1; i < indexes.length; i++) {
                out.writeGolomb((long) indexes[i] - indexes[i - 1] - 1, 0);
            }
        }
    }

    static HistogramLayout read(WordReader in) {
        boolean integers = in.read(1) == 1;
        long schema = in.readNumber();
        boolean custom = schema == Histogram.CUSTOM_SCHEMA;
        if (!custom && (schema < BucketBounds.SCHEMA_MIN || schema > BucketBounds.SCHEMA_MAX)) {
            throw in.corrupt("a schema of " + schema);
        }
        double[] bounds = new double[custom ? in.readCount(BUCKETS_MAX) : 0];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = Double.longBitsToDouble(in.read(Long.SIZE));
        }
        double zeroThreshold = custom ? 0 : Double.longBitsToDouble(in.read(Long.SIZE));
        int[] positive = readIndexes(in);
        int[] negative = custom ? new int[0] : readIndexes(in);
        return new HistogramLayout(integers, (int) schema, zeroThreshold, bounds, positive, negative);
    }

    private static int[] readIndexes(WordReader in) {
        int[] indexes = new int[in.readCount(BUCKETS_MAX)];
        long index = 0;
        for (int i = 0; i < indexes.length; i++) {
            index = i == 0 ? in.readNumber() : index + 1 + in.readGolomb(0);
            if (index != (int) index) {
                throw in.corrupt("a bucket of index " + index);
            }
            indexes[i] = (int) index;
        }
        return indexes;
    }
}
