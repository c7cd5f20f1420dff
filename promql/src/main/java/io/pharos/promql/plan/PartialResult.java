package io.pharos.promql.plan;

import io.pharos.promql.query.QueryStatistics;
import io.pharos.timeseries.labels.Labels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one worker answers to a part of a plan, over the shards it was asked for; it travels in {@link PartialPage}s.
 *
 * @param id the part's id
 * @param series the series or groups, in no particular order
 * @param warnings complete texts with positions in the whole query
 * @param infos the same
 */
public record PartialResult(
        int id,
        SubPlan.Kind kind,
        List<Series> series,
        List<String> warnings,
        List<String> infos,
        QueryStatistics statistics) {
    /**
     * One series or group. Which arrays are used depends on the kind of the part.
     *
     * @param dropName whether the metric's name goes when the query ends
     * @param values a value a step (absent ones marked), the samples' values, or an aggregate's state
     * @param compensations an aggregate's second state, else empty
     * @param counts an aggregate's members a step, else empty
     * @param times the times of samples, else empty
     * @param histograms histograms at the steps or samples, or states of them; empty where there are none
     */
    public record Series(
            Labels labels,
            boolean dropName,
            double[] values,
            double[] compensations,
            long[] counts,
            long[] times,
            @Nullable HistogramCell[] histograms) {
        private static final @Nullable HistogramCell[] NO_HISTOGRAMS = {};
        private static final int SERIES_BYTES = 64;
        private static final int HISTOGRAM_BYTES = 128;

        /** Numbers alone. */
        public Series(
                Labels labels, boolean dropName, double[] values, double[] compensations, long[] counts, long[] times) {
            this(labels, dropName, values, compensations, counts, times, NO_HISTOGRAMS);
        }

        /** Steps, or samples: every array is as long as this, or empty. */
        public int length() {
            int numbers =
                    Math.max(Math.max(values.length, compensations.length), Math.max(counts.length, times.length));
            return Math.max(numbers, histograms.length);
        }

        /** About the bytes its numbers would take in memory if it had so many steps or samples. */
        long numberBytes(int length) {
            int columns = (values.length == 0 ? 0 : 1)
                    + (compensations.length == 0 ? 0 : 1)
                    + (counts.length == 0 ? 0 : 1)
                    + (times.length == 0 ? 0 : 1);
            return SERIES_BYTES + 8L * columns * length;
        }

        /** About the bytes its histograms take in memory. */
        long histogramBytes() {
            long bytes = 0;
            for (HistogramCell cell : histograms) {
                bytes += cell == null ? 4 : HISTOGRAM_BYTES + cell.bytesMax();
            }
            return bytes;
        }
    }
}
