package io.pharos.promql.function;

import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;

/** What is asked of one native histogram: quantiles, fractions, spread, and parts of it. */
public final class NativeHistograms {
    private NativeHistograms() {}

    /** The value below which a share of the observations lies; NaN of nothing, infinite for a share outside 0 to 1. */
    public static double quantile(double q, Histogram histogram) {
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        if (histogram.count() == 0 || Double.isNaN(q)) {
            return Double.NaN;
        }
        BucketList buckets = new BucketList(histogram);
        // Counting from the nearer end keeps digits. Observations of NaN are in no bucket: they lie above all others.
        boolean fromBelow = Double.isNaN(histogram.sum()) || q < 0.5;
        double rank = (fromBelow ? q : 1 - q) * histogram.count();
        double reached = 0;
        int place = fromBelow ? -1 : buckets.size();
        for (int i = 0; i < buckets.size(); i++) {
            place += fromBelow ? 1 : -1;
            reached += buckets.count(place);
            if (reached >= rank) {
                break;
            }
        }
        if (place < 0 || place >= buckets.size()) {
            return Double.isNaN(histogram.sum()) ? Double.NaN : 0;
        }
        if (Double.isNaN(histogram.sum()) && reached < rank) {
            return Double.NaN;
        }
        if (histogram.isCustom()) {
            if (buckets.lower(place) == Double.NEGATIVE_INFINITY) {
                return buckets.upper(place);
            }
            if (buckets.upper(place) == Double.POSITIVE_INFINITY) {
                return buckets.lower(place);
            }
        }
        reached = Math.min(reached, histogram.count());
        if (reached < rank) {
            return buckets.upper(place);
        }
        double inside = fromBelow ? rank - (reached - buckets.count(place)) : reached - rank;
        return buckets.valueAt(place, inside / buckets.count(place));
    }

    /** The share of the observations between two values. */
    public static double fraction(double lower, double upper, Histogram histogram) {
        if (histogram.count() == 0 || Double.isNaN(lower) || Double.isNaN(upper)) {
            return Double.NaN;
        }
        if (lower >= upper) {
            return 0;
        }
        BucketList buckets = new BucketList(histogram);
        return (rank(upper, histogram, buckets) - rank(lower, histogram, buckets)) / histogram.count();
    }

    /** How many observations lie below a value. */
    private static double rank(double value, Histogram histogram, BucketList buckets) {
        double below = 0;
        for (int i = 0; i < buckets.size(); i++) {
            if (buckets.lower(i) >= value) {
                return Math.min(below, histogram.count());
            }
            if (buckets.upper(i) > value) {
                double share = buckets.lower(i) == Double.NEGATIVE_INFINITY
                        ? 1
                        : buckets.upper(i) == Double.POSITIVE_INFINITY ? 0 : buckets.shareBelow(i, value);
                return Math.min(below + buckets.count(i) * share, histogram.count());
            }
            below += buckets.count(i);
        }
        return Double.isNaN(histogram.sum()) ? Math.min(below, histogram.count()) : histogram.count();
    }

    /** The variance, each bucket's observations taken to be at its middle. */
    public static double variance(Histogram histogram) {
        double mean = histogram.sum() / histogram.count();
        BucketList buckets = new BucketList(histogram);
        Kahan sum = new Kahan();
        for (int i = 0; i < buckets.size(); i++) {
            boolean aroundZero = !histogram.isCustom() && buckets.lower(i) <= 0 && buckets.upper(i) >= 0;
            double middle = aroundZero ? 0 : buckets.middle(i, buckets.lower(i), buckets.upper(i));
            double distance = middle - mean;
            sum.add(buckets.count(i) * distance * distance);
        }
        return sum.result() / histogram.count();
    }

    /**
     * The observations on one side of a value. Where anything was cut off, count and sum are those of the buckets left, each
     * at the middle of what is left of it.
     */
    public static Histogram trimmed(Histogram histogram, double value, boolean keepsBelow) {
        BucketList buckets = new BucketList(histogram);
        double[] kept = new double[buckets.size()];
        boolean cut = false;
        Kahan count = new Kahan();
        Kahan sum = new Kahan();
        for (int i = 0; i < kept.length; i++) {
            double low = buckets.lower(i);
            double high = buckets.upper(i);
            boolean below = high <= value;
            boolean above = low >= value;
            double share;
            double from = low;
            double to = high;
            if (below || above) {
                share = below == keepsBelow ? 1 : 0;
                if (below && above) {
                    share = 1;
                }
            } else if (buckets.isEndless(i)) {
                // All of it is on the side that has an end.
                boolean openBelow = low == Double.NEGATIVE_INFINITY;
                boolean both = openBelow && high == Double.POSITIVE_INFINITY;
                share = !both && openBelow == keepsBelow ? 1 : 0;
                from = openBelow ? value : Math.max(low, value);
                to = from;
                cut = true;
            } else {
                double inside = buckets.shareBelow(i, value);
                share = keepsBelow ? inside : 1 - inside;
                from = keepsBelow ? low : value;
                to = keepsBelow ? value : high;
            }
            cut |= share < 1;
            kept[i] = buckets.count(i) * share;
            if (share > 0) {
                count.add(kept[i]);
                sum.add(kept[i] * buckets.middle(i, from, to));
            }
        }
        return cut ? rebuilt(histogram, kept, count.result(), sum.result()) : histogram;
    }

    private static Histogram rebuilt(Histogram histogram, double[] kept, double count, double sum) {
        HistogramBuckets negative = histogram.negative();
        HistogramBuckets positive = histogram.positive();
        int at = 0;
        int[] indexes = new int[negative.size()];
        double[] counts = new double[negative.size()];
        for (int i = negative.size() - 1; i >= 0; i--) {
            indexes[i] = negative.index(i);
            counts[i] = kept[at++];
        }
        double zeros = histogram.zeroCount() != 0 ? kept[at++] : 0;
        int[] positiveIndexes = new int[positive.size()];
        double[] positiveCounts = new double[positive.size()];
        for (int i = 0; i < positive.size(); i++) {
            positiveIndexes[i] = positive.index(i);
            positiveCounts[i] = kept[at++];
        }
        return histogram.withNumbers(
                zeros,
                count,
                sum,
                HistogramBuckets.of(positiveIndexes, positiveCounts, positiveIndexes.length),
                HistogramBuckets.of(indexes, counts, indexes.length));
    }
}
