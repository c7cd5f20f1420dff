package io.pharos.alerting.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.promql.query.QueryValue;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RuleSeriesTest {
    @Test
    void aRecordingRuleWritesHistogramsAsHistograms() {
        Histogram histogram =
                Histogram.exponential(2, 0, 1, 4, 2.5, HistogramBuckets.from(1, 1, 2), HistogramBuckets.NONE);
        QueryValue result = new QueryValue.Vector(List.of(
                new QueryValue.VectorSample(Labels.of("a", "1"), 5, Double.NaN, histogram),
                new QueryValue.VectorSample(Labels.of("a", "2"), 5, 7)));
        SampleBatchBuilder batch = new SampleBatchBuilder();
        RuleSeries.recorded("rule:x", Map.of("by", "rule"), result)
                .forEach((labels, sample) -> sample.addTo(batch.series(labels), 9));
        SampleBatch built = batch.build();
        assertThat(built.sampleCount()).isEqualTo(2);
        assertThat(built.labels(0)).isEqualTo(Labels.of("__name__", "rule:x", "a", "1", "by", "rule"));
        EncodedHistogram[] histograms = Objects.requireNonNull(built.histograms());
        assertThat(histograms[0].histogram()).isEqualTo(histogram);
        assertThat(histograms[1]).isNull();
        assertThat(built.values()[1]).isEqualTo(7);
    }
}
