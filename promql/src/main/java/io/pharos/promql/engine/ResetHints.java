package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * Stored histograms mostly do not say whether counting began anew. As in Prometheus, whose reader of counts and sums alone finds
 * that out while it reads, samples that only histogram_count, histogram_sum or histogram_avg see get their hints filled in; a
 * subquery in between, or a function that needs buckets, ends that.
 */
/** Finds the selectors whose histograms are to say whether they were reset. */
public final class ResetHints {
    private ResetHints() {}

    /** The selectors, by identity; {@code wanted} says whether hints are wanted of the expression itself. */
    static Set<Expr.VectorSelector> selectors(Expr expr, boolean wanted) {
        Set<Expr.VectorSelector> found = Collections.newSetFromMap(new IdentityHashMap<>());
        visit(expr, wanted, found);
        return found;
    }

    /** Whether hints are wanted of a node of a query, because of what is above it. */
    public static boolean areWanted(Expr query, Expr node) {
        return find(query, node, false);
    }

    private static boolean find(Expr expr, Expr node, boolean wanted) {
        if (expr == node) {
            return wanted;
        }
        boolean below = below(expr, wanted);
        for (Expr child : expr.children()) {
            if (find(child, node, below)) {
                return true;
            }
        }
        return false;
    }

    /** Whether hints are wanted below a node. */
    private static boolean below(Expr expr, boolean wanted) {
        if (expr instanceof Expr.Call call) {
            return switch (call.function()) {
                case "histogram_count", "histogram_sum", "histogram_avg" -> true;
                case "histogram_quantile", "histogram_quantiles", "histogram_fraction" -> false;
                default -> wanted;
            };
        }
        return wanted && !(expr instanceof Expr.Subquery) && !(expr instanceof Expr.Binary);
    }

    private static void visit(Expr expr, boolean wanted, Set<Expr.VectorSelector> found) {
        if (expr instanceof Expr.VectorSelector selector) {
            if (wanted) {
                found.add(selector);
            }
            return;
        }
        boolean below = below(expr, wanted);
        for (Expr child : expr.children()) {
            visit(child, below, found);
        }
    }

    /** A histogram with the hint that comparing it with the one before gives. */
    static Histogram found(Histogram histogram, @Nullable Histogram before) {
        if (before == null || histogram.hint() != CounterResetHint.UNKNOWN) {
            return histogram;
        }
        return histogram.withHint(histogram.isResetAfter(before) ? CounterResetHint.RESET : CounterResetHint.NOT_RESET);
    }
}
