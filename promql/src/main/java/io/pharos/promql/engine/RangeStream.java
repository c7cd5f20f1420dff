package io.pharos.promql.engine;

import io.pharos.timeseries.labels.Labels;

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

    @Override
    void close();
}
