package io.pharos.promql.function;

import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramMean;

/** sum_over_time and avg_over_time of series with histograms. */
final class SampleSum implements RangeFunction {
    private final boolean average;

    SampleSum(boolean average) {
        this.average = average;
    }

    @Override
    public double at(RangeWindow window) {
        int histograms = window.histogramCount();
        if (histograms == 0) {
            return SumFunction.plain(window, average);
        }
        if (histograms < window.count()) {
            window.notes.floatsAndHistograms();
            return Absent.VALUE;
        }
        HistogramMean sum = new HistogramMean(average);
        for (int i = window.from; i < window.to; i++) {
            Histogram histogram = SampleRate.required(window, i);
            if (!sum.accepts(histogram)) {
                window.notes.exponentialAndCustom();
                return Absent.VALUE;
            }
            sum.add(histogram);
        }
        if (sum.isReconciled()) {
            window.notes.boundsReconciled(RangeNotes.Operation.AGGREGATION);
        }
        if (sum.hasConflictingResets()) {
            window.notes.conflictingResets();
        }
        window.result = sum.result();
        return Absent.VALUE;
    }
}
