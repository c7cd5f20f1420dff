package io.pharos.timeseries.histogram;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/*
 * Exponential buckets: positive ones by index as BucketBounds has them, negative ones mirrored, and a zero bucket from
 * -zeroThreshold to zeroThreshold, both included. Custom buckets (schema -53): index i ends at customBounds[i], inclusive, and
 * begins where the one before ends; the first begins at minus infinity and one more than there are bounds ends at infinity.
 */
/** A native histogram: counts of observations in exponential or custom buckets, as floats. Immutable. */
public final class Histogram {
    /** The schema of custom buckets. */
    public static final int CUSTOM_SCHEMA = -53;

    /** Exponential buckets without an observation. */
    public static final Histogram EMPTY = new Histogram(
            CounterResetHint.UNKNOWN, 0, 0, 0, 0, 0, HistogramBuckets.NONE, HistogramBuckets.NONE, new double[0]);

    private static final double[] NO_BOUNDS = new double[0];

    private final CounterResetHint hint;
    private final int schema;
    private final double zeroThreshold;
    private final double zeroCount;
    private final double count;
    private final double sum;
    private final HistogramBuckets positive;
    private final HistogramBuckets negative;
    private final double[] customBounds;

    private Histogram(
            CounterResetHint hint,
            int schema,
            double zeroThreshold,
            double zeroCount,
            double count,
            double sum,
            HistogramBuckets positive,
            HistogramBuckets negative,
            double[] customBounds) {
        this.hint = hint;
        this.schema = schema;
        this.zeroThreshold = zeroThreshold;
        this.zeroCount = zeroCount;
        this.count = count;
        this.sum = sum;
        this.positive = positive;
        this.negative = negative;
        this.customBounds = customBounds;
    }

    /**
     * A histogram with exponential buckets.
     *
     * @param schema from {@link BucketBounds#SCHEMA_MIN} to {@link BucketBounds#SCHEMA_MAX}
     * @param negative buckets of negative observations by the index of their mirror image
     * @throws IllegalArgumentException when there is no such schema
     */
    public static Histogram exponential(
            int schema,
            double zeroThreshold,
            double zeroCount,
            double count,
            double sum,
            HistogramBuckets positive,
            HistogramBuckets negative) {
        if (schema < BucketBounds.SCHEMA_MIN || schema > BucketBounds.SCHEMA_MAX) {
            throw new IllegalArgumentException("no schema of exponential buckets: " + schema);
        }
        return new Histogram(
                CounterResetHint.UNKNOWN, schema, zeroThreshold, zeroCount, count, sum, positive, negative, NO_BOUNDS);
    }

    /**
     * A histogram with custom buckets.
     *
     * @param bounds upper bounds, ascending, without infinity; not copied
     * @throws IllegalArgumentException when bounds do not ascend or a bucket lies outside
     */
    public static Histogram custom(double[] bounds, double count, double sum, HistogramBuckets buckets) {
        for (int i = 0; i < bounds.length; i++) {
            boolean ascends = i == 0 || bounds[i] > bounds[i - 1];
            if (!ascends || Double.isNaN(bounds[i]) || bounds[i] == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException(
                        "custom bounds must be finite and ascend: " + Arrays.toString(bounds));
            }
        }
        if (buckets.size() > 0 && (buckets.index(0) < 0 || buckets.index(buckets.size() - 1) > bounds.length)) {
            throw new IllegalArgumentException("a bucket outside the " + bounds.length + " custom bounds: " + buckets);
        }
        return new Histogram(
                CounterResetHint.UNKNOWN, CUSTOM_SCHEMA, 0, 0, count, sum, buckets, HistogramBuckets.NONE, bounds);
    }

    public CounterResetHint hint() {
        return hint;
    }

    public int schema() {
        return schema;
    }

    /** Whether the buckets have bounds of their own. */
    public boolean isCustom() {
        return schema == CUSTOM_SCHEMA;
    }

    public double zeroThreshold() {
        return zeroThreshold;
    }

    public double zeroCount() {
        return zeroCount;
    }

    public double count() {
        return count;
    }

    public double sum() {
        return sum;
    }

    public HistogramBuckets positive() {
        return positive;
    }

    public HistogramBuckets negative() {
        return negative;
    }

    /** Bounds of custom buckets; not a copy: read only. */
    public double[] customBounds() {
        return customBounds;
    }

