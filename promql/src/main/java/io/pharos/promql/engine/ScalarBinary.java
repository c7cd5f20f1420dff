package io.pharos.promql.engine;

import io.pharos.promql.ast.BinaryOperator;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.function.Absent;

/** Operators with a scalar on one side or both. */
final class ScalarBinary {
    private ScalarBinary() {}

    /** Both sides are scalars. */
    static double[] scalars(Expr.Binary binary, double[] left, double[] right) {
        double[] out = new double[left.length];
        BinaryOperator operator = binary.operator();
        for (int i = 0; i < out.length; i++) {
            out[i] = operator.isComparison()
                    ? Arithmetic.compare(operator, left[i], right[i]) ? 1 : 0
                    : Arithmetic.apply(operator, left[i], right[i]);
        }
        return out;
    }

    /** One series against a scalar, in place; a comparison without bool keeps the series' own value. */
    static void apply(Expr.Binary binary, double[] series, double[] scalars, boolean scalarLeft) {
        BinaryOperator operator = binary.operator();
        for (int i = 0; i < series.length; i++) {
            double value = series[i];
            if (Absent.is(value)) {
                continue;
            }
            double left = scalarLeft ? scalars[i] : value;
            double right = scalarLeft ? value : scalars[i];
            if (!operator.isComparison()) {
                series[i] = Arithmetic.apply(operator, left, right);
            } else if (binary.returnBool()) {
                series[i] = Arithmetic.compare(operator, left, right) ? 1 : 0;
            } else if (!Arithmetic.compare(operator, left, right)) {
                series[i] = Absent.VALUE;
            }
        }
    }
}
