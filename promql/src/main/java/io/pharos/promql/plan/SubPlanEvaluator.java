package io.pharos.promql.plan;

import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.engine.GroupedAggregate;
import io.pharos.promql.engine.MemoryBudget;
import io.pharos.promql.engine.PartEvaluator;
import io.pharos.promql.engine.RemoteSeries;
import io.pharos.promql.engine.SeriesBlock;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.SeriesSource;
import java.util.ArrayList;
import java.util.List;

/** Evaluates parts of plans beside the data, on the calling thread, which may block. Immutable; usable by any thread. */
public final class SubPlanEvaluator {
    private static final double[] NO_VALUES = new double[0];
    private static final long[] NO_TIMES = new long[0];

    private final EngineSettings settings;
    private final MemoryBudget budget;

    /** An evaluator with these limits. */
    public SubPlanEvaluator(EngineSettings settings, MemoryBudget budget) {
        this.settings = settings;
        this.budget = budget;
    }

    /**
     * Evaluates a part over the series of a source.
     *
     * @throws io.pharos.promql.query.QueryException when it cannot
     */
    public PartialResult evaluate(SubPlan plan, QueryOptions options, SeriesSource source) {
        PartEvaluator part = new PartEvaluator(
                settings, budget, plan.expression(), plan.resetsWanted(), plan.times(), plan.steps(), options, source);
        List<PartialResult.Series> series = switch (plan.kind()) {
            case SERIES, CANDIDATES -> ofBlocks(part.series());
            case TIMES -> ofBlocks(part.times());
            case SAMPLES -> ofSamples(part.samples());
            case AGGREGATE -> ofGroups(part.aggregate());
            case PRESENCE -> ofGroups(part.presence());
        };
        source.warnings().forEach(part.annotations()::warning);
        return new PartialResult(
                plan.id(),
                plan.kind(),
                series,
                part.annotations().warnings(),
                part.annotations().infos(),
                part.statistics());
    }

    private static List<PartialResult.Series> ofBlocks(List<SeriesBlock> blocks) {
        List<PartialResult.Series> series = new ArrayList<>(blocks.size());
        for (SeriesBlock block : blocks) {
            series.add(new PartialResult.Series(
                    block.labels(),
                    block.dropName(),
                    block.values(),
                    NO_VALUES,
                    NO_TIMES,
                    NO_TIMES,
                    HistogramCell.of(block.histograms())));
        }
        return series;
    }

    private static List<PartialResult.Series> ofSamples(List<RemoteSeries.SampleSeries> samples) {
        List<PartialResult.Series> series = new ArrayList<>(samples.size());
        for (RemoteSeries.SampleSeries one : samples) {
            series.add(new PartialResult.Series(
                    one.labels(),
                    one.dropName(),
                    one.values(),
                    NO_VALUES,
                    NO_TIMES,
                    one.times(),
                    HistogramCell.of(one.histograms())));
        }
        return series;
    }

    private static List<PartialResult.Series> ofGroups(GroupedAggregate aggregate) {
        List<PartialResult.Series> series = new ArrayList<>(aggregate.groups().size());
        aggregate
                .groups()
                .forEach((labels, group) -> series.add(new PartialResult.Series(
                        labels,
                        group.dropName(),
                        group.accumulator().values(),
                        group.accumulator().compensations(),
                        group.accumulator().counts(),
                        NO_TIMES,
                        HistogramCell.of(group.histograms(), group.accumulator().counts().length))));
        return series;
    }
}
