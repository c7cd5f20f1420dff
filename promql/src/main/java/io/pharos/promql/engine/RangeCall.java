package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.ValueType;
import io.pharos.promql.function.Implementation;
import io.pharos.promql.function.TierFunction;
import io.pharos.promql.query.QueryException;
import io.pharos.timeseries.labels.Labels;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One call of a function over range vectors: over samples, and over roll-ups where samples are no longer all there. */
final class RangeCall {
    private static final Set<String> COUNTER_FUNCTIONS = Set.of("rate", "increase", "irate");

    private final Evaluator evaluator;
    private final Evaluation evaluation;
    private final Expr.Call call;
    private final String function;
    private final Implementation.OverRange overRange;
    private final Expr ranged;
    private final Set<String> told = new HashSet<>();

    RangeCall(Evaluator evaluator, Evaluation evaluation, Expr.Call call, Implementation.OverRange overRange) {
        this.evaluator = evaluator;
        this.evaluation = evaluation;
        this.call = call;
        this.function = call.function();
        this.overRange = overRange;
        this.ranged = call.arguments().stream()
                .filter(RangeCall::isRange)
                .reduce((first, last) -> last)
                .orElseThrow(() -> new QueryException(QueryException.Kind.INTERNAL, "no range in " + call));
    }

    private static boolean isRange(Expr argument) {
        return argument.type() == ValueType.MATRIX;
    }

    SeriesStream evaluate(Steps steps) {
        double[][] parameters = call.arguments().stream()
                .filter(argument -> !isRange(argument))
                .map(argument -> evaluator.scalars(argument, steps))
                .toArray(double[][]::new);
        if (function.equals("quantile_over_time")) {
            tellQuantiles(parameters[0]);
        }
        SeriesStream stream = SeriesStream.each(groups(steps).stream()
                .<Supplier<SeriesStream>>map(group -> () -> of(group, steps, parameters))
                .toList());
        return overRange.keepsName() ? stream : evaluator.withoutNames(stream, Names.differ(ranged));
    }

    /** Series that differ in which tiers they have of the windows are evaluated apart. */
    private List<Evaluation> groups(Steps steps) {
        if (!(ranged.unwrapped() instanceof Expr.MatrixSelector matrix)) {
            return List.of(evaluation);
        }
        SelectorTimes at = SelectorTimes.of(matrix.selector().time(), evaluation.times(), steps);
        boolean extended = matrix.selector().extension() != Expr.Extension.NONE;
        return evaluation.groups(
                at.first() - evaluator.rangeMillis(matrix) - (extended ? evaluation.lookbackMillis() : 0));
    }

    private SeriesStream of(Evaluation group, Steps steps, double[][] parameters) {
        SeriesStream stream = tiered(group, steps, parameters);
        return stream != null ? stream : windows(group, steps, parameters);
    }

    private SeriesStream windows(Evaluation evaluation, Steps steps, double[][] parameters) {
        boolean counter = function.equals("rate") || function.equals("increase");
        Evaluator.Range range = evaluator.range(evaluation, ranged, steps, counter);
        return range.extended() == Expr.Extension.NONE
                ? new RangeFunctionStream(
                        range,
                        overRange,
                        parameters,
                        evaluation.annotations(),
                        ranged.span(),
                        this::tellNoCounter,
                        evaluation::check)
                : new ExtendedRangeStream(range, function, evaluation, ranged.span(), this::tellNoCounter);
    }

    /** The same where samples are no longer all there; null where they are. */
    private @Nullable SeriesStream tiered(Evaluation evaluation, Steps steps, double[][] parameters) {
        if (evaluation.tiers().rollUps().isEmpty()
                || !(ranged.unwrapped() instanceof Expr.MatrixSelector matrix)
                || matrix.selector().extension() != Expr.Extension.NONE) {
            return null;
        }
        long range = evaluator.rangeMillis(matrix);
        Expr.VectorSelector selector = matrix.selector();
        SelectorTimes at = SelectorTimes.of(selector.time(), evaluation.times(), steps);
        long after = at.first() - range;
        if (evaluation.tiers().isRaw(after)
                || !TierFunction.isAsGood(function) && evaluation.tiers().hasSamples(after)) {
            return null;
        }
        TierFunction ofTiers = TierFunction.of(function, overRange);
        return new TieredLeaf(evaluation, selector, at).windows(range, (run, part) -> {
            double[][] some = new double[parameters.length][];
            for (int i = 0; i < some.length; i++) {
                some[i] = Arrays.copyOfRange(parameters[i], run.from(), run.to());
            }
            return run.isRaw()
                    ? windows(evaluation, part.steps(), some)
                    : new TierFunctionStream(
                            evaluation, selector, run, ofTiers, part, range, some, this::tellNoCounter);
        });
    }

    private void tellQuantiles(double[] quantiles) {
        for (double quantile : quantiles) {
            if (!(quantile >= 0 && quantile <= 1)) {
                evaluation
                        .annotations()
                        .quantileOutside(quantile, call.arguments().get(0).span());
            }
        }
    }

    /** Says once for a name that its series look like no counter, where a function is for those. */
    private void tellNoCounter(Labels labels) {
        if (!COUNTER_FUNCTIONS.contains(function)) {
            return;
        }
        String name = labels.metricName();
        if (name.isEmpty() || !told.add(name)) {
            return;
        }
        String type = labels.valueOf("__type__");
        if (!type.isEmpty() && evaluation.settings().features().typeAndUnitLabels()) {
            if (!type.equals("counter") && !type.equals("histogram")) {
                evaluation.annotations().possiblyNoCounterType(name, type, ranged.span());
            }
            return;
        }
        boolean counterName =
                name.endsWith("_total") || name.endsWith("_sum") || name.endsWith("_count") || name.endsWith("_bucket");
        if (!counterName) {
            evaluation.annotations().possiblyNoCounter(name, ranged.span());
        }
    }
}
