package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.Span;
import io.pharos.promql.ast.ValueType;
import io.pharos.promql.function.Absent;
import io.pharos.promql.function.FunctionDefinition;
import io.pharos.promql.function.Functions;
import io.pharos.promql.function.Implementation;
import io.pharos.promql.function.TierFunction;
import io.pharos.promql.query.QueryException;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Evaluates calls: what the table of functions describes, and the functions that need more than one value at a time. */
final class FunctionEvaluator {
    private static final Implementation.OverRange PRESENCE =
            new Implementation.OverRange(() -> window -> 1, false, () -> window -> 1, false);
    private static final Set<String> COUNTER_FUNCTIONS = Set.of("rate", "increase", "irate", "resets");

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
            return new Operand.Vectors(overRange(call, overRange, steps));
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

    private SeriesStream overRange(Expr.Call call, Implementation.OverRange overRange, Steps steps) {
        Expr rangeArgument = null;
        List<double[]> scalars = new ArrayList<>(2);
        for (Expr argument : call.arguments()) {
            if (argument.type() == ValueType.MATRIX) {
                rangeArgument = argument;
            } else {
                scalars.add(evaluator.scalars(argument, steps));
            }
        }
        if (rangeArgument == null) {
            throw new QueryException(QueryException.Kind.INTERNAL, "no range in " + call);
        }
        Expr ranged = rangeArgument;
        if (call.function().equals("quantile_over_time")) {
            for (double quantile : scalars.get(0)) {
                if (!(quantile >= 0 && quantile <= 1)) {
                    evaluation
                            .annotations()
                            .quantileOutside(quantile, call.arguments().get(0).span());
                }
            }
        }
        boolean counter =
                COUNTER_FUNCTIONS.contains(call.function()) && !call.function().equals("resets");
        Set<String> told = new HashSet<>();
        Consumer<Labels> seen = labels -> {
            if (counter) {
                tellNoCounter(labels, ranged, told);
            }
        };
        double[][] parameters = scalars.toArray(double[][]::new);
        SeriesStream stream = tiered(call.function(), overRange, ranged, steps, parameters, seen);
        if (stream == null) {
            stream = windows(call.function(), overRange, ranged, steps, parameters, seen);
        }
        return overRange.keepsName() ? stream : evaluator.withoutNames(stream, Names.differ(ranged));
    }

    private SeriesStream windows(
            String function,
            Implementation.OverRange overRange,
            Expr ranged,
            Steps steps,
            double[][] parameters,
            Consumer<Labels> seen) {
        boolean counter = function.equals("rate") || function.equals("increase");
        Evaluator.Range range = evaluator.range(ranged, steps, counter);
        return range.extended() == Expr.Extension.NONE
                ? new RangeFunctionStream(
                        range, overRange, parameters, evaluation.annotations(), ranged.span(), seen, evaluation::check)
                : new ExtendedRangeStream(range, function, evaluation, ranged.span(), seen);
    }

    /** The same where samples are no longer all there; null where they are. */
    private @Nullable SeriesStream tiered(
            String function,
            Implementation.OverRange overRange,
            Expr ranged,
            Steps steps,
            double[][] parameters,
            Consumer<Labels> seen) {
        if (evaluation.tiers().rollUps().isEmpty()
                || !(ranged.unwrapped() instanceof Expr.MatrixSelector matrix)
                || matrix.selector().extension() != Expr.Extension.NONE) {
            return null;
        }
        long range = evaluator.rangeMillis(matrix);
        Expr.VectorSelector selector = matrix.selector();
        SelectorTimes at = SelectorTimes.of(selector.time(), evaluation.times(), steps);
        if (evaluation.tiers().isRaw(at.first() - range)) {
            return null;
        }
        TierFunction ofTiers = TierFunction.of(function, overRange);
        return new TieredLeaf(evaluation, selector, at).windows(range, (run, part) -> {
            double[][] some = new double[parameters.length][];
            for (int i = 0; i < some.length; i++) {
                some[i] = Arrays.copyOfRange(parameters[i], run.from(), run.to());
            }
            return run.isRaw()
                    ? windows(function, overRange, ranged, part.steps(), some, seen)
                    : new TierFunctionStream(evaluation, selector, run, ofTiers, part, range, some, seen);
        });
    }

