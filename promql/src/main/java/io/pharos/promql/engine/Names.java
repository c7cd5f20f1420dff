package io.pharos.promql.engine;

import io.pharos.promql.ast.AggregateOperator;
import io.pharos.promql.ast.BinaryOperator;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.function.FunctionDefinition;
import io.pharos.promql.function.Functions;
import io.pharos.promql.function.Implementation;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.List;
import java.util.Set;

/** What becomes of metric names: most operators drop them, and series that differ only in the name then collide. */
final class Names {
    /** The labels that are dropped together: the name, and what belongs to it. */
    static final Set<String> DROPPED = Set.of(Labels.METRIC_NAME, "__type__", "__unit__");

    private Names() {}

    /** Labels without the metric's name, type and unit. */
    static Labels without(Labels labels) {
        return labels.drop(DROPPED);
    }

    /** Whether dropping the name from the series of an expression can make two of them the same. */
    static boolean differ(Expr expr) {
        if (expr instanceof Expr.VectorSelector selector) {
            return differ(selector.matchers());
        }
        if (expr instanceof Expr.MatrixSelector matrix) {
            return differ(matrix.selector().matchers());
        }
        if (expr instanceof Expr.Paren paren) {
            return differ(paren.inner());
        }
        if (expr instanceof Expr.Subquery subquery) {
            return differ(subquery.inner());
        }
        if (expr instanceof Expr.Remote remote) {
            return differ(remote.replaced());
        }
        if (expr instanceof Expr.Call call) {
            return differ(call);
        }
        if (expr instanceof Expr.Aggregation aggregation) {
            AggregateOperator operator = aggregation.operator();
            return operator.selectsSeries()
                    ? differ(aggregation.operand())
                    : !aggregation.without() && aggregation.labels().stream().anyMatch(DROPPED::contains);
        }
        if (expr instanceof Expr.Binary binary) {
            return binary.operator().kind() != BinaryOperator.Kind.ARITHMETIC && !binary.returnBool();
        }
        return false;
    }

    private static boolean differ(Expr.Call call) {
        FunctionDefinition function = Functions.find(call.function());
        Implementation implementation = function == null ? new Implementation.ByEngine() : function.implementation();
        if (implementation instanceof Implementation.OverRange range && !range.keepsName()) {
            return false;
        }
        if (implementation instanceof Implementation.PerValue
                || implementation instanceof Implementation.PerValueWith
                || implementation instanceof Implementation.OfDate) {
            return false;
        }
        return call.arguments().stream().anyMatch(Names::differ)
                || call.function().startsWith("label_");
    }

    private static boolean differ(List<LabelMatcher> matchers) {
        for (LabelMatcher matcher : matchers) {
            if (matcher.name().equals(Labels.METRIC_NAME) && matcher.type() == LabelMatcher.Type.EQUAL) {
                return false;
            }
        }
        return true;
    }
}
