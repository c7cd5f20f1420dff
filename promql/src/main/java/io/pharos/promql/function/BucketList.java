package io.pharos.promql.function;

import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;

/*
 * The zero bucket has only the half where there are other buckets on one side of zero alone. Inside regular exponential buckets
 * observations are taken to lie evenly over the logarithm, in the zero bucket and in custom buckets evenly over the value. The
 * first custom bucket begins at zero where it ends above; else, like the last one, it has no width that anything is known of.
 */
/** The buckets of a native histogram that have a count, from the lowest to the highest. Immutable. */
public final class BucketList {
    private final double[] lower;
    private final double[] upper;
    private final double[] counts;
    private final boolean custom;
    private int size;

    /** The buckets of a histogram. */
    public BucketList(Histogram histogram) {
        HistogramBuckets positive = histogram.positive();
        HistogramBuckets negative = histogram.negative();
        int all = positive.size() + negative.size() + 1;
        lower = new double[all];
        upper = new double[all];
        counts = new double[all];
        custom = histogram.isCustom();
        for (int i = negative.size() - 1; i >= 0; i--) {
            int index = negative.index(i);
            add(-histogram.upperBound(index), -histogram.lowerBound(index), negative.count(i));
        }
        if (histogram.zeroCount() != 0) {
            double width = histogram.zeroThreshold();
            boolean onlyPositive = negative.size() == 0 && positive.size() > 0;
            boolean onlyNegative = positive.size() == 0 && negative.size() > 0;
            add(onlyPositive ? 0 : -width, onlyNegative ? 0 : width, histogram.zeroCount());
        }
        for (int i = 0; i < positive.size(); i++) {
            int index = positive.index(i);
            double low = histogram.lowerBound(index);
            double high = histogram.upperBound(index);
            add(
                    low == Double.NEGATIVE_INFINITY && high > 0 && high != Double.POSITIVE_INFINITY ? 0 : low,
                    high,
                    positive.count(i));
        }
    }

    private void add(double low, double high, double count) {
        lower[size] = low;
        upper[size] = high;
        counts[size++] = count;
    }

    int size() {
        return size;
    }

    double lower(int place) {
        return lower[place];
    }

    double upper(int place) {
        return upper[place];
    }

    double count(int place) {
        return counts[place];
    }

    private boolean isLinear(int place) {
        return custom || lower[place] <= 0 && upper[place] >= 0;
    }

    /** The value below which that share of a bucket lies. */
    double valueAt(int place, double share) {
        double low = lower[place];
        double high = upper[place];
        if (isLinear(place)) {
            return low + (high - low) * share;
        }
        double logLow = MathFunctions.log2(Math.abs(low));
        double logHigh = MathFunctions.log2(Math.abs(high));
        return low > 0
                ? Math.pow(2, logLow + (logHigh - logLow) * share)
                : -Math.pow(2, logHigh + (logLow - logHigh) * (1 - share));
    }

    /** The share of a bucket that lies below a value inside it. */
    double shareBelow(int place, double value) {
        double low = lower[place];
        double high = upper[place];
        if (isLinear(place)) {
            return (value - low) / (high - low);
        }
        double logLow = MathFunctions.log2(Math.abs(low));
        double logHigh = MathFunctions.log2(Math.abs(high));
        double logValue = MathFunctions.log2(Math.abs(value));
        return low > 0 ? (logValue - logLow) / (logHigh - logLow) : 1 - (logValue - logHigh) / (logLow - logHigh);
    }

    /** The value that stands for the observations between two values of one bucket. */
    double middle(int place, double from, double to) {
        if (Double.isInfinite(from)) {
            return Double.isInfinite(to) ? 0 : to;
        }
        if (Double.isInfinite(to)) {
            return from;
        }
        if (isLinear(place)) {
            return (from + to) / 2;
        }
        double mean = Math.sqrt(from * to);
        return from < 0 ? -mean : mean;
    }

    /** Whether nothing is known of where in the bucket observations lie. */
    boolean isEndless(int place) {
        return Double.isInfinite(lower[place]) || Double.isInfinite(upper[place]);
    }
}
