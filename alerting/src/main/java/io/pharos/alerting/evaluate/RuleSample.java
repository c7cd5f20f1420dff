package io.pharos.alerting.evaluate;

import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What a rule writes for one series.
 *
 * @param value the number; without a meaning where there is a histogram
 * @param histogram the native histogram, where it is one
 */
record RuleSample(double value, @Nullable Histogram histogram) {
    static RuleSample of(double value) {
        return new RuleSample(value, null);
    }

    /**
     * Adds it to the series that a batch was given last.
     *
     * @throws IllegalArgumentException when a histogram is too large to be stored
     */
    void addTo(SampleBatchBuilder batch, long timeMillis) {
        Histogram known = histogram;
        if (known == null) {
            batch.sample(timeMillis, value);
        } else {
            batch.histogram(timeMillis, known);
        }
    }
}
