package io.pharos.promql.script;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.TimeModifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Puts {@code @} on everything that selects and has none, so that the value no longer depends on when it is asked for. */
final class FixedInTime {
    private static final Set<String> OF_EVALUATION_TIME = Set.of(
            "start",
            "end",
            "step",
            "range",
            "time",
            "timestamp",
            "predict_linear",
            "year",
            "month",
            "day_of_month",
            "day_of_week",
            "day_of_year",
            "days_in_month",
            "hour",
            "minute");

    private FixedInTime() {}

    /** Whether only selectors depend on the evaluation time. */
    static boolean isPossible(Expr expr) {
        boolean other = expr instanceof Expr.Call call && OF_EVALUATION_TIME.contains(call.function());
        return !other && expr.children().stream().allMatch(FixedInTime::isPossible);
    }

    /** The expression with {@code @} put on; inside a subquery that has it nothing needs it. */
    static Expr at(Expr expr, long timeMillis) {
        if (expr instanceof Expr.VectorSelector selector) {
            return fixed(selector, timeMillis);
        }
        if (expr instanceof Expr.MatrixSelector matrix) {
            return new Expr.MatrixSelector(fixed(matrix.selector(), timeMillis), matrix.range(), matrix.span());
        }
        if (expr instanceof Expr.Subquery subquery) {
            return new Expr.Subquery(
                    subquery.inner(),
                    subquery.range(),
                    subquery.step(),
                    fixed(subquery.time(), timeMillis),
                    subquery.span());
        }
        if (expr instanceof Expr.Paren paren) {
            return new Expr.Paren(at(paren.inner(), timeMillis), paren.span());
        }
        if (expr instanceof Expr.Unary unary) {
            return new Expr.Unary(unary.negative(), at(unary.operand(), timeMillis), unary.span());
        }
        if (expr instanceof Expr.Binary binary) {
            return new Expr.Binary(
                    binary.operator(),
                    at(binary.left(), timeMillis),
                    at(binary.right(), timeMillis),
                    binary.returnBool(),
                    binary.matching(),
                    binary.span());
        }
        if (expr instanceof Expr.Call call) {
            List<Expr> arguments = new ArrayList<>();
            for (Expr argument : call.arguments()) {
                boolean onlyLabels = call.function().equals("info") && arguments.size() == 1;
                arguments.add(onlyLabels ? argument : at(argument, timeMillis));
            }
            return new Expr.Call(call.function(), arguments, call.type(), call.span());
        }
        if (expr instanceof Expr.Aggregation aggregation) {
            Expr parameter = aggregation.parameter();
            return new Expr.Aggregation(
                    aggregation.operator(),
                    aggregation.without(),
                    aggregation.labels(),
                    parameter == null ? null : at(parameter, timeMillis),
                    at(aggregation.operand(), timeMillis),
                    aggregation.span());
        }
        return expr;
    }

    private static Expr.VectorSelector fixed(Expr.VectorSelector selector, long timeMillis) {
        return new Expr.VectorSelector(
                selector.name(),
                selector.matchers(),
                fixed(selector.time(), timeMillis),
                selector.extension(),
                selector.span());
    }

    private static TimeModifier fixed(TimeModifier time, long timeMillis) {
        return time.isFixed() ? time : new TimeModifier(time.offset(), timeMillis, null);
    }
}
