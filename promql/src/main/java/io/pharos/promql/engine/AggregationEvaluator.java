package io.pharos.promql.engine;

import io.pharos.promql.ast.AggregateOperator;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.Printer;
import io.pharos.promql.query.QueryException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Evaluates aggregations over a stream of series. */
final class AggregationEvaluator {
    private AggregationEvaluator() {}

    /** The aggregate of a stream, which is read to its end and closed. */
    static List<SeriesBlock> evaluate(
            Evaluation evaluation,
            Expr.Aggregation aggregation,
            SeriesStream input,
            @Nullable Operand parameter,
            Steps steps) {
        Grouping grouping = Grouping.of(aggregation.without(), aggregation.labels());
        AggregateOperator operator = aggregation.operator();
        if (Accumulator.isMergeable(operator)) {
            return partial(evaluation, aggregation, grouping, input, steps).result();
        }
        if (operator == AggregateOperator.COUNT_VALUES) {
            String label = parameter instanceof Operand.Text text ? text.value() : "";
            if (label.isEmpty()) {
                throw new QueryException(QueryException.Kind.EXECUTION, "invalid label name \"" + label + "\"");
            }
            return new GroupMembers(evaluation, input, grouping, steps.count()).countsOfValues(label);
        }
        double[] scalars = parameter instanceof Operand.Scalars given ? given.values() : new double[steps.count()];
        return switch (operator) {
            case TOPK, BOTTOMK -> ranked(evaluation, aggregation, input, scalars);
            case QUANTILE -> quantile(evaluation, aggregation, input, scalars);
            case LIMITK -> {
                checkCounts(scalars);
                yield new GroupMembers(evaluation, input, grouping, steps.count()).limited(scalars);
            }
            case LIMIT_RATIO -> ratio(evaluation, aggregation, input, scalars);
            default -> throw new IllegalStateException("no such aggregation: " + operator);
        };
    }

    /** Partial aggregates of a stream, which is read to its end and closed. */
    static GroupedAggregate partial(
            Evaluation evaluation, Expr.Aggregation aggregation, Grouping grouping, SeriesStream input, Steps steps) {
        AggregateNotes notes = AggregateNotes.of(evaluation.annotations(), aggregation);
        return gathered(
                evaluation, new GroupedAggregate(aggregation.operator(), grouping, steps.count(), notes), input);
    }

    /** Groups with a stream gone in, which is read to its end and closed. */
    static GroupedAggregate gathered(Evaluation evaluation, GroupedAggregate groups, SeriesStream input) {
        try (input) {
            for (SeriesBlock block = input.next(); block != null; block = input.next()) {
                if (groups.add(block)) {
                    evaluation.hold(groups.bytesPerGroup());
                }
                evaluation.check();
            }
        }
        return groups;
    }

    /** topk and bottomk of a stream with a k for each step. */
    private static List<SeriesBlock> ranked(
            Evaluation evaluation, Expr.Aggregation aggregation, SeriesStream input, double[] limits) {
        checkCounts(limits);
        Grouping grouping = Grouping.of(aggregation.without(), aggregation.labels());
        RankingAggregate ranking =
                new RankingAggregate(aggregation.operator() == AggregateOperator.TOPK, limits, grouping);
        SeriesStream numbers = onlyNumbers(evaluation, aggregation, input);
        try (numbers) {
            for (SeriesBlock block = numbers.next(); block != null; block = numbers.next()) {
                ranking.add(evaluation.hold(block));
            }
        }
        return ranking.result();
    }

    /** The numbers of a stream; that there were histograms is said. */
    private static SeriesStream onlyNumbers(Evaluation evaluation, Expr.Aggregation aggregation, SeriesStream input) {
        AggregateNotes notes = AggregateNotes.of(evaluation.annotations(), aggregation);
        return input.map(block -> {
            if (block.histograms() == null) {
                return block;
            }
            notes.ignored();
            SeriesBlock numbers = block.withoutHistograms();
            return numbers.isEmpty() ? null : numbers;
        });
    }

    private static void checkCounts(double[] counts) {
        for (double count : counts) {
            if (Double.isNaN(count)) {
                throw new QueryException(QueryException.Kind.EXECUTION, "Parameter value is NaN");
            }
            if (count >= 0x1p63 || count <= -0x1p63) {
                throw new QueryException(
                        QueryException.Kind.EXECUTION,
                        "Scalar value " + Printer.number(count)
                                + (count > 0 ? " overflows int64" : " underflows int64"));
            }
        }
    }

    private static List<SeriesBlock> quantile(
            Evaluation evaluation, Expr.Aggregation aggregation, SeriesStream input, double[] quantiles) {
        Expr parameter = aggregation.parameter();
        for (double quantile : quantiles) {
            if (!(quantile >= 0 && quantile <= 1) && parameter != null) {
                evaluation.annotations().quantileOutside(quantile, parameter.span());
            }
        }
        Grouping grouping = Grouping.of(aggregation.without(), aggregation.labels());
        SeriesStream numbers = onlyNumbers(evaluation, aggregation, input);
        return new GroupMembers(evaluation, numbers, grouping, quantiles.length).quantiles(quantiles);
    }

    private static List<SeriesBlock> ratio(
            Evaluation evaluation, Expr.Aggregation aggregation, SeriesStream input, double[] ratios) {
        double[] capped = new double[ratios.length];
        Expr parameter = aggregation.parameter();
        for (int i = 0; i < ratios.length; i++) {
            if (Double.isNaN(ratios[i])) {
                throw new QueryException(QueryException.Kind.EXECUTION, "Ratio value is NaN");
            }
            capped[i] = Math.max(-1, Math.min(1, ratios[i]));
            if (capped[i] != ratios[i] && parameter != null) {
                evaluation.annotations().ratioCapped(ratios[i], capped[i], parameter.span());
            }
        }
        Grouping grouping = Grouping.of(aggregation.without(), aggregation.labels());
        return new GroupMembers(evaluation, input, grouping, ratios.length).ratio(capped);
    }
}
