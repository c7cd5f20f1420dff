package io.pharos.timeseries.histogram;

import java.util.Arrays;

/*
 * Every number is a sum with Neumaier's compensation beside it. Layouts are reconciled as histograms come: the wider zero bucket,
 * the coarser schema, the custom bounds that all have. A mean is a sum scaled before each addition.
 */
/** A sum or mean of histograms that grows one histogram at a time. Not thread-safe. */
public final class HistogramSum {
    private Histogram layout;
    private final Compensated zeroCount = new Compensated();
    private final Compensated count = new Compensated();
    private final Compensated sum = new Compensated();
    private CompensatedBuckets positive;
    private CompensatedBuckets negative;

    /** The sum of one histogram. */
    public HistogramSum(Histogram first) {
        layout = first.withNumbers(0, 0, 0, HistogramBuckets.NONE, HistogramBuckets.NONE);
        zeroCount.set(first.zeroCount(), 0);
        count.set(first.count(), 0);
        sum.set(first.sum(), 0);
        positive = new CompensatedBuckets(first.positive());
        negative = new CompensatedBuckets(first.negative());
    }

    /** A sum with what its additions rounded away. */
    public HistogramSum(Histogram first, Histogram compensation) {
        this(first);
        addCompensation(compensation);
    }

    private HistogramSum(HistogramSum other) {
        layout = other.layout;
        zeroCount.set(other.zeroCount.value, other.zeroCount.rest);
        count.set(other.count.value, other.count.rest);
        sum.set(other.sum.value, other.sum.rest);
        positive = other.positive.copy();
        negative = other.negative.copy();
    }

    /** An independent copy. */
    public HistogramSum copy() {
        return new HistogramSum(this);
    }

    /** Whether the sum has custom buckets; only such histograms can be added to it. */
    public boolean isCustom() {
        return layout.isCustom();
    }

    /**
     * Adds a histogram.
     *
     * @return whether custom bounds differed and had to be reconciled
     * @throws IllegalArgumentException when one has custom and the other exponential buckets
     */
    public boolean add(Histogram added) {
        return combine(added, 1);
    }

    /** Subtracts a histogram; returns and throws as {@link #add}. */
    public boolean subtract(Histogram subtracted) {
        return combine(subtracted, -1);
    }

    private boolean combine(Histogram added, int sign) {
        if (added.isCustom() != layout.isCustom()) {
            throw new IllegalArgumentException("histograms with exponential and custom buckets cannot be combined");
        }
        CounterResetHint hint = layout.hint().plus(added.hint());
        boolean reconciled = isCustom() && !Arrays.equals(layout.customBounds(), added.customBounds());
        Histogram fitting = fit(added);
        zeroCount.add(sign * fitting.zeroCount());
        count.add(sign * fitting.count());
        sum.add(sign * fitting.sum());
        positive = positive.plus(fitting.positive(), sign);
        negative = negative.plus(fitting.negative(), sign);
        layout = layout.withHint(hint);
        return reconciled;
    }

    /** Brings this sum and a histogram to one layout; answers the histogram in it. */
    private Histogram fit(Histogram added) {
        if (isCustom()) {
            double[] common = Histogram.commonBounds(layout.customBounds(), added.customBounds());
            if (!Arrays.equals(common, layout.customBounds())) {
                rebuild(histogram -> histogram.toBounds(common));
            }
            return added.toBounds(common);
        }
        Histogram fitting = added;
        while (layout.zeroThreshold() != fitting.zeroThreshold()) {
            double wider = Math.max(layout.zeroThreshold(), fitting.zeroThreshold());
            fitting = fitting.withZeroThreshold(wider);
            rebuild(histogram -> histogram.withZeroThreshold(wider));
        }
        int schema = Math.min(layout.schema(), fitting.schema());
        if (schema != layout.schema()) {
            rebuild(histogram -> histogram.toSchema(schema));
        }
        return fitting.toSchema(schema);
    }

    private interface Change {
        Histogram apply(Histogram histogram);
    }

    /** Changes the layout of the sum and of its compensations. */
    private void rebuild(Change change) {
        Histogram values = change.apply(values());
        // The zero bucket's width is decided by the values: an empty bucket has no compensation that matters.
        Histogram rests = change.apply(compensation());
        layout = values.withNumbers(0, 0, 0, HistogramBuckets.NONE, HistogramBuckets.NONE);
        zeroCount.set(values.zeroCount(), rests.zeroCount());
        positive = new CompensatedBuckets(values.positive());
        negative = new CompensatedBuckets(values.negative());
        positive = positive.plusRests(rests.positive());
        negative = negative.plusRests(rests.negative());
    }

    private Histogram values() {
        return layout.withNumbers(zeroCount.value, count.value, sum.value, positive.values(), negative.values());
    }

    /** What additions rounded away, as a histogram of the same layout. */
    public Histogram compensation() {
        return layout.withNumbers(zeroCount.rest, count.rest, sum.rest, positive.rests(), negative.rests());
    }

    /** The sums without what was rounded away. */
    public Histogram plain() {
        return values();
    }

    /** Adds what another sum of the same histograms' group had rounded away. */
    public void addCompensation(Histogram compensation) {
        Histogram fitting = fit(compensation.withHint(layout.hint()));
        zeroCount.rest += fitting.zeroCount();
        count.rest += fitting.count();
        sum.rest += fitting.sum();
        positive = positive.plusRests(fitting.positive());
        negative = negative.plusRests(fitting.negative());
    }

    /** Whether adding a histogram would make any number infinite. */
    public boolean overflowsWith(Histogram added) {
        if (!Double.isInfinite(values().absoluteTotal() + added.absoluteTotal())) {
            return false;
        }
        HistogramSum tried = copy();
        tried.add(added);
        Histogram result = tried.values();
        return Double.isInfinite(result.zeroCount())
                || Double.isInfinite(result.count())
                || Double.isInfinite(result.sum())
                || tried.positive.hasInfinity()
                || tried.negative.hasInfinity();
    }

    /** Multiplies the sum and its compensations. */
    public void scale(double factor) {
        zeroCount.scale(factor);
        count.scale(factor);
        sum.scale(factor);
        positive.scale(factor);
        negative.scale(factor);
    }

    /** The sum with what additions rounded away. */
    public Histogram result() {
        return layout.withNumbers(
                zeroCount.result(), count.result(), sum.result(), positive.results(), negative.results());
    }

    /** The sum divided, value and compensation each, so that a sum near the largest double stays finite. */
    public Histogram dividedBy(double divisor) {
        HistogramSum quotient = copy();
        quotient.divide(divisor);
        return quotient.result();
    }

    /** Divides the sum and its compensations. */
    void divide(double divisor) {
        zeroCount.divide(divisor);
        count.divide(divisor);
        sum.divide(divisor);
        positive.divide(divisor);
        negative.divide(divisor);
    }

    /** One compensated number. */
    private static final class Compensated {
        private double value;
        private double rest;

        void set(double newValue, double newRest) {
            value = newValue;
            rest = newRest;
        }

        void add(double added) {
            double total = value + added;
            rest = Neumaier.rest(value, rest, added, total);
            value = total;
        }

        void scale(double factor) {
            value *= factor;
            rest *= factor;
        }

        void divide(double divisor) {
            value /= divisor;
            rest /= divisor;
        }

        double result() {
            return Double.isInfinite(value) ? value : value + rest;
        }
    }
}
