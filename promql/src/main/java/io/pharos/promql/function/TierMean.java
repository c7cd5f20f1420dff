package io.pharos.promql.function;

import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramSum;
import org.jspecify.annotations.Nullable;

/** avg_over_time of a roll-up's sums and counts. */
final class TierMean implements RangeFunction {
    private final Kahan sum = new Kahan();

    @Override
    public double at(RangeWindow window) {
        if (window.histogramCount() > 0) {
            return histograms(window);
        }
        sum.reset();
        double weight = 0;
        for (int i = window.from; i < window.to; i++) {
            sum.add(window.values[i]);
            weight += window.weight(i);
        }
        double total = sum.result();
        return Double.isInfinite(total) ? mean(window, weight) : total / weight;
    }

    /** For sums beyond the largest double: each by its share. */
    private static double mean(RangeWindow window, double weight) {
        double mean = 0;
        for (int i = window.from; i < window.to; i++) {
            mean += window.values[i] / weight;
        }
        return mean;
    }

    private static double histograms(RangeWindow window) {
        @Nullable HistogramSum total = null;
        double weight = 0;
        boolean custom = false;
        for (int i = window.from; i < window.to; i++) {
            Histogram histogram = window.histogram(i);
            if (histogram == null) {
                window.notes.floatsAndHistograms();
                return Absent.VALUE;
            }
            if (total == null) {
                total = new HistogramSum(histogram);
                custom = histogram.isCustom();
            } else if (histogram.isCustom() == custom) {
                total.add(histogram);
            } else {
                window.notes.exponentialAndCustom();
                return Absent.VALUE;
            }
            weight += window.weight(i);
        }
        if (total != null) {
            window.result = total.result().dividedBy(weight).withHint(CounterResetHint.GAUGE);
        }
        return Absent.VALUE;
    }
}