    private void tellNoCounter(Labels labels, Expr argument, Set<String> told) {
        String name = labels.metricName();
        if (name.isEmpty() || !told.add(name)) {
            return;
        }
        String type = labels.valueOf("__type__");
        if (!type.isEmpty() && evaluation.settings().features().typeAndUnitLabels()) {
            if (!type.equals("counter") && !type.equals("histogram")) {
                evaluation.annotations().possiblyNoCounterType(name, type, argument.span());
            }
            return;
        }
        boolean counterName =
                name.endsWith("_total") || name.endsWith("_sum") || name.endsWith("_count") || name.endsWith("_bucket");
        if (!counterName) {
            evaluation.annotations().possiblyNoCounter(name, argument.span());
        }
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
            case "absent" ->
                absent(arguments.get(0), presence(evaluator.vector(arguments.get(0), steps), steps), steps);
            case "absent_over_time" -> absent(arguments.get(0), rangePresence(arguments.get(0), steps), steps);
            case "sort", "sort_desc" -> sorted(call, byValue(call.function().equals("sort_desc")), steps);
            case "sort_by_label", "sort_by_label_desc" -> sorted(call, byLabels(call), steps);
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
                        arguments.subList(3, arguments.size()).stream()
                                .map(evaluator::text)
                                .toList()));
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

    private static boolean[] presence(SeriesStream input, Steps steps) {
        boolean[] present = new boolean[steps.count()];
        try (input) {
            for (SeriesBlock block = input.next(); block != null; block = input.next()) {
                for (int i = 0; i < present.length; i++) {
                    present[i] |= block.has(i);
                }
            }
        }
        return present;
    }

    private boolean[] rangePresence(Expr argument, Steps steps) {
        if (argument.unwrapped() instanceof Expr.Remote remote) {
            return presence(
                    evaluator.vector(remote, steps), steps); // the parts say only at which steps there is anything
        }
        return presence(presentOverTime(evaluator.range(argument, steps)), steps);
    }

    /** Ones at the steps whose window has samples, for each series. */
    static SeriesStream presentOverTime(Evaluator.Range range) {
        return new RangeFunctionStream(
                range, PRESENCE, new double[0][], new Annotations(""), Span.NONE, labels -> {}, () -> {});
    }

    private static Operand absent(Expr argument, boolean[] present, Steps steps) {
        double[] values = SeriesBlock.absent(steps.count());
        boolean any = false;
        for (int i = 0; i < values.length; i++) {
            if (!present[i]) {
                values[i] = 1;
                any = true;
            }
        }
        List<SeriesBlock> blocks = any ? List.of(new SeriesBlock(absentLabels(argument), false, values)) : List.of();
        return new Operand.Vectors(SeriesStream.of(blocks));
    }

    /** What is known about the labels of a series that is not there: those that exactly one matcher fixes. */
    private static Labels absentLabels(Expr argument) {
        Expr inner = argument.unwrapped();
        if (inner instanceof Expr.Remote remote) {
            inner = remote.replaced().unwrapped();
        }
        List<LabelMatcher> matchers = List.of();
        if (inner instanceof Expr.VectorSelector selector) {
            matchers = selector.matchers();
        } else if (inner instanceof Expr.MatrixSelector matrix) {
            matchers = matrix.selector().matchers();
        }
        Labels.Builder builder = new Labels.Builder();
        Set<String> seen = new HashSet<>();
        for (LabelMatcher matcher : matchers) {
            if (matcher.name().equals(Labels.METRIC_NAME)) {
                continue;
            }
            if (seen.add(matcher.name()) && matcher.type() == LabelMatcher.Type.EQUAL) {
                builder.set(matcher.name(), matcher.value());
            } else {
                builder.remove(matcher.name());
            }
        }
        return builder.build();
    }

    private static Comparator<SeriesBlock> byValue(boolean descending) {
        return (a, b) -> {
            double left = a.values()[0];
            double right = b.values()[0];
            if (Absent.is(left) || Absent.is(right)) {
                return 0;
            }
            boolean leftNan = Double.isNaN(left);
            boolean rightNan = Double.isNaN(right);
            if (leftNan || rightNan) {
                return Boolean.compare(leftNan, rightNan);
            }
            return descending ? Double.compare(right, left) : Double.compare(left, right);
        };
    }

    private Comparator<SeriesBlock> byLabels(Expr.Call call) {
        List<String> names = call.arguments().subList(1, call.arguments().size()).stream()
                .map(evaluator::text)
                .toList();
        Comparator<SeriesBlock> order = (a, b) -> {
            for (String name : names) {
                int found = NaturalOrder.compare(
                        a.labels().valueOf(name), b.labels().valueOf(name));
                if (found != 0) {
                    return found;
                }
            }
            return a.labels().compareTo(b.labels());
        };
        return call.function().equals("sort_by_label_desc") ? order.reversed() : order;
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
