package io.pharos.promql.plan;

import io.pharos.promql.ast.AggregateOperator;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.engine.Accumulator;
import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.GroupedAggregate;
import io.pharos.promql.engine.Grouping;
import io.pharos.promql.engine.RemoteSeries;
import io.pharos.promql.engine.SeriesBlock;
import io.pharos.promql.query.QueryException;
import java.util.ArrayList;
import java.util.List;

/** Merges what several workers answered to one part of a plan, in the order of the list. */
public final class PartialMerger {
    private PartialMerger() {}

    /**
     * The value of the part over all shards.
     *
     * @throws QueryException when series of different shards became the same, or a result does not fit the part
     */
    public static RemoteSeries merge(SubPlan plan, List<PartialResult> results) {
        for (PartialResult result : results) {
            if (result.id() != plan.id() || result.kind() != plan.kind()) {
                throw new QueryException(
                        QueryException.Kind.INTERNAL,
                        "a result of part " + result.id() + " (" + result.kind() + ") came for part " + plan.id() + " ("
                                + plan.kind() + ")");
            }
        }
        return switch (plan.kind()) {
            case SERIES, CANDIDATES -> series(plan, results);
            case SAMPLES -> samples(results);
            case AGGREGATE -> aggregate(plan, operator(plan), results);
            case PRESENCE -> aggregate(plan, AggregateOperator.GROUP, results);
        };
    }

    private static RemoteSeries series(SubPlan plan, List<PartialResult> results) {
        List<SeriesBlock> blocks = new ArrayList<>();
        for (PartialResult result : results) {
            for (PartialResult.Series one : result.series()) {
                checkLength(plan, one.values().length);
                blocks.add(new SeriesBlock(one.labels(), one.dropName(), one.values()));
            }
        }
        return RemoteSeries.ofBlocks(blocks);
    }

    private static RemoteSeries samples(List<PartialResult> results) {
        List<RemoteSeries.SampleSeries> samples = new ArrayList<>();
        for (PartialResult result : results) {
            for (PartialResult.Series one : result.series()) {
                samples.add(new RemoteSeries.SampleSeries(one.labels(), one.dropName(), one.times(), one.values()));
            }
        }
        return RemoteSeries.ofSamples(samples);
    }

    private static AggregateOperator operator(SubPlan plan) {
        if (Engine.parse(plan.expression()).unwrapped() instanceof Expr.Aggregation aggregation) {
            return aggregation.operator();
        }
        throw new QueryException(QueryException.Kind.INTERNAL, "no aggregation: " + plan.expression());
    }

    private static RemoteSeries aggregate(SubPlan plan, AggregateOperator operator, List<PartialResult> results) {
        GroupedAggregate groups = new GroupedAggregate(
                operator, Grouping.of(false, List.of()), plan.steps().count());
        for (PartialResult result : results) {
            for (PartialResult.Series one : result.series()) {
                checkLength(plan, one.counts().length);
                groups.merge(
                        one.labels(),
                        one.dropName(),
                        Accumulator.of(operator, one.values(), one.compensations(), one.counts()));
            }
        }
        return RemoteSeries.ofBlocks(groups.result());
    }

    private static void checkLength(SubPlan plan, int length) {
        if (length != plan.steps().count()) {
            throw new QueryException(
                    QueryException.Kind.INTERNAL,
                    "a result of part " + plan.id() + " has " + length + " steps instead of "
                            + plan.steps().count());
        }
    }
}
