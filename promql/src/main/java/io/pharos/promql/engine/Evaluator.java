package io.pharos.promql.engine;

import io.pharos.promql.ast.BinaryOperator;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.ValueType;
import io.pharos.promql.function.Absent;
import io.pharos.promql.query.QueryException;
import io.pharos.timeseries.histogram.Histogram;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns the nodes of a query into streams of series; one instance an evaluation, on one thread. */
final class Evaluator {
    private final Evaluation evaluation;
    private final Invariance invariance = new Invariance();
    private final FunctionEvaluator functions;
    private final Map<Integer, RemoteSeries> remotes;
    private final @Nullable NodeCosts costs;

    /** An evaluator that takes the given series in place of remote parts, and notes what nodes cost where that is wanted. */
    Evaluator(Evaluation evaluation, Map<Integer, RemoteSeries> remotes, @Nullable NodeCosts costs) {
        this.evaluation = evaluation;
        this.remotes = remotes;
        this.costs = costs;
        this.functions = new FunctionEvaluator(this, evaluation);
    }

    /** The value of a node at the given steps; a vector's stream is to be closed by who asked. */
    Operand evaluate(Expr expr, Steps steps) {
        return costs == null ? value(expr, steps) : costs.measure(expr, () -> value(expr, steps));
    }

    private Operand value(Expr expr, Steps steps) {
        if (steps.count() > 1 && !(expr instanceof Expr.StringLiteral) && invariance.holds(expr)) {
            return broadcast(dispatch(expr, steps.first()), steps.count());
        }
        return dispatch(expr, steps);
    }

    private Operand dispatch(Expr expr, Steps steps) {
        if (expr instanceof Expr.NumberLiteral number) {
            double[] values = new double[steps.count()];
            Arrays.fill(values, number.value());
            return new Operand.Scalars(values);
        }
        if (expr instanceof Expr.StringLiteral text) {
            return new Operand.Text(text.value());
        }
        if (expr instanceof Expr.Paren paren) {
            return evaluate(paren.inner(), steps);
        }
        if (expr instanceof Expr.Unary unary) {
            return unary(unary, steps);
        }
        if (expr instanceof Expr.Binary binary) {
            return binary(binary, steps);
        }
        if (expr instanceof Expr.Call call) {
            return functions.call(call, steps);
        }
        if (expr instanceof Expr.Aggregation aggregation) {
            return aggregation(aggregation, steps);
        }
        if (expr instanceof Expr.VectorSelector selector) {
            return new Operand.Vectors(selected(selector, steps, SelectedVector.Wanted.VALUE));
        }
        if (expr instanceof Expr.Remote remote) {
            return new Operand.Vectors(SeriesStream.of(remote(remote).blocks()));
        }
        throw new QueryException(
                QueryException.Kind.INTERNAL,
                "an expression of type " + expr.type().text() + " cannot stand alone here: " + expr);
    }

    private RemoteSeries remote(Expr.Remote remote) {
        RemoteSeries series = remotes.get(remote.id());
        if (series == null) {
            throw new QueryException(
                    QueryException.Kind.INTERNAL, "no result for part " + remote.id() + " of the plan");
        }
        return series;
    }

    private static Operand broadcast(Operand value, int count) {
        if (value instanceof Operand.Scalars scalars) {
            return new Operand.Scalars(repeated(scalars.values()[0], count));
        }
        if (value instanceof Operand.Vectors vectors) {
            return new Operand.Vectors(vectors.stream()
                    .map(block -> new SeriesBlock(
                            block.labels(),
                            block.dropName(),
                            repeated(block.values()[0], count),
                            repeated(block.histogram(0), count))));
        }
        return value;
    }

    private static double[] repeated(double value, int count) {
        double[] values = new double[count];
        Arrays.fill(values, value);
        return values;
    }

    private static @Nullable Histogram @Nullable [] repeated(@Nullable Histogram histogram, int count) {
        if (histogram == null) {
            return null;
        }
        @Nullable Histogram[] histograms = new Histogram[count];
        Arrays.fill(histograms, histogram);
        return histograms;
    }

    /** The scalar values of a node whose type is scalar. */
    double[] scalars(Expr expr, Steps steps) {
        if (evaluate(expr, steps) instanceof Operand.Scalars scalars) {
            return scalars.values();
        }
        throw new QueryException(QueryException.Kind.INTERNAL, "no scalar: " + expr);
    }

