package io.pharos.promql.engine;

import io.pharos.promql.ast.AggregateOperator;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.ValueType;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryStatistics;
import io.pharos.promql.query.SeriesSource;
import io.pharos.timeseries.histogram.Histogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a part of a query over the series of some shards, up to where the results of several shards can be merged. One
 * instance a part; used by one thread.
 */
public final class PartEvaluator {
    private final Evaluation evaluation;
    private final Evaluator evaluator;
    private final Expr expr;
    private final Steps steps;

    /**
     * A part of a query.
     *
     * @param budget what it draws memory from until it has its result
     * @param text the part at its place in the query's text, blanks before it, so that positions stay
     * @param resetsWanted whether what is above the part wants to know of resets of histograms
     * @param times the times of the whole query
     * @param steps the steps of the part, which differ from the query's inside subqueries
     */
    public PartEvaluator(
            EngineSettings settings,
            MemoryBudget budget,
            String text,
            boolean resetsWanted,
            QueryTimes times,
            Steps steps,
            QueryOptions options,
            SeriesSource source) {
        this.expr = Engine.parse(text);
        this.steps = steps;
        this.evaluation = new Evaluation(settings, budget.open(), options, source, new Annotations(text), times);
        this.evaluation.prepare(expr, resetsWanted);
        this.evaluator = new Evaluator(evaluation, Map.of(), null);
    }

    /** The values of an instant vector at the steps. */
    public List<SeriesBlock> series() {
        return guarded(() -> evaluator
                .vector(expr, steps)
                .map(block -> block.isEmpty() ? null : evaluation.hold(block))
                .toList());
    }

    /** The times, in seconds, of the samples of an instant selector. */
    public List<SeriesBlock> times() {
        return guarded(() -> {
            if (!(expr.unwrapped() instanceof Expr.VectorSelector selector)) {
                throw new QueryException(QueryException.Kind.INTERNAL, "no selector: " + expr);
            }
            return evaluator
                    .selected(selector, steps, SelectedVector.Wanted.TIME)
                    .map(evaluation::hold)
                    .toList();
        });
    }

    /** The partial aggregates of an aggregation. */
    public GroupedAggregate aggregate() {
        return guarded(() -> {
            if (!(expr.unwrapped() instanceof Expr.Aggregation aggregation)) {
                throw new QueryException(QueryException.Kind.INTERNAL, "no aggregation: " + expr);
            }
            Grouping grouping = Grouping.of(aggregation.without(), aggregation.labels());
            if (aggregation.operator() == AggregateOperator.COUNT_VALUES) {
                return countsOfValues(aggregation, grouping);
            }
            return AggregationEvaluator.partial(
                    evaluation, aggregation, grouping, evaluator.vector(aggregation.operand(), steps), steps);
        });
    }

    /** The counts of values as groups: each value is a label of its group. */
    private GroupedAggregate countsOfValues(Expr.Aggregation aggregation, Grouping grouping) {
        AggregateNotes notes = AggregateNotes.of(evaluation.annotations(), aggregation);
        GroupedAggregate counts = new GroupedAggregate(AggregateOperator.COUNT, grouping, steps.count(), notes);
        for (SeriesBlock block : evaluator.vector(aggregation, steps).toList()) {
            long[] members = new long[steps.count()];
            for (int i = 0; i < members.length; i++) {
                members[i] = block.has(i) ? (long) block.values()[i] : 0;
            }
            counts.merge(
                    block.labels(),
                    block.dropName(),
                    Accumulator.of(AggregateOperator.COUNT, new double[0], new double[0], members));
        }
        return counts;
    }

    /** At which steps there is any series: a group without labels. */
    public GroupedAggregate presence() {
        return guarded(() -> {
            SeriesStream stream = expr.type() == ValueType.MATRIX
                    ? AbsentFunction.presentOverTime(evaluator.range(expr, steps))
                    : evaluator.vector(expr, steps);
            AggregateNotes notes = new AggregateNotes(evaluation.annotations(), AggregateOperator.GROUP, expr.span());
            return AggregationEvaluator.gathered(
                    evaluation,
                    new GroupedAggregate(AggregateOperator.GROUP, Grouping.of(false, List.of()), steps.count(), notes),
                    stream);
        });
    }

    /** The samples of a range vector, those of all windows together. */
    public List<RemoteSeries.SampleSeries> samples() {
        return guarded(() -> {
            List<RemoteSeries.SampleSeries> found = new ArrayList<>();
            try (RangeStream stream = evaluator.range(expr, steps).stream()) {
                while (stream.next()) {
                    evaluation.hold(stream);
                    @Nullable Histogram[] histograms = stream.histograms();
                    found.add(new RemoteSeries.SampleSeries(
                            stream.labels(),
                            stream.dropName(),
                            Arrays.copyOf(stream.times(), stream.count()),
                            Arrays.copyOf(stream.values(), stream.count()),
                            histograms == null ? null : Arrays.copyOf(histograms, stream.count())));
                }
            }
            return found;
        });
    }

    private <T> T guarded(Supplier<T> body) {
        try {
            return body.get();
        } catch (IllegalArgumentException refused) {
            throw new QueryException(QueryException.Kind.EXECUTION, String.valueOf(refused.getMessage()), refused);
        } finally {
            evaluation.close();
        }
    }

    /** Warnings and infos so far. */
    public Annotations annotations() {
        return evaluation.annotations();
    }

    /** What the part cost so far. */
    public QueryStatistics statistics() {
        return evaluation.statistics();
    }
}
