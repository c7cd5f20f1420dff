package io.pharos.promql.engine;

import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import org.jspecify.annotations.Nullable;

/** Series with the samples of all windows in arrays that are used again for the next series. One thread; to be closed. */
interface RangeStream extends AutoCloseable {
    /** Moves to the next series; false at the end. */
    boolean next();

    Labels labels();

    boolean dropName();

    /** Times of the samples, ascending; valid until the next move. */
    long[] times();

    /** Values of the samples, without stale markers; valid until the next move. */
    double[] values();

    /** How many samples there are in the arrays. */
    int count();

    /** The histograms among the samples, null where a sample is a number; null where the series has none at all. */
    default @Nullable Histogram @Nullable [] histograms() {
        return null;
    }

    /** Since when each sample counts, 0 where that is not known; null where the series does not say. */
    default long @Nullable [] startTimes() {
        return null;
    }

    /** As how many samples each counts; null where each is one. */
    default long @Nullable [] weights() {
        return null;
    }

    @Override
    void close();
}
