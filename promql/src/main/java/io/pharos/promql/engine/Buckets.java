package io.pharos.promql.engine;

/*
 * Buckets of one classic histogram at one step: upper bounds ascending and cumulative counts. Counts that fall are evened out:
 * silently where the difference is that of rounding (1e-12), else by raising them to what was before.
 */
/** Quantiles and fractions of classic histograms. One instance is filled again and again. */
final class Buckets {
    private static final double SMALL_DIFFERENCE = 1e-12;

    private final double[] bounds;
    private final double[] counts;
    private int size;
    private boolean forced;
    private double forcedLow;
    private double forcedHigh;
    private double forcedDifference;

    Buckets(int sizeMax) {
        bounds = new double[sizeMax];
        counts = new double[sizeMax];
    }

    void clear() {
        size = 0;
        forced = false;
    }

    /** Adds a bucket; bounds come ascending, equal ones are added up. */
    void add(double bound, double count) {
        if (size > 0 && bounds[size - 1] == bound) {
            counts[size - 1] += count;
            return;
        }
        bounds[size] = bound;
        counts[size++] = count;
    }

    private boolean isComplete() {
        return size >= 2 && bounds[size - 1] == Double.POSITIVE_INFINITY;
    }

    /** Whether counts had to be raised, for {@link #forcedLow} and the others. */
    boolean isForced() {
        return forced;
    }

    double forcedLow() {
        return forcedLow;
    }

    double forcedHigh() {
        return forcedHigh;
    }

    double forcedDifference() {
        return forcedDifference;
    }

    private void makeMonotonic() {
        double before = counts[0];
        for (int i = 1; i < size; i++) {
            double count = counts[i];
            if (count == before || almostEqual(before, count)) {
                counts[i] = before;
                continue;
            }
            if (count < before) {
                if (!forced) {
                    forcedLow = bounds[i];
                    forcedDifference = 0;
                }
                forced = true;
                forcedHigh = bounds[i];
                forcedDifference = Math.max(forcedDifference, before - count);
                counts[i] = before;
            } else {
                before = count;
            }
        }
    }

    private static boolean almostEqual(double a, double b) {
        double sum = Math.abs(a) + Math.abs(b);
        double difference = Math.abs(a - b);
        return sum < Double.MIN_NORMAL
                ? difference < SMALL_DIFFERENCE * Double.MIN_NORMAL
                : difference / Math.min(sum, Double.MAX_VALUE) < SMALL_DIFFERENCE;
    }

    /** The value below which that share of observations lies, linear inside a bucket. */
    double quantile(double q) {
        if (Double.isNaN(q)) {
            return Double.NaN;
        }
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        if (!isComplete()) {
            return Double.NaN;
        }
        makeMonotonic();
        double observations = counts[size - 1];
        if (observations == 0 || Double.isNaN(observations)) {
            return Double.NaN;
        }
        double rank = q * observations;
        int bucket = 0;
        while (bucket < size - 1 && counts[bucket] < rank) {
            bucket++;
        }
        if (bucket == size - 1) {
            return bounds[size - 2];
        }
        if (bucket == 0 && bounds[0] <= 0) {
            return bounds[0];
        }
        double start = bucket == 0 ? 0 : bounds[bucket - 1];
        double end = bounds[bucket];
        double below = bucket == 0 ? 0 : counts[bucket - 1];
        return start + (end - start) * ((rank - below) / (counts[bucket] - below));
    }

    /** The share of observations between two values. */
    double fraction(double lower, double upper) {
        if (bounds[size - 1] != Double.POSITIVE_INFINITY) {
            return Double.NaN;
        }
        makeMonotonic();
        double observations = counts[size - 1];
        if (observations == 0 || Double.isNaN(observations) || Double.isNaN(lower) || Double.isNaN(upper)) {
            return Double.NaN;
        }
        if (lower >= upper) {
            return 0;
        }
        return (rank(upper) - rank(lower)) / observations;
    }

    private double rank(double value) {
        if (value == Double.POSITIVE_INFINITY) {
            return counts[size - 1];
        }
        if (value == Double.NEGATIVE_INFINITY) {
            return 0;
        }
        for (int i = 0; i < size; i++) {
            double end = bounds[i];
            double below = i == 0 ? 0 : counts[i - 1];
            double start = i > 0 ? bounds[i - 1] : end > 0 ? 0 : Double.NEGATIVE_INFINITY;
            if (value <= start) {
                return below;
            }
            if (value < end) {
                if (Double.isInfinite(start)) {
                    return counts[i]; // inside an endless bucket nothing can be said but that it lies beyond
                }
                return Double.isInfinite(end) ? below : below + (counts[i] - below) * ((value - start) / (end - start));
            }
            if (value == end) {
                return counts[i];
            }
        }
        return counts[size - 1];
    }
}
