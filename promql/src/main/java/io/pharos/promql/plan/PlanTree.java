package io.pharos.promql.plan;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.query.PlanNode;
import io.pharos.promql.query.QueryStatistics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes the tree that explains a query: what is left in the root, and the parts with what they cost. */
final class PlanTree {
    private static final String ROOT = "root";

    private final Map<Integer, SubPlan> parts = new HashMap<>();
    private final Map<Integer, PartialMerger> results;

    PlanTree(List<SubPlan> parts, Map<Integer, PartialMerger> results) {
        parts.forEach(part -> this.parts.put(part.id(), part));
        this.results = results;
    }

    /** The tree of a root; its topmost node has the time of the root. */
    PlanNode of(Expr root, long rootNanos) {
        PlanNode top = node(root);
        return top.where().equals(ROOT) ? new PlanNode(top.what(), ROOT, 0, 0, rootNanos / 1e6, top.children()) : top;
    }

    private PlanNode node(Expr expr) {
        if (expr instanceof Expr.Remote remote) {
            return part(remote);
        }
        if (expr instanceof Expr.Paren paren) {
            return node(paren.inner());
        }
        List<PlanNode> children = new ArrayList<>();
        for (Expr child : expr.children()) {
            children.add(node(child));
        }
        return new PlanNode(what(expr), ROOT, 0, 0, 0, children);
    }

    private PlanNode part(Expr.Remote remote) {
        SubPlan part = parts.get(remote.id());
        PartialMerger merged = results.get(remote.id());
        QueryStatistics cost = merged == null ? QueryStatistics.NONE : merged.statistics();
        int answers = merged == null ? 0 : merged.answers();
        String kind = part == null ? "" : part.kind().name().toLowerCase(Locale.ROOT) + ", ";
        return new PlanNode(
                remote.replaced().toString(),
                kind + answers + (answers == 1 ? " answer" : " answers"),
                cost.series(),
                cost.samples(),
                cost.nanos() / 1e6,
                List.of());
    }

    /** A node without what is below it. */
    private static String what(Expr expr) {
        if (expr instanceof Expr.Call call) {
            return call.function() + "()";
        }
        if (expr instanceof Expr.Aggregation aggregation) {
            String labels = aggregation.labels().isEmpty() && !aggregation.without()
                    ? ""
                    : (aggregation.without() ? " without " : " by ") + aggregation.labels();
            return aggregation.operator().symbol() + labels;
        }
        if (expr instanceof Expr.Binary binary) {
            return binary.operator().symbol();
        }
        if (expr instanceof Expr.Unary unary) {
            return unary.negative() ? "-" : "+";
        }
        if (expr instanceof Expr.Subquery subquery) {
            String step = subquery.step() == null ? "" : subquery.step().text();
            return "[" + subquery.range().text() + ":" + step + "]";
        }
        return expr.toString();
    }
}