    /** The string of a node whose type is string. */
    String text(Expr expr) {
        if (evaluate(expr, Steps.at(0)) instanceof Operand.Text text) {
            return text.value();
        }
        throw new QueryException(QueryException.Kind.INTERNAL, "no string: " + expr);
    }

    /** The series of a node whose type is instant vector. */
    SeriesStream vector(Expr expr, Steps steps) {
        if (evaluate(expr, steps) instanceof Operand.Vectors vectors) {
            return vectors.stream();
        }
        throw new QueryException(QueryException.Kind.INTERNAL, "no instant vector: " + expr);
    }

    /** The samples of a selector, or something else of them. */
    SeriesStream selected(Expr.VectorSelector selector, Steps steps, SelectedVector.Wanted wanted) {
        SelectorTimes at = SelectorTimes.of(selector.time(), evaluation.times(), steps);
        return SeriesStream.each(evaluation.groups(at.first() - evaluation.lookbackMillis()).stream()
                .<Supplier<SeriesStream>>map(group -> () -> selected(group, selector, at, wanted))
                .toList());
    }

    private static SeriesStream selected(
            Evaluation evaluation, Expr.VectorSelector selector, SelectorTimes at, SelectedVector.Wanted wanted) {
        if (!evaluation.tiers().isRaw(at.first() - evaluation.lookbackMillis())) {
            return new TieredLeaf(evaluation, selector, at).instants(wanted);
        }
        if (selector.extension() == Expr.Extension.SMOOTHED) {
            return new SmoothedVector(evaluation, selector, at);
        }
        return new SelectedVector(evaluation, selector, at, wanted);
    }

    /** That the language knows something which this engine does not evaluate yet. */
    static QueryException notBuilt(String what) {
        return new QueryException(QueryException.Kind.EXECUTION, what + " is not supported yet");
    }

    /** A range with the times of its windows. */
    record Range(RangeStream stream, SelectorTimes at, long rangeMillis, Expr.Extension extended, long lookbackMillis) {
        Range(RangeStream stream, SelectorTimes at, long rangeMillis) {
            this(stream, at, rangeMillis, Expr.Extension.NONE, 0);
        }
    }

    /** The samples of a range vector selector or subquery for windows at the given steps. */
    Range range(Expr expr, Steps steps) {
        return range(evaluation, expr, steps, false);
    }

    /**
     * The same for a function that may be one of counters, of which roll-ups give what resets do not make fall.
     *
     * @param evaluation of all series, or of a group of them
     */
    Range range(Evaluation evaluation, Expr expr, Steps steps, boolean counter) {
        Expr inner = expr.unwrapped();
        @Nullable RemoteSeries fetched = null;
        if (inner instanceof Expr.Remote remote) {
            fetched = remote(remote);
            inner = remote.replaced().unwrapped();
        }
        QueryTimes times = evaluation.times();
        if (inner instanceof Expr.MatrixSelector matrix) {
            long range = rangeMillis(matrix);
            SelectorTimes at = SelectorTimes.of(matrix.selector().time(), times, steps);
            Expr.Extension extension = matrix.selector().extension();
            long more = evaluation.lookbackMillis();
            long reach = range + (extension == Expr.Extension.NONE ? 0 : more);
            if (fetched == null && !evaluation.tiers().hasSamples(at.first() - reach)) {
                return RangeGroups.of(evaluation.groups(at.first() - reach).stream()
                        .map(group -> group.tiers().isRaw(at.first() - reach)
                                ? new Range(
                                        new SelectedRange(
                                                group,
                                                matrix.selector(),
                                                at.first() - reach,
                                                at.last() + (extension == Expr.Extension.SMOOTHED ? more : 0)),
                                        at,
                                        range,
                                        extension,
                                        more)
                                : new TieredLeaf(group, matrix.selector(), at).range(range, counter))
                        .toList());
            }
            long after = at.first() - reach;
            long until = at.last() + (extension == Expr.Extension.SMOOTHED ? more : 0);
            RangeStream samples = fetched == null
                    ? new SelectedRange(evaluation, matrix.selector(), after, until)
                    : fetched.samplesStream();
            return new Range(samples, at, range, extension, more);
        }
        if (inner instanceof Expr.Subquery subquery) {
            SubqueryTimes planned = SubqueryTimes.of(subquery, times, steps, evaluation.settings());
            if (fetched != null) {
                return new Range(fetched.samplesStream(), planned.at(), planned.rangeMillis());
            }
            evaluation.addSamples(planned.steps().count());
            SeriesStream values = planned.steps().count() == 0
                    ? SeriesStream.of(List.of())
                    : counted(vector(subquery.inner(), planned.steps()));
            return new Range(new SubqueryRange(values, planned.steps()), planned.at(), planned.rangeMillis());
        }
        throw new QueryException(QueryException.Kind.INTERNAL, "no range vector: " + expr);
    }

