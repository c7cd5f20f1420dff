package io.pharos.promql.query;

import io.pharos.timeseries.rollup.RollupColumn;
import java.util.List;

/**
 * What is read of series whose raw samples are no longer all there: one column, of points up to some time and of finer points or
 * raw samples after it. The last stretch goes on for ever.
 *
 * @param column what of points and samples
 * @param stretches ascending in time, coarsest first, the last one mostly raw
 */
public record TierRead(RollupColumn column, List<Stretch> stretches) {
    /** Copies the list. */
    public TierRead {
        stretches = List.copyOf(stretches);
    }

    /**
     * A stretch of time, after the one before it.
     *
     * @param resolutionMillis of the points; 0 for raw samples
     * @param toMillis points up to this and with it; a multiple of the resolution, {@link Long#MAX_VALUE} of the last stretch
     */
    public record Stretch(long resolutionMillis, long toMillis) {
        /** Whether it is of samples as they came. */
        public boolean isRaw() {
            return resolutionMillis == 0;
        }
    }

    /** The resolution of the first stretch, the coarsest. */
    public long resolutionMillis() {
        return stretches.get(0).resolutionMillis();
    }
}
