package io.pharos.timeseries.chunk;

import io.pharos.timeseries.histogram.Neumaier;
import io.pharos.timeseries.sample.StaleMarker;

/**
 * What a sealed chunk says about its samples without being decoded. Stale markers are left out of all but {@code count}; where
 * nothing else is there, the values are NaN.
 *
 * @param count samples, stale markers included
 * @param staleCount stale markers
 * @param sum compensated (Neumaier), in the order of time; NaN when any value is
 * @param min NaN values left out, unless all are
 * @param max NaN values left out, unless all are
 * @param first the first value
 * @param last the last value
 * @param counterResets how often a value is below the one before
 */
public record ChunkSummary(
        int count,
        int staleCount,
        long firstTimestampMillis,
        long lastTimestampMillis,
        double sum,
        double min,
        double max,
        double first,
        double last,
        int counterResets) {

    /** Computes the summary of samples between two indices (the end is exclusive; at least one). */
    static ChunkSummary of(long[] times, double[] values, int from, int to) {
        int stale = 0;
        int resets = 0;
        double sum = 0;
        double compensation = 0;
        double min = Double.NaN;
        double max = Double.NaN;
        double first = Double.NaN;
        double last = Double.NaN;
        for (int i = from; i < to; i++) {
            double value = values[i];
            if (StaleMarker.is(value)) {
                stale++;
                continue;
            }
            if (i - from == stale) {
                first = value;
            } else if (value < last) {
                resets++;
            }
            last = value;
            min = value < min || Double.isNaN(min) ? value : min;
            max = value > max || Double.isNaN(max) ? value : max;
            double next = sum + value;
            compensation = Neumaier.rest(sum, compensation, value, next);
            sum = next;
        }
        double total = stale == to - from ? Double.NaN : sum + compensation;
        return new ChunkSummary(to - from, stale, times[from], times[to - 1], total, min, max, first, last, resets);
    }
}
