package io.pharos.promql.engine;

import io.pharos.promql.ast.AggregateOperator;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.Span;
import io.pharos.promql.ast.VectorMatching;
import io.pharos.promql.function.FunctionDefinition;
import io.pharos.promql.function.Functions;
import io.pharos.promql.parser.Position;
import io.pharos.promql.query.QueryException;

/** Refuses the parts of the language that are switched off, each with the setting that switches it on. */
final class FeatureCheck {
    private final String query;
    private final Features features;

    private FeatureCheck(String query, Features features) {
        this.query = query;
        this.features = features;
    }

    /**
     * Checks a whole expression.
     *
     * @throws QueryException with line and column of the first part that is switched off
     */
    static void check(String query, Expr expr, Features features) {
        new FeatureCheck(query, features).visit(expr);
    }

    private void visit(Expr expr) {
        if (expr instanceof Expr.Call call) {
            FunctionDefinition function = Functions.find(call.function());
            if (!features.experimentalFunctions() && function != null && function.experimental()) {
                throw off("function \"" + call.function() + "\"", "experimental-functions", call.span());
            }
            if (call.function().equals("start_timestamp") && !features.startTimes()) {
                throw off("function \"start_timestamp\"", "use-start-timestamps", call.span());
            }
        } else if (expr instanceof Expr.Aggregation aggregation) {
            AggregateOperator operator = aggregation.operator();
            boolean experimental = operator == AggregateOperator.LIMITK || operator == AggregateOperator.LIMIT_RATIO;
            if (experimental && !features.experimentalFunctions()) {
                throw off("aggregation \"" + operator.symbol() + "\"", "experimental-functions", aggregation.span());
            }
        } else if (expr instanceof Expr.VectorSelector selector) {
            if (selector.extension() != Expr.Extension.NONE && !features.extendedRanges()) {
                String word = selector.extension() == Expr.Extension.ANCHORED ? "anchored" : "smoothed";
                throw off(word + " modifier", "extended-range-selectors", selector.span());
            }
        } else if (expr instanceof Expr.Binary binary) {
            VectorMatching matching = binary.matching();
            if ((matching.fillLeft() != null || matching.fillRight() != null) && !features.fillModifiers()) {
                throw off("fill modifier", "binop-fill-modifiers", binary.span());
            }
        }
        expr.children().forEach(this::visit);
    }

    private QueryException off(String what, String setting, Span span) {
        return new QueryException(
                QueryException.Kind.BAD_DATA,
                Position.of(query, span.start()) + ": parse error: " + what
                        + " is experimental and not enabled (pharos.promql." + setting + ")");
    }
}
