package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.query.SeriesSource;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.sample.StaleMarker;
import org.jspecify.annotations.Nullable;

/** The newest sample of each series at each step, not older than the lookback; one pass over a series for all steps. */
final class SelectedVector implements SeriesStream {
    private final Evaluation evaluation;
    private final SelectorTimes at;
    private final long lookbackMillis;
    private final boolean wantsTime;
    private final SeriesSource.SeriesSet set;

    /** Selects; with {@code wantsTime} the values are the samples' times in seconds. */
    SelectedVector(Evaluation evaluation, Expr.VectorSelector selector, SelectorTimes at, boolean wantsTime) {
        this.evaluation = evaluation;
        this.at = at;
        this.wantsTime = wantsTime;
        this.lookbackMillis = evaluation.lookbackMillis();
        this.set = evaluation.source().select(selector.matchers(), at.first() - lookbackMillis + 1, at.last());
    }

    @Override
    public @Nullable SeriesBlock next() {
        while (set.next()) {
            evaluation.addSeries();
            double[] values = read(set.samples());
            if (values != null) {
                return new SeriesBlock(set.labels(), false, values);
            }
        }
        return null;
    }

    private double @Nullable [] read(SampleIterator samples) {
        int count = at.steps().count();
        double[] values = SeriesBlock.absent(count);
        boolean more = samples.next();
        long time = Long.MIN_VALUE;
        double value = 0;
        int found = 0;
        for (int i = 0; i < count; i++) {
            long reference = at.at(i);
            while (more && samples.timestampMillis() <= reference) {
                time = samples.timestampMillis();
                value = samples.value();
                more = samples.next();
            }
            if (time > reference - lookbackMillis && !StaleMarker.is(value)) {
                values[i] = wantsTime ? time / 1000.0 : value;
                found++;
            }
        }
        evaluation.addSamples(found);
        return found == 0 ? null : values;
    }

    @Override
    public void close() {
        set.close();
    }
}
