package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.function.Absent;
import io.pharos.promql.function.FunctionDefinition;
import io.pharos.promql.function.Functions;
import io.pharos.promql.function.Implementation;
import io.pharos.timeseries.labels.Labels;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Evaluates calls: what the table of functions describes, and the functions that need more than one value at a time. */
final class FunctionEvaluator {
    private final Evaluator evaluator;
    private final Evaluation evaluation;

    FunctionEvaluator(Evaluator evaluator, Evaluation evaluation) {
        this.evaluator = evaluator;
        this.evaluation = evaluation;
    }

    Operand call(Expr.Call call, Steps steps) {
        FunctionDefinition function = Functions.find(call.function());
        if (function == null) {
            throw Evaluator.notBuilt("function " + call.function() + "()");
        }
        Implementation implementation = function.implementation();
        List<Expr> arguments = call.arguments();
        if (implementation instanceof Implementation.PerValue perValue) {
            return new Operand.Vectors(perValue(arguments.get(0), perValue.operation(), steps));
        }
        if (implementation instanceof Implementation.PerValueWith with) {
            return new Operand.Vectors(perValueWith(call, with.operation(), steps));
        }
        if (implementation instanceof Implementation.OfDate date) {
            if (arguments.isEmpty()) {
                return vectorOf(i -> date.operation().applyAsDouble(steps.time(i) / 1000.0), steps);
            }
            return new Operand.Vectors(perValue(arguments.get(0), date.operation(), steps));
        }
        if (implementation instanceof Implementation.OverRange overRange) {
            return new Operand.Vectors(new RangeCall(evaluator, evaluation, call, overRange).evaluate(steps));
        }
        return byEngine(call, steps);
    }

    private SeriesStream perValue(Expr argument, DoubleUnaryOperator operation, Steps steps) {
        SeriesStream mapped = evaluator.vector(argument, steps).map(block -> {
            double[] values = block.values();
            for (int i = 0; i < values.length; i++) {
                if (!Absent.is(values[i])) {
                    values[i] = operation.applyAsDouble(values[i]);
                }
            }
            return numbers(block);
        });
        return evaluator.withoutNames(mapped, Names.differ(argument));
    }

    private SeriesStream perValueWith(Expr.Call call, Implementation.Parameterised operation, Steps steps) {
        List<Expr> arguments = call.arguments();
        double[] none = new double[steps.count()];
        Arrays.fill(none, Double.NaN);
        double[] first = arguments.size() > 1 ? evaluator.scalars(arguments.get(1), steps) : none;
        double[] second = arguments.size() > 2 ? evaluator.scalars(arguments.get(2), steps) : none;
        SeriesStream mapped = evaluator.vector(arguments.get(0), steps).map(block -> {
            double[] values = block.values();
            for (int i = 0; i < values.length; i++) {
                if (!Absent.is(values[i])) {
                    values[i] = operation.apply(values[i], first[i], second[i]);
                }
            }
            SeriesBlock numbers = block.withoutHistograms();
            return numbers.isEmpty() ? null : numbers;
        });
        return evaluator.withoutNames(mapped, Names.differ(arguments.get(0)));
    }

    /** A series without its histograms; null where nothing else is in it. */
    private static @Nullable SeriesBlock numbers(SeriesBlock block) {
        if (block.histograms() == null) {
            return block;
        }
        SeriesBlock numbers = block.withoutHistograms();
        return numbers.isEmpty() ? null : numbers;
    }

