package io.pharos.promql.engine;

import io.pharos.promql.ast.AggregateOperator;
import io.pharos.promql.ast.BinaryOperator;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.ValueType;
import io.pharos.promql.function.FunctionDefinition;
import io.pharos.promql.function.Functions;
import io.pharos.promql.function.Implementation;
import java.util.List;

/*
 * An expression is local when its value over all series is the union of its values over the series of each shard. Selectors
 * are; so is whatever looks at one series at a time. Where labels are changed, series of different shards can become the same:
 * such a node may still run in a shard, but nothing on top of it may, so that the collision is seen where all shards meet. The
 * buckets of a histogram share a shard, so histogram_quantile is local as long as its input is one metric with its labels kept.
 */
/** Which parts of a query can be evaluated shard by shard. */
public final class Locality {
    private final boolean delayedNames;

    /** The locality under these settings. */
    public Locality(EngineSettings settings) {
        this.delayedNames = settings.delayedNameRemoval();
    }

    /** Whether an expression reads series at all. */
    public static boolean selects(Expr expr) {
        if (expr instanceof Expr.VectorSelector || expr instanceof Expr.MatrixSelector) {
            return true;
        }
        for (Expr child : expr.children()) {
            if (selects(child)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the expression is local and series of different shards keep different labels. */
    public boolean isLocalAndDistinct(Expr expr) {
        return isLocal(expr) && !mayCollide(expr);
    }

    /** Whether the value over all series is the union of the values over each shard's. */
    public boolean isLocal(Expr expr) {
        if (expr instanceof Expr.VectorSelector || expr instanceof Expr.MatrixSelector) {
            return true;
        }
        if (expr instanceof Expr.Paren paren) {
            return isLocal(paren.inner());
        }
        if (expr instanceof Expr.Unary unary) {
            return isLocalAndDistinct(unary.operand());
        }
        if (expr instanceof Expr.Subquery subquery) {
            return isLocalAndDistinct(subquery.inner());
        }
        if (expr instanceof Expr.Binary binary) {
            return isLocal(binary);
        }
        if (expr instanceof Expr.Call call) {
            return isLocal(call);
        }
        if (expr instanceof Expr.Aggregation aggregation) {
            Expr parameter = aggregation.parameter();
            return aggregation.operator() == AggregateOperator.LIMIT_RATIO
                    && parameter != null
                    && !selects(parameter)
                    && isLocalAndDistinct(aggregation.operand());
        }
        return false;
    }

    private boolean isLocal(Expr.Binary binary) {
        boolean leftScalar = binary.left().type() == ValueType.SCALAR;
        boolean rightScalar = binary.right().type() == ValueType.SCALAR;
        if (leftScalar == rightScalar) {
            return false;
        }
        Expr scalar = leftScalar ? binary.left() : binary.right();
        Expr vector = leftScalar ? binary.right() : binary.left();
        return !selects(scalar) && isLocalAndDistinct(vector);
    }

    private boolean isLocal(Expr.Call call) {
        FunctionDefinition function = Functions.find(call.function());
        if (function == null) {
            return false;
        }
        Implementation implementation = function.implementation();
        boolean byOneSeries = implementation instanceof Implementation.PerValue
                || implementation instanceof Implementation.PerValueWith
                || implementation instanceof Implementation.OfDate
                || implementation instanceof Implementation.OverRange;
        boolean histogram = false;
        if (implementation instanceof Implementation.ByEngine) {
            switch (call.function()) {
                case "timestamp",
                        "label_replace",
                        "label_join",
                        "histogram_count",
                        "histogram_sum",
                        "histogram_avg",
                        "histogram_stddev",
                        "histogram_stdvar" -> byOneSeries = true;
                case "histogram_quantile", "histogram_quantiles", "histogram_fraction" -> histogram = true;
                default -> {}
            }
        }
        if (!byOneSeries && !histogram) {
            return false;
        }
        boolean any = false;
        for (Expr argument : call.arguments()) {
            boolean series = argument.type() == ValueType.VECTOR || argument.type() == ValueType.MATRIX;
            if (series) {
                if (!isLocalAndDistinct(argument) || histogram && !isOneMetric(argument)) {
                    return false;
                }
                any = true;
            } else if (selects(argument)) {
                return false;
            }
        }
        return any;
    }

    /** Whether all series come from one metric by way of operators that keep the label {@code le}. */
    private static boolean isOneMetric(Expr expr) {
        if (expr instanceof Expr.VectorSelector || expr instanceof Expr.MatrixSelector) {
            return !Names.differ(expr);
        }
        if (expr instanceof Expr.Call call && call.function().startsWith("histogram_")) {
            return false;
        }
        List<Expr> children = expr.children();
        for (Expr child : children) {
            if (selects(child) && !isOneMetric(child)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a node changes labels so that series of different shards can become the same. */
    private boolean mayCollide(Expr expr) {
        if (expr instanceof Expr.Paren paren) {
            return mayCollide(paren.inner());
        }
        if (expr instanceof Expr.Unary unary) {
            return unary.negative() ? dropsDiffering(unary.operand()) : mayCollide(unary.operand());
        }
        if (expr instanceof Expr.Binary binary) {
            boolean keeps = binary.operator().kind() != BinaryOperator.Kind.ARITHMETIC && !binary.returnBool();
            Expr vector = binary.left().type() == ValueType.SCALAR ? binary.right() : binary.left();
            return !keeps && dropsDiffering(vector);
        }
        if (expr instanceof Expr.Call call) {
            if (call.function().startsWith("label_") || call.function().equals("histogram_quantiles")) {
                return true;
            }
            FunctionDefinition function = Functions.find(call.function());
            if (function != null
                    && function.implementation() instanceof Implementation.OverRange range
                    && range.keepsName()) {
                return false;
            }
            return call.arguments().stream().anyMatch(this::dropsDiffering);
        }
        return false;
    }

    private boolean dropsDiffering(Expr expr) {
        return !delayedNames && selects(expr) && Names.differ(expr);
    }
}