    /** The upper bound, inclusive, of the positive bucket of an index. */
    public double upperBound(int index) {
        if (isCustom()) {
            return index < customBounds.length ? customBounds[index] : Double.POSITIVE_INFINITY;
        }
        return BucketBounds.upper(index, schema);
    }

    /** The lower bound, exclusive, of the positive bucket of an index. */
    public double lowerBound(int index) {
        if (isCustom()) {
            return index > 0 ? customBounds[index - 1] : Double.NEGATIVE_INFINITY;
        }
        return BucketBounds.upper(index - 1, schema);
    }

    /** The same histogram with another hint. */
    public Histogram withHint(CounterResetHint changed) {
        return changed == hint
                ? this
                : new Histogram(
                        changed, schema, zeroThreshold, zeroCount, count, sum, positive, negative, customBounds);
    }

    /** The same layout with other numbers. */
    public Histogram withNumbers(
            double changedZeroCount,
            double changedCount,
            double changedSum,
            HistogramBuckets changedPositive,
            HistogramBuckets changedNegative) {
        return new Histogram(
                hint,
                schema,
                zeroThreshold,
                changedZeroCount,
                changedCount,
                changedSum,
                changedPositive,
                changedNegative,
                customBounds);
    }

    private Histogram mapped(DoubleUnaryOperator operation) {
        return withNumbers(
                operation.applyAsDouble(zeroCount),
                operation.applyAsDouble(count),
                operation.applyAsDouble(sum),
                positive.mapCounts(operation),
                negative.mapCounts(operation));
    }

    /** All counts and the sum multiplied; by a negative factor a gauge comes out. */
    public Histogram times(double factor) {
        Histogram product = mapped(v -> v * factor);
        return factor < 0 ? product.withHint(CounterResetHint.GAUGE) : product;
    }

    /** All counts and the sum divided; division by zero leaves no regular bucket. */
    public Histogram dividedBy(double divisor) {
        Histogram quotient = divisor == 0
                ? withNumbers(
                        zeroCount / divisor,
                        count / divisor,
                        sum / divisor,
                        HistogramBuckets.NONE,
                        HistogramBuckets.NONE)
                : mapped(v -> v / divisor);
        return divisor < 0 ? quotient.withHint(CounterResetHint.GAUGE) : quotient;
    }

    /** The same observations in a coarser or the same schema; exponential buckets only. */
    public Histogram toSchema(int coarser) {
        if (coarser == schema) {
            return this;
        }
        int steps = schema - coarser;
        if (isCustom() || steps < 0 || coarser < BucketBounds.SCHEMA_MIN) {
            throw new IllegalArgumentException("cannot go from schema " + schema + " to " + coarser);
        }
        return new Histogram(
                hint,
                coarser,
                zeroThreshold,
                zeroCount,
                count,
                sum,
                positive.mapIndexes(index -> BucketBounds.coarser(index, steps)),
                negative.mapIndexes(index -> BucketBounds.coarser(index, steps)),
                customBounds);
    }

    /** The same observations with fewer custom bounds, all of them bounds of this. */
    Histogram toBounds(double[] fewer) {
        if (Arrays.equals(fewer, customBounds)) {
            return this;
        }
        HistogramBuckets merged = positive.mapIndexes(index -> {
            if (index >= customBounds.length) {
                return fewer.length;
            }
            int place = Arrays.binarySearch(fewer, customBounds[index]);
            return place >= 0 ? place : -place - 1;
        });
        return new Histogram(hint, schema, 0, 0, count, sum, merged, HistogramBuckets.NONE, fewer);
    }

    /** The bounds that both have. */
    static double[] commonBounds(double[] a, double[] b) {
        if (Arrays.equals(a, b)) {
            return a;
        }
        double[] common = new double[Math.min(a.length, b.length)];
        int size = 0;
        int at = 0;
        for (double bound : a) {
            while (at < b.length && b[at] < bound) {
                at++;
            }
            if (at < b.length && b[at] == bound) {
                common[size++] = bound;
            }
        }
        return Arrays.copyOf(common, size);
    }

