package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.query.TierRead;
import io.pharos.promql.tier.TierChoice;
import io.pharos.promql.tier.TierRun;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.rollup.RollupColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * Only leaves know of tiers: a selector, or a function with its range, is evaluated run by run, each run over one choice of
 * resolutions, and the series of the runs are put together again. What is above sees series at all steps, as ever.
 */
/** A selector some of whose steps look at times from which samples are no longer all there. */
final class TieredLeaf {
    private final Evaluation evaluation;
    private final Expr.VectorSelector selector;
    private final SelectorTimes at;

    TieredLeaf(Evaluation evaluation, Expr.VectorSelector selector, SelectorTimes at) {
        this.evaluation = evaluation;
        this.selector = selector;
        this.at = at;
    }

    /** Evaluates the steps of a run. */
    interface Part {
        SeriesStream of(TierRun run, SelectorTimes at);
    }

    /** The selector's values at each step. */
    SeriesStream instants(SelectedVector.Wanted wanted) {
        List<TierRun> runs = TierChoice.ofInstants(
                evaluation.tiers(), at.first(), at.stepMillis(), at.steps().count(), evaluation.lookbackMillis());
        boolean smoothed = selector.extension() == Expr.Extension.SMOOTHED;
        return joined(runs, (run, part) -> {
            if (smoothed) {
                return run.isRaw() ? new SmoothedVector(evaluation, selector, part) : smoothed(run, part);
            }
            return run.isRaw()
                    ? new SelectedVector(evaluation, selector, part, wanted)
                    : new SelectedVector(evaluation, selector, part, wanted, run.stretches());
        });
    }

    private SeriesStream smoothed(TierRun run, SelectorTimes part) {
        long lookback = Math.max(evaluation.lookbackMillis(), 2 * run.resolutionMillis());
        TierRead read = new TierRead(RollupColumn.LAST, run.stretches());
        TierRange source = new TierRange(evaluation, selector, read, part.first() - lookback, part.last() + lookback);
        return new SmoothedVector(evaluation, selector, part, lookback, source);
    }

    /** A function's values over windows of this length. */
    SeriesStream windows(long rangeMillis, Part part) {
        return joined(
                TierChoice.ofWindows(
                        evaluation.tiers(),
                        at.first(),
                        at.stepMillis(),
                        at.steps().count(),
                        rangeMillis),
                part);
    }

    /** The samples of all windows in the resolutions that the first of them needs, for what looks at samples only. */
    Evaluator.Range range(long rangeMillis, boolean counter) {
        Expr.Extension extension = selector.extension();
        boolean extended = extension != Expr.Extension.NONE;
        long reach = rangeMillis + (extended ? evaluation.lookbackMillis() : 0);
        TierRun run = TierChoice.ofWindows(evaluation.tiers(), at.first(), 0, 1, reach)
                .get(0);
        long lookback = Math.max(evaluation.lookbackMillis(), 2 * run.resolutionMillis());
        long range = Math.max(rangeMillis, run.resolutionMillis());
        RollupColumn column = counter && extended ? RollupColumn.COUNTER : RollupColumn.LAST;
        RangeStream stream = new TierRange(
                evaluation,
                selector,
                new TierRead(column, run.stretches()),
                at.first() - range - (extended ? lookback : 0),
                at.last() + (extension == Expr.Extension.SMOOTHED ? lookback : 0));
        return new Evaluator.Range(stream, at, extended ? rangeMillis : range, extension, lookback);
    }

    private SeriesStream joined(List<TierRun> runs, Part part) {
        if (runs.size() == 1) {
            return part.of(runs.get(0), at);
        }
        Map<Labels, SeriesBlock> whole = new LinkedHashMap<>();
        for (TierRun run : runs) {
            try (SeriesStream stream = part.of(run, at.part(run.from(), run.to()))) {
                for (SeriesBlock block = stream.next(); block != null; block = stream.next()) {
                    whole.put(block.labels(), put(whole.get(block.labels()), block, run));
                }
            }
        }
        return SeriesStream.of(new ArrayList<>(whole.values()));
    }

    /** The series so far with the steps of another run. */
    private SeriesBlock put(@Nullable SeriesBlock known, SeriesBlock block, TierRun run) {
        int steps = at.steps().count();
        @Nullable SeriesBlock whole = known;
        if (whole == null) {
            whole = evaluation.hold(new SeriesBlock(block.labels(), block.dropName(), SeriesBlock.absent(steps), null));
        }
        System.arraycopy(block.values(), 0, whole.values(), run.from(), run.to() - run.from());
        @Nullable Histogram[] some = block.histograms();
        if (some == null) {
            return whole;
        }
        @Nullable Histogram[] before = whole.histograms();
        @Nullable Histogram[] all = before == null ? new Histogram[steps] : Arrays.copyOf(before, steps);
        System.arraycopy(some, 0, all, run.from(), run.to() - run.from());
        return new SeriesBlock(whole.labels(), whole.dropName(), whole.values(), all);
    }
}
