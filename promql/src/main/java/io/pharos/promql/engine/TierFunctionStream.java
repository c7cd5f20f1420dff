package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.function.Absent;
import io.pharos.promql.function.RangeFunction;
import io.pharos.promql.function.RangeWindow;
import io.pharos.promql.function.TierFunction;
import io.pharos.promql.query.TierRead;
import io.pharos.promql.tier.TierRun;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Slides a function's window over a column of roll-ups; windows too short for the resolution are widened. */
final class TierFunctionStream implements SeriesStream {
    private static final double[] NONE = new double[0];
    private static final long[] EVEN = new long[0];

    private final Evaluation evaluation;
    private final Expr.VectorSelector selector;
    private final RangeStream source;
    private final RangeFunction numbers;
    private final @Nullable RangeFunction ofSamples;
    private final SelectorTimes at;
    private final List<TierRead.Stretch> stretches;
    private final long windowMillis;
    private final boolean withStart;
    private final double scale;
    private final double[] parameters;
    private final double[] secondParameters;
    private final Consumer<Labels> seen;
    private final RangeWindow window = new RangeWindow();

    /**
     * A stream of a function's values at the steps of a run.
     *
     * @param rangeMillis the window that was asked for
     * @param scalars the scalar arguments, a value each step; at most two
     * @param seen told the labels of each series that had a number as its value
     */
    TierFunctionStream(
            Evaluation evaluation,
            Expr.VectorSelector selector,
            TierRun run,
            TierFunction function,
            SelectorTimes at,
            long rangeMillis,
            double[][] scalars,
            Consumer<Labels> seen) {
        this.evaluation = evaluation;
        this.selector = selector;
        this.at = at;
        this.numbers = function.create().get();
        this.ofSamples =
                function.ofSamples() == null ? null : function.ofSamples().get();
        this.stretches = run.stretches();
        this.windowMillis =
                function.window().widened(rangeMillis, run.resolutionMillis(), isOnPoints(at, run.resolutionMillis()));
        this.withStart = function.window() == TierFunction.Window.CHANGES;
        this.scale = function.scaled() ? (double) rangeMillis / windowMillis : 1;
        this.parameters = scalars.length > 0 ? scalars[0] : NONE;
        this.secondParameters = scalars.length > 1 ? scalars[1] : NONE;
        this.seen = seen;
        this.source = new TierRange(
                evaluation,
                selector,
                new TierRead(function.column(), run.stretches()),
                at.first() - windowMillis - (withStart ? 1 : 0),
                at.last());
    }

    private static boolean isOnPoints(SelectorTimes at, long resolution) {
        return Math.floorMod(at.first(), resolution) == 0
                && (at.steps().count() == 1 || at.stepMillis() % resolution == 0);
    }

    private long intervalAt(long timeMillis) {
        int i = 0;
        while (timeMillis > stretches.get(i).toMillis()) {
            i++;
        }
        return stretches.get(i).resolutionMillis();
    }

    @Override
    public @Nullable SeriesBlock next() {
        while (source.next()) {
            double[] out = SeriesBlock.absent(at.steps().count());
            @Nullable Histogram[] histograms = source.histograms();
            if (histograms != null && ofSamples == null) {
                continue; // the function leaves histograms out
            }
            window.plain();
            window.weights = EVEN;
            long[] weights = source.weights();
            if (weights != null) {
                window.weights = weights;
            }
            if (histograms != null) {
                window.histograms = histograms;
            }
            window.notes = new SeriesNotes(evaluation.annotations(), source.labels(), selector.span());
            @Nullable Histogram[] histogramsOut = histograms == null ? null : new Histogram[out.length];
            int found = slide(histograms == null || ofSamples == null ? numbers : ofSamples, out, histogramsOut);
            if (found > 0) {
                seen.accept(source.labels());
            }
            SeriesBlock block = new SeriesBlock(source.labels(), source.dropName(), out, histogramsOut);
            if (!block.isEmpty()) {
                return block;
            }
        }
        return null;
    }

    private int slide(RangeFunction used, double[] out, @Nullable Histogram @Nullable [] histogramsOut) {
        int count = source.count();
        long[] times = source.times();
        window.times = times;
        window.values = source.values();
        window.from = 0;
        window.to = 0;
        used.begin(times, source.values(), count);
        int found = 0;
        for (int i = 0; i < out.length; i++) {
            long end = at.at(i);
            long start = end - windowMillis;
            long after = withStart ? start - 1 : start;
            while (window.to < count && times[window.to] <= end) {
                window.to++;
            }
            while (window.from < window.to && times[window.from] <= after) {
                window.from++;
            }
            if (window.from == window.to) {
                continue;
            }
            evaluation.check();
            window.startMillis = start;
            window.endMillis = end;
            window.startIntervalMillis = intervalAt(start);
            window.endIntervalMillis = intervalAt(end);
            window.stepMillis = at.steps().time(i);
            window.parameter = i < parameters.length ? parameters[i] : Double.NaN;
            window.secondParameter = i < secondParameters.length ? secondParameters[i] : Double.NaN;
            double value = used.at(window);
            if (!Absent.is(value)) {
                out[i] = scale == 1 ? value : value * scale;
                found++;
            } else if (histogramsOut != null && window.result != null) {
                histogramsOut[i] = scale == 1 ? window.result : window.result.times(scale);
            }
            window.result = null;
        }
        return found;
    }

    @Override
    public void close() {
        source.close();
    }
}
