package io.pharos.promql.engine;

import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramSum;
import org.jspecify.annotations.Nullable;

/** Values between two samples, for modifiers that look beyond the edges of a range. */
final class Samples {
    private Samples() {}

    /** The part of the way from one time to another at which a time lies. */
    static double share(long from, long to, long time) {
        return (double) (time - from) / (to - from);
    }

    /** The value on the line between two values; a counter that fell began at zero. */
    static double between(double before, double after, double share, boolean counter) {
        double start = counter && after < before ? 0 : before;
        return start + (after - start) * share;
    }

    /** The histogram on the line between two of one kind of buckets; after a reset the line begins at nothing. */
    static Histogram between(Histogram before, Histogram after, double share, boolean counter) {
        if (counter && after.isResetAfter(before)) {
            return after.times(share).withHint(CounterResetHint.UNKNOWN);
        }
        HistogramSum change = new HistogramSum(after);
        change.subtract(before);
        HistogramSum value = new HistogramSum(before);
        value.add(change.result().times(share));
        return value.result().withHint(before.hint());
    }

    /** Whether two samples are of one kind: numbers, or histograms. */
    static boolean sameKind(@Nullable Histogram a, @Nullable Histogram b) {
        return (a == null) == (b == null);
    }
}
