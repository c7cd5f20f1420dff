package io.pharos.timeseries.histogram;

import java.util.Arrays;

/** Sums of buckets, each with what its additions rounded away. */
final class CompensatedBuckets {
    private int[] indexes;
    private double[] values;
    private double[] rests;
    private int size;

    CompensatedBuckets(HistogramBuckets buckets) {
        size = buckets.size();
        indexes = new int[size];
        values = new double[size];
        rests = new double[size];
        for (int i = 0; i < size; i++) {
            indexes[i] = buckets.index(i);
            values[i] = buckets.count(i);
        }
    }

    private CompensatedBuckets(int[] indexes, double[] values, double[] rests, int size) {
        this.indexes = indexes;
        this.values = values;
        this.rests = rests;
        this.size = size;
    }

    CompensatedBuckets copy() {
        return new CompensatedBuckets(
                Arrays.copyOf(indexes, size), Arrays.copyOf(values, size), Arrays.copyOf(rests, size), size);
    }

    /** These plus or minus others; this may be changed and answered. */
    CompensatedBuckets plus(HistogramBuckets added, int sign) {
        CompensatedBuckets into = withIndexes(added);
        int at = 0;
        for (int i = 0; i < added.size(); i++) {
            while (into.indexes[at] < added.index(i)) {
                at++;
            }
            double by = sign * added.count(i);
            double total = into.values[at] + by;
            into.rests[at] = Neumaier.rest(into.values[at], into.rests[at], by, total);
            into.values[at] = total;
        }
        return into;
    }

    /** These with more compensation; this may be changed and answered. */
    CompensatedBuckets plusRests(HistogramBuckets added) {
        CompensatedBuckets into = withIndexes(added);
        int at = 0;
        for (int i = 0; i < added.size(); i++) {
            while (into.indexes[at] < added.index(i)) {
                at++;
            }
            into.rests[at] += added.count(i);
        }
        return into;
    }

    private CompensatedBuckets withIndexes(HistogramBuckets added) {
        int missing = 0;
        int at = 0;
        for (int i = 0; i < added.size(); i++) {
            while (at < size && indexes[at] < added.index(i)) {
                at++;
            }
            missing += at < size && indexes[at] == added.index(i) ? 0 : 1;
        }
        if (missing == 0) {
            return this;
        }
        CompensatedBuckets into = new CompensatedBuckets(
                new int[size + missing], new double[size + missing], new double[size + missing], size + missing);
        int mine = 0;
        int others = 0;
        for (int i = 0; i < into.size; i++) {
            boolean takeMine = others == added.size() || mine < size && indexes[mine] <= added.index(others);
            if (takeMine) {
                if (others < added.size() && indexes[mine] == added.index(others)) {
                    others++;
                }
                into.indexes[i] = indexes[mine];
                into.values[i] = values[mine];
                into.rests[i] = rests[mine++];
            } else {
                into.indexes[i] = added.index(others++);
            }
        }
        return into;
    }

    void scale(double factor) {
        for (int i = 0; i < size; i++) {
            values[i] *= factor;
            rests[i] *= factor;
        }
    }

    void divide(double divisor) {
        for (int i = 0; i < size; i++) {
            values[i] /= divisor;
            rests[i] /= divisor;
        }
    }

    boolean hasInfinity() {
        for (int i = 0; i < size; i++) {
            if (Double.isInfinite(values[i])) {
                return true;
            }
        }
        return false;
    }

    HistogramBuckets values() {
        return HistogramBuckets.of(indexes, values, size);
    }

    HistogramBuckets rests() {
        return HistogramBuckets.of(indexes, rests, size);
    }

    HistogramBuckets results() {
        double[] results = new double[size];
        for (int i = 0; i < size; i++) {
            results[i] = Double.isInfinite(values[i]) ? values[i] : values[i] + rests[i];
        }
        return HistogramBuckets.of(indexes, results, size);
    }
}