    private Operand byEngine(Expr.Call call, Steps steps) {
        List<Expr> arguments = call.arguments();
        QueryTimes times = evaluation.times();
        return switch (call.function()) {
            case "time" -> scalars(i -> steps.time(i) / 1000.0, steps);
            case "pi" -> scalars(i -> Math.PI, steps);
            case "start" -> scalars(i -> times.startMillis() / 1000.0, steps);
            case "end" -> scalars(i -> times.endMillis() / 1000.0, steps);
            case "step" -> scalars(i -> times.stepMillis() / 1000.0, steps);
            case "range" -> scalars(i -> (times.endMillis() - times.startMillis()) / 1000.0, steps);
            case "min_of", "max_of" -> {
                double[] a = evaluator.scalars(arguments.get(0), steps);
                double[] b = evaluator.scalars(arguments.get(1), steps);
                boolean max = call.function().equals("max_of");
                yield scalars(i -> max ? Math.max(a[i], b[i]) : Math.min(a[i], b[i]), steps);
            }
            case "scalar" -> new Operand.Scalars(scalarOf(evaluator.vector(arguments.get(0), steps), steps));
            case "vector" -> {
                double[] values = evaluator.scalars(arguments.get(0), steps);
                yield vectorOf(i -> values[i], steps);
            }
            case "timestamp" -> new Operand.Vectors(timestamps(arguments.get(0), steps));
            case "absent" -> new AbsentFunction(evaluator, steps).ofVector(arguments.get(0));
            case "absent_over_time" -> new AbsentFunction(evaluator, steps).ofRange(arguments.get(0));
            case "sort", "sort_desc" ->
                sorted(call, SortOrders.byValue(call.function().equals("sort_desc")), steps);
            case "sort_by_label", "sort_by_label_desc" ->
                sorted(
                        call,
                        SortOrders.byLabels(
                                texts(arguments.subList(1, arguments.size())),
                                call.function().equals("sort_by_label_desc")),
                        steps);
            case "label_replace" ->
                relabelled(LabelFunctions.replace(
                        evaluator.vector(arguments.get(0), steps),
                        evaluator.text(arguments.get(1)),
                        evaluator.text(arguments.get(2)),
                        evaluator.text(arguments.get(3)),
                        evaluator.text(arguments.get(4))));
            case "label_join" ->
                relabelled(LabelFunctions.join(
                        evaluator.vector(arguments.get(0), steps),
                        evaluator.text(arguments.get(1)),
                        evaluator.text(arguments.get(2)),
                        texts(arguments.subList(3, arguments.size()))));
            case "histogram_quantile" ->
                new Operand.Vectors(SeriesStream.of(HistogramFunctions.quantiles(
                        evaluation,
                        call,
                        evaluator.scalars(arguments.get(0), steps),
                        evaluator.vector(arguments.get(1), steps),
                        steps)));
            case "histogram_fraction" ->
                new Operand.Vectors(SeriesStream.of(HistogramFunctions.fractions(
                        evaluation,
                        call,
                        evaluator.scalars(arguments.get(0), steps),
                        evaluator.scalars(arguments.get(1), steps),
                        evaluator.vector(arguments.get(2), steps),
                        steps)));
            case "histogram_quantiles" ->
                new Operand.Vectors(SeriesStream.of(HistogramFunctions.severalQuantiles(
                        evaluation,
                        call,
                        evaluator.text(arguments.get(1)),
                        arguments.subList(2, arguments.size()).stream()
                                .map(quantile -> evaluator.scalars(quantile, steps))
                                .toList(),
                        evaluator.vector(arguments.get(0), steps),
                        steps)));
            case "histogram_count", "histogram_sum", "histogram_avg", "histogram_stddev", "histogram_stdvar" ->
                new Operand.Vectors(evaluator.withoutNames(
                        HistogramFunctions.perHistogram(
                                call.function(), evaluator.vector(arguments.get(0), steps), steps),
                        Names.differ(arguments.get(0))));
            case "start_timestamp" -> new Operand.Vectors(startTimes(arguments.get(0), steps));
            case "info" -> new Operand.Vectors(new InfoFunction(evaluation, evaluator, call, steps).evaluate());
            default -> throw Evaluator.notBuilt("function " + call.function() + "()");
        };
    }

    private static Operand scalars(IntToDoubleFunction value, Steps steps) {
        double[] values = new double[steps.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value.applyAsDouble(i);
        }
        return new Operand.Scalars(values);
    }

    private static Operand vectorOf(IntToDoubleFunction value, Steps steps) {
        double[] values = ((Operand.Scalars) scalars(value, steps)).values();
        return new Operand.Vectors(SeriesStream.of(List.of(new SeriesBlock(Labels.EMPTY, false, values))));
    }

    /** Only now are labels complete, so collisions are looked for here. */
    private static Operand relabelled(SeriesStream stream) {
        return new Operand.Vectors(SeriesStream.of(SeriesMerge.merged(stream.toList())));
    }

    private static double[] scalarOf(SeriesStream input, Steps steps) {
        double[] values = SeriesBlock.absent(steps.count());
        boolean[] several = new boolean[values.length];
        try (input) {
            for (SeriesBlock block = input.next(); block != null; block = input.next()) {
                double[] found = block.values();
                for (int i = 0; i < values.length; i++) {
                    if (!Absent.is(found[i])) {
                        several[i] |= !Absent.is(values[i]);
                        values[i] = found[i];
                    }
                }
            }
        }
        for (int i = 0; i < values.length; i++) {
            if (several[i] || Absent.is(values[i])) {
                values[i] = Double.NaN;
            }
        }
        return values;
    }

    private SeriesStream timestamps(Expr argument, Steps steps) {
        if (argument.unwrapped() instanceof Expr.VectorSelector selector
                && selector.extension() == Expr.Extension.NONE) {
            return evaluator.withoutNames(
                    evaluator.selected(selector, steps, SelectedVector.Wanted.TIME), Names.differ(selector));
        }
        SeriesStream times = evaluator.vector(argument, steps).map(block -> {
            double[] values = block.values();
            for (int i = 0; i < values.length; i++) {
                if (block.has(i)) {
                    values[i] = steps.time(i) / 1000.0;
                }
            }
            return block.withoutHistograms();
        });
        return evaluator.withoutNames(times, Names.differ(argument));
    }

    private SeriesStream startTimes(Expr argument, Steps steps) {
        if (!(argument.unwrapped() instanceof Expr.VectorSelector selector)
                || !evaluation.settings().startTimes()) {
            return evaluator.vector(argument, steps).map(block -> null); // only samples themselves know
        }
        return evaluator.withoutNames(
                evaluator.selected(selector, steps, SelectedVector.Wanted.START_TIME), Names.differ(selector));
    }

    private List<String> texts(List<Expr> arguments) {
        return arguments.stream().map(evaluator::text).toList();
    }

    private Operand sorted(Expr.Call call, Comparator<SeriesBlock> order, Steps steps) {
        SeriesStream input = evaluator.vector(call.arguments().get(0), steps);
        if (evaluation.times().isRange()) {
            evaluation.annotations().sortInRange(call.span());
            return new Operand.Vectors(input);
        }
        boolean byNumbers = call.function().equals("sort") || call.function().equals("sort_desc");
        List<SeriesBlock> blocks = (byNumbers ? input.map(FunctionEvaluator::numbers) : input)
                .map(evaluation::hold)
                .toList();
        if (steps.count() == 1) {
            blocks.sort(order);
        }
        return new Operand.Vectors(SeriesStream.of(blocks));
    }
}
