package io.pharos.promql.engine;

import io.pharos.promql.ast.BinaryOperator;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.function.Absent;
import io.pharos.promql.function.NativeHistograms;
import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramSum;
import org.jspecify.annotations.Nullable;

/** Operators where one side or both are histograms. */
final class HistogramBinary {
    private static final String FLOAT = "float";
    private static final String HISTOGRAM = "histogram";

    /** Where the value goes when it is a histogram; the answer is then {@link Absent#VALUE}. */
    @Nullable
    Histogram result;

    private final Evaluation evaluation;
    private final Expr.Binary binary;

    HistogramBinary(Evaluation evaluation, Expr.Binary binary) {
        this.evaluation = evaluation;
        this.binary = binary;
    }

    /** One series against a scalar. */
    static @Nullable SeriesBlock withScalars(
            Evaluation evaluation, Expr.Binary binary, SeriesBlock block, double[] scalars, boolean scalarLeft) {
        HistogramBinary operation = new HistogramBinary(evaluation, binary);
        double[] values = block.values();
        @Nullable Histogram[] histograms = new Histogram[values.length];
        boolean filters = binary.operator().isComparison() && !binary.returnBool();
        for (int i = 0; i < values.length; i++) {
            if (!block.has(i)) {
                continue;
            }
            Histogram histogram = block.histogram(i);
            operation.result = null;
            double value = scalarLeft
                    ? operation.apply(scalars[i], null, values[i], histogram)
                    : operation.apply(values[i], histogram, scalars[i], null);
            if (filters && scalarLeft && !Absent.is(value)) {
                value = values[i]; // with a scalar on the left it is the series that is filtered
            }
            values[i] = value;
            histograms[i] = operation.result;
        }
        SeriesBlock out = new SeriesBlock(block.labels(), block.dropName(), values, histograms);
        return out.isEmpty() ? null : out;
    }

    /** The value of the operator; a number that goes with a histogram does not count. */
    double apply(double left, @Nullable Histogram leftHistogram, double right, @Nullable Histogram rightHistogram) {
        BinaryOperator operator = binary.operator();
        if (leftHistogram == null && rightHistogram == null) {
            return ofNumbers(left, right);
        }
        if (leftHistogram != null && rightHistogram != null) {
            return ofHistograms(leftHistogram, rightHistogram);
        }
        if (leftHistogram != null) {
            switch (operator) {
                case MUL -> result = leftHistogram.times(right);
                case DIV -> result = leftHistogram.dividedBy(right);
                case TRIM_UPPER -> result = NativeHistograms.trimmed(leftHistogram, right, true);
                case TRIM_LOWER -> result = NativeHistograms.trimmed(leftHistogram, right, false);
                default -> incompatible(HISTOGRAM, FLOAT);
            }
        } else if (rightHistogram != null && operator == BinaryOperator.MUL) {
            result = rightHistogram.times(left);
        } else {
            incompatible(FLOAT, HISTOGRAM);
        }
        return Absent.VALUE;
    }

    private double ofNumbers(double left, double right) {
        BinaryOperator operator = binary.operator();
        if (operator.kind() == BinaryOperator.Kind.TRIM) {
            incompatible(FLOAT, FLOAT);
            return Absent.VALUE;
        }
        if (!operator.isComparison()) {
            return Arithmetic.apply(operator, left, right);
        }
        boolean holds = Arithmetic.compare(operator, left, right);
        return binary.returnBool() ? holds ? 1 : 0 : holds ? left : Absent.VALUE;
    }

    private double ofHistograms(Histogram left, Histogram right) {
        switch (binary.operator()) {
            case ADD, SUB -> addOrSubtract(left, right);
            case EQL, NEQ -> {
                boolean holds = left.isSameAs(right) == (binary.operator() == BinaryOperator.EQL);
                if (binary.returnBool()) {
                    return holds ? 1 : 0;
                }
                result = holds ? left : null;
            }
            default -> incompatible(HISTOGRAM, HISTOGRAM);
        }
        return Absent.VALUE;
    }

    private void addOrSubtract(Histogram left, Histogram right) {
        boolean adds = binary.operator() == BinaryOperator.ADD;
        if (left.isCustom() != right.isCustom()) {
            evaluation.annotations().incompatibleBuckets(binary.operator().symbol(), binary.span());
            return;
        }
        String name = adds ? "addition" : "subtraction";
        boolean conflict = left.hint() == CounterResetHint.RESET && right.hint() == CounterResetHint.NOT_RESET
                || left.hint() == CounterResetHint.NOT_RESET && right.hint() == CounterResetHint.RESET;
        if (conflict) {
            evaluation.annotations().conflictingResets(name, binary.span());
        }
        HistogramSum sum = new HistogramSum(left);
        if (adds ? sum.add(right) : sum.subtract(right)) {
            evaluation.annotations().boundsReconciled(name, binary.span());
        }
        Histogram total = sum.plain();
        result = adds ? total : total.withHint(CounterResetHint.GAUGE);
    }

    private void incompatible(String left, String right) {
        evaluation.annotations().incompatibleTypes(left, binary.operator().symbol(), right, binary.span());
    }
}
