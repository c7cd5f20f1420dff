package io.pharos.promql.engine;

import io.pharos.promql.ast.Span;
import io.pharos.promql.function.RangeNotes;
import io.pharos.timeseries.labels.Labels;
import java.util.Locale;

/** Makes annotations of what a function noticed about one series. */
record SeriesNotes(Annotations annotations, Labels labels, Span at) implements RangeNotes {
    @Override
    public void floatsAndHistograms() {
        annotations.floatsAndHistograms(labels.metricName(), at);
    }

    @Override
    public void histogramsIgnored() {
        annotations.histogramsIgnoredInRange(labels.metricName(), at);
    }

    @Override
    public void noCounter() {
        annotations.noCounterHistogram(labels.metricName(), at);
    }

    @Override
    public void noGauge() {
        annotations.noGaugeHistogram(labels.metricName(), at);
    }

    @Override
    public void exponentialAndCustom() {
        annotations.exponentialAndCustom(labels.metricName(), at);
    }

    @Override
    public void boundsReconciled(Operation operation) {
        annotations.boundsReconciled(operation.name().toLowerCase(Locale.ROOT), at);
    }

    @Override
    public void conflictingResets() {
        annotations.conflictingResets("aggregation", at);
    }

    @Override
    public void startTimesOverlap() {
        annotations.startTimesOverlap(labels.metricName(), at);
    }
}