    /** The length of a selector's windows. */
    long rangeMillis(Expr.MatrixSelector matrix) {
        QueryTimes times = evaluation.times();
        return positive(matrix.range().millis(times.stepMillis(), times.endMillis() - times.startMillis()), "range");
    }

    private SeriesStream counted(SeriesStream stream) {
        return stream.map(block -> {
            evaluation.check();
            return block;
        });
    }

    static long positive(long millis, String what) {
        if (millis <= 0) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION, what + " must be greater than 0, got " + millis + "ms");
        }
        return millis;
    }

    /** The same series without their names, at once or marked so; series that then collide are merged or refused. */
    SeriesStream withoutNames(SeriesStream stream, boolean mayCollide) {
        if (evaluation.settings().delayedNameRemoval()) {
            return stream.map(block -> block.withLabels(block.labels(), true));
        }
        SeriesStream dropped = stream.map(block -> block.withLabels(Names.without(block.labels()), false));
        return mayCollide ? SeriesStream.of(SeriesMerge.merged(dropped.toList())) : dropped;
    }

    private Operand unary(Expr.Unary unary, Steps steps) {
        Operand value = evaluate(unary.operand(), steps);
        if (!unary.negative()) {
            return value;
        }
        if (value instanceof Operand.Scalars scalars) {
            double[] negated = scalars.values().clone();
            negate(negated);
            return new Operand.Scalars(negated);
        }
        SeriesStream negated = ((Operand.Vectors) value).stream().map(block -> {
            negate(block.values());
            @Nullable Histogram[] histograms = block.histograms();
            for (int i = 0; histograms != null && i < histograms.length; i++) {
                Histogram histogram = histograms[i];
                histograms[i] = histogram == null ? null : histogram.times(-1);
            }
            return block;
        });
        return new Operand.Vectors(withoutNames(negated, Names.differ(unary.operand())));
    }

    private static void negate(double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Absent.is(values[i])) {
                values[i] = -values[i];
            }
        }
    }

    private Operand binary(Expr.Binary binary, Steps steps) {
        boolean leftScalar = binary.left().type() == ValueType.SCALAR;
        boolean rightScalar = binary.right().type() == ValueType.SCALAR;
        if (leftScalar && rightScalar) {
            return new Operand.Scalars(
                    ScalarBinary.scalars(binary, scalars(binary.left(), steps), scalars(binary.right(), steps)));
        }
        if (leftScalar || rightScalar) {
            double[] scalars = scalars(leftScalar ? binary.left() : binary.right(), steps);
            Expr vectorExpr = leftScalar ? binary.right() : binary.left();
            boolean trims = binary.operator().kind() == BinaryOperator.Kind.TRIM;
            boolean filters = binary.operator().isComparison() && !binary.returnBool();
            SeriesStream stream = vector(vectorExpr, steps).map(block -> {
                if (block.histograms() != null || trims) {
                    return HistogramBinary.withScalars(evaluation, binary, block, scalars, leftScalar);
                }
                ScalarBinary.apply(binary, block.values(), scalars, leftScalar);
                return filters && block.isEmpty() ? null : block;
            });
            return new Operand.Vectors(filters || trims ? stream : withoutNames(stream, Names.differ(vectorExpr)));
        }
        List<SeriesBlock> left =
                vector(binary.left(), steps).map(evaluation::hold).toList();
        List<SeriesBlock> right =
                vector(binary.right(), steps).map(evaluation::hold).toList();
        return new Operand.Vectors(SeriesStream.of(
                binary.operator().isSet()
                        ? SetBinary.evaluate(binary, left, right)
                        : VectorBinary.evaluate(evaluation, binary, left, right, steps.count())));
    }

    private Operand aggregation(Expr.Aggregation aggregation, Steps steps) {
        Expr parameterExpr = aggregation.parameter();
        @Nullable Operand parameter = parameterExpr == null ? null : evaluate(parameterExpr, steps);
        return new Operand.Vectors(SeriesStream.of(AggregationEvaluator.evaluate(
                evaluation, aggregation, vector(aggregation.operand(), steps), parameter, steps)));
    }
}