    /**
     * The same observations with a zero bucket at least so wide. Where the threshold falls into a bucket with a count, the zero
     * bucket grows over the whole of it.
     */
    Histogram withZeroThreshold(double atLeast) {
        if (atLeast <= zeroThreshold) {
            return this;
        }
        double threshold = atLeast;
        int fromPositive = 0;
        int fromNegative = 0;
        while (true) {
            fromPositive = swallowed(positive, threshold);
            double grown = grown(positive, fromPositive, threshold);
            fromNegative = swallowed(negative, grown);
            grown = grown(negative, fromNegative, grown);
            if (grown == threshold) {
                break;
            }
            threshold = grown;
        }
        double zeros = zeroCount;
        for (int i = 0; i < fromPositive; i++) {
            zeros += positive.count(i);
        }
        for (int i = 0; i < fromNegative; i++) {
            zeros += negative.count(i);
        }
        return new Histogram(
                hint,
                schema,
                threshold,
                zeros,
                count,
                sum,
                positive.dropFirst(fromPositive),
                negative.dropFirst(fromNegative),
                customBounds);
    }

    /** How many of the first buckets begin below a threshold. */
    private int swallowed(HistogramBuckets buckets, double threshold) {
        int places = 0;
        while (places < buckets.size() && lowerBound(buckets.index(places)) < threshold) {
            places++;
        }
        return places;
    }

    private double grown(HistogramBuckets buckets, int places, double threshold) {
        return places == 0 ? threshold : Math.max(threshold, upperBound(buckets.index(places - 1)));
    }

    /** Whether counting began anew between an older histogram of the series and this one. */
    public boolean isResetAfter(Histogram before) {
        if (hint == CounterResetHint.RESET) {
            return true;
        }
        if (hint == CounterResetHint.NOT_RESET) {
            return false;
        }
        if (count < before.count || isCustom() != before.isCustom()) {
            return true;
        }
        if (isCustom()) {
            double[] common = commonBounds(customBounds, before.customBounds);
            return toBounds(common).positive.fallsBelow(before.toBounds(common).positive);
        }
        if (schema > before.schema || zeroThreshold < before.zeroThreshold) {
            return true; // a counter only ever gets coarser and its zero bucket only wider
        }
        Histogram widened = before.withZeroThreshold(zeroThreshold);
        if (widened.zeroThreshold != zeroThreshold || zeroCount < widened.zeroCount) {
            return true;
        }
        Histogram old = widened.toSchema(schema);
        return positive.fallsBelow(old.positive) || negative.fallsBelow(old.negative);
    }

    /** The sum of the sizes of all numbers. */
    double absoluteTotal() {
        double total = Math.abs(zeroCount) + Math.abs(count) + Math.abs(sum);
        for (int i = 0; i < positive.size(); i++) {
            total += Math.abs(positive.count(i));
        }
        for (int i = 0; i < negative.size(); i++) {
            total += Math.abs(negative.count(i));
        }
        return total;
    }

    /** Whether both have the same layout and the same numbers (NaN is not equal to itself); hints do not count. */
    public boolean isSameAs(Histogram other) {
        return schema == other.schema
                && count == other.count
                && sum == other.sum
                && zeroThreshold == other.zeroThreshold
                && zeroCount == other.zeroCount
                && positive.equals(other.positive)
                && negative.equals(other.negative)
                && Arrays.equals(customBounds, other.customBounds);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Histogram histogram
                && hint == histogram.hint
                && schema == histogram.schema
                && Double.doubleToRawLongBits(count) == Double.doubleToRawLongBits(histogram.count)
                && Double.doubleToRawLongBits(sum) == Double.doubleToRawLongBits(histogram.sum)
                && Double.compare(zeroThreshold, histogram.zeroThreshold) == 0
                && Double.compare(zeroCount, histogram.zeroCount) == 0
                && positive.equals(histogram.positive)
                && negative.equals(histogram.negative)
                && Arrays.equals(customBounds, histogram.customBounds);
    }

    @Override
    public int hashCode() {
        int hash = Double.hashCode(count) * 31 + Double.hashCode(sum);
        return (hash * 31 + positive.hashCode()) * 31 + negative.hashCode();
    }

    @Override
    public String toString() {
        return "histogram(schema " + schema + ", count " + count + ", sum " + sum + ", zero " + zeroCount + " within "
                + zeroThreshold + ", positive " + positive + ", negative " + negative
                + (isCustom() ? ", bounds " + Arrays.toString(customBounds) : "") + ", " + hint.text() + ")";
    }
}
