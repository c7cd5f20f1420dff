package io.pharos.timeseries.histogram;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntUnaryOperator;

/** Counts of buckets by index, ascending; buckets without a count are left out. Immutable. */
public final class HistogramBuckets {
    /** No bucket. */
    public static final HistogramBuckets NONE = new HistogramBuckets(new int[0], new double[0]);

    private final int[] indexes;
    private final double[] counts;

    private HistogramBuckets(int[] indexes, double[] counts) {
        this.indexes = indexes;
        this.counts = counts;
    }

    /**
     * Buckets from the first {@code size} places of two arrays, which are not kept.
     *
     * @throws IllegalArgumentException when indexes do not ascend
     */
    public static HistogramBuckets of(int[] indexes, double[] counts, int size) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (i > 0 && indexes[i] <= indexes[i - 1]) {
                throw new IllegalArgumentException("bucket " + indexes[i] + " after bucket " + indexes[i - 1]);
            }
            kept += counts[i] != 0 ? 1 : 0;
        }
        if (kept == 0) {
            return NONE;
        }
        if (kept == size) {
            return new HistogramBuckets(Arrays.copyOf(indexes, size), Arrays.copyOf(counts, size));
        }
        int[] keptIndexes = new int[kept];
        double[] keptCounts = new double[kept];
        int at = 0;
        for (int i = 0; i < size; i++) {
            if (counts[i] != 0) {
                keptIndexes[at] = indexes[i];
                keptCounts[at++] = counts[i];
            }
        }
        return new HistogramBuckets(keptIndexes, keptCounts);
    }

    /**
     * Buckets of two arrays of one length, which are taken over and must not change; the indexes may be shared.
     *
     * @throws IllegalArgumentException when indexes do not ascend
     */
    public static HistogramBuckets sharing(int[] indexes, double[] counts) {
        if (indexes.length == 0) {
            return NONE;
        }
        boolean asTheyAre = counts[0] != 0;
        for (int i = 1; i < indexes.length && asTheyAre; i++) {
            asTheyAre = counts[i] != 0 && indexes[i] > indexes[i - 1];
        }
        return asTheyAre ? new HistogramBuckets(indexes, counts) : of(indexes, counts, counts.length);
    }

    /** Neighbouring buckets from a first index on. */
    public static HistogramBuckets from(int firstIndex, double... counts) {
        int[] indexes = new int[counts.length];
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = firstIndex + i;
        }
        return of(indexes, counts, counts.length);
    }

    /** How many buckets have a count. */
    public int size() {
        return indexes.length;
    }

    /** The index of the bucket at a place from 0. */
    public int index(int place) {
        return indexes[place];
    }

    /** The count of the bucket at a place from 0; never 0. */
    public double count(int place) {
        return counts[place];
    }

    /** The count of the bucket of an index, 0 where there is none. */
    public double countOf(int index) {
        int place = Arrays.binarySearch(indexes, index);
        return place < 0 ? 0 : counts[place];
    }

    /** The buckets with other counts. */
    HistogramBuckets mapCounts(DoubleUnaryOperator operation) {
        double[] changed = new double[counts.length];
        for (int i = 0; i < changed.length; i++) {
            changed[i] = operation.applyAsDouble(counts[i]);
        }
        return of(indexes, changed, changed.length);
    }

    /** The buckets under other indexes, which must not descend; those that come to the same index are added up. */
    HistogramBuckets mapIndexes(IntUnaryOperator operation) {
        int[] changed = new int[indexes.length];
        double[] sums = new double[indexes.length];
        int size = 0;
        for (int i = 0; i < indexes.length; i++) {
            int index = operation.applyAsInt(indexes[i]);
            if (size > 0 && changed[size - 1] == index) {
                sums[size - 1] += counts[i];
            } else {
                changed[size] = index;
                sums[size++] = counts[i];
            }
        }
        return of(changed, sums, size);
    }

    /** The buckets from a place on. */
    HistogramBuckets dropFirst(int places) {
        return places == 0
                ? this
                : new HistogramBuckets(
                        Arrays.copyOfRange(indexes, places, indexes.length),
                        Arrays.copyOfRange(counts, places, counts.length));
    }

    /** Whether any bucket has fewer counts than before, a vanished one included. */
    boolean fallsBelow(HistogramBuckets before) {
        int at = 0;
        for (int i = 0; i < before.indexes.length; i++) {
            while (at < indexes.length && indexes[at] < before.indexes[i]) {
                if (counts[at++] < 0) {
                    return true;
                }
            }
            double count = at < indexes.length && indexes[at] == before.indexes[i] ? counts[at++] : 0;
            if (count < before.counts[i]) {
                return true;
            }
        }
        for (; at < indexes.length; at++) {
            if (counts[at] < 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HistogramBuckets buckets
                && Arrays.equals(indexes, buckets.indexes)
                && Arrays.equals(counts, buckets.counts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(indexes) + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < indexes.length; i++) {
            text.append(i == 0 ? "" : " ").append(indexes[i]).append(':').append(counts[i]);
        }
        return text.append(']').toString();
    }
}
