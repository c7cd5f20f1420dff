package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/*
 * The samples of the lookback on both sides of a step decide: one exactly there is the value; between two the value lies on the
 * line; after the last it stays. A window with numbers and histograms has no value.
 */
/** The series of an instant selector with {@code smoothed}. */
final class SmoothedVector implements SeriesStream {
    private final Evaluation evaluation;
    private final SelectorTimes at;
    private final long lookbackMillis;
    private final RangeStream source;
    private final Expr.VectorSelector selector;

    SmoothedVector(Evaluation evaluation, Expr.VectorSelector selector, SelectorTimes at) {
        this(
                evaluation,
                selector,
                at,
                evaluation.lookbackMillis(),
                new SelectedRange(
                        evaluation,
                        selector,
                        at.first() - evaluation.lookbackMillis(),
                        at.last() + evaluation.lookbackMillis()));
    }

    /** The series of samples that were selected for this lookback on both sides. */
    SmoothedVector(
            Evaluation evaluation,
            Expr.VectorSelector selector,
            SelectorTimes at,
            long lookbackMillis,
            RangeStream source) {
        this.evaluation = evaluation;
        this.at = at;
        this.selector = selector;
        this.lookbackMillis = lookbackMillis;
        this.source = source;
    }

    @Override
    public @Nullable SeriesBlock next() {
        while (source.next()) {
            SeriesBlock block = series();
            if (!block.isEmpty()) {
                return block;
            }
        }
        return null;
    }

    private SeriesBlock series() {
        long[] times = source.times();
        double[] values = source.values();
        @Nullable Histogram[] histograms = source.histograms();
        int count = source.count();
        int steps = at.steps().count();
        double[] out = SeriesBlock.absent(steps);
        @Nullable Histogram[] outHistograms = histograms == null ? null : new Histogram[steps];
        int from = 0;
        int after = 0;
        int to = 0;
        for (int i = 0; i < steps; i++) {
            long time = at.at(i);
            while (from < count && times[from] <= time - lookbackMillis) {
                from++;
            }
            while (after < count && times[after] < time) {
                after++;
            }
            while (to < count && times[to] <= time + lookbackMillis) {
                to++;
            }
            after = Math.max(after, from);
            if (histograms != null && isMixed(histograms, from, to)) {
                evaluation.annotations().floatsAndHistograms(source.labels().metricName(), selector.span());
                continue;
            }
            boolean exact = after < to && times[after] == time;
            if (!exact && after == from) {
                continue; // nothing before
            }
            int place = exact ? after : after - 1;
            boolean between = !exact && after < to;
            double share = between ? Samples.share(times[after - 1], times[after], time) : 0;
            Histogram histogram = histograms == null ? null : histograms[place];
            if (histograms == null || outHistograms == null || histogram == null) {
                out[i] = between ? Samples.between(values[place], values[after], share, false) : values[place];
            } else {
                outHistograms[i] = between ? between(histogram, histograms[after], share) : histogram;
            }
        }
        return new SeriesBlock(source.labels(), false, out, outHistograms);
    }

    private static boolean isMixed(@Nullable Histogram[] histograms, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            if (!Samples.sameKind(histograms[i], histograms[from])) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Histogram between(Histogram before, @Nullable Histogram after, double share) {
        if (after == null) {
            return before;
        }
        if (before.isCustom() != after.isCustom()) {
            evaluation.annotations().exponentialAndCustom(source.labels().metricName(), selector.span());
            return null;
        }
        boolean counter = before.hint() != CounterResetHint.GAUGE && after.hint() != CounterResetHint.GAUGE;
        return Samples.between(before, after, share, counter);
    }

    @Override
    public void close() {
        source.close();
    }
}
