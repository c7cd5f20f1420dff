package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import java.util.IdentityHashMap;

/** Finds the parts of a query that have the same value at every step, because {@code @} fixes all their selectors. */
public final class Invariance {
    private final IdentityHashMap<Expr, Boolean> known = new IdentityHashMap<>();

    /** Whether the value does not depend on the step. */
    public boolean holds(Expr expr) {
        Boolean answer = known.get(expr);
        if (answer == null) {
            answer = find(expr);
            known.put(expr, answer);
        }
        return answer;
    }

    private boolean find(Expr expr) {
        if (expr instanceof Expr.VectorSelector selector) {
            return selector.time().isFixed();
        }
        if (expr instanceof Expr.Subquery subquery) {
            return subquery.time().isFixed();
        }
        if (expr instanceof Expr.Remote remote) {
            return holds(remote.replaced());
        }
        if (expr instanceof Expr.Call call && dependsOnStep(call)) {
            return false;
        }
        for (Expr child : expr.children()) {
            if (!holds(child)) {
                return false;
            }
        }
        return true;
    }

    private static boolean dependsOnStep(Expr.Call call) {
        return switch (call.function()) {
            case "time", "predict_linear" -> true;
            case "timestamp" -> !(call.arguments().get(0).unwrapped() instanceof Expr.VectorSelector);
            case "year", "month", "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute" ->
                call.arguments().isEmpty();
            default -> false;
        };
    }
}
