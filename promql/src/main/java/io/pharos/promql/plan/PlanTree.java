package io.pharos.promql.plan;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.engine.NodeCosts;
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
    private final NodeCosts costs;

    PlanTree(List<SubPlan> parts, Map<Integer, PartialMerger> results, NodeCosts costs) {
        parts.forEach(part -> this.parts.put(part.id(), part));
        this.results = results;
        this.costs = costs;
    }

    /**
     * The tree of a root; its topmost node has the time of the whole root.
     *
     * @param address of the node where the root ran; empty where that is not known
     */
    PlanNode of(Expr root, long rootNanos, String address) {
        PlanNode top = node(root);
        if (!top.where().equals(ROOT)) {
            return top;
        }
        String where = address.isEmpty() ? ROOT : ROOT + ", " + address;
        return new PlanNode(top.what(), where, top.series(), 0, 0, rootNanos / 1e6, top.children());
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
        // A subquery only hands on what is below it.
        Expr measured = expr instanceof Expr.Subquery subquery ? subquery.inner() : expr;
        return new PlanNode(what(expr), ROOT, costs.series(measured), 0, 0, costs.nanos(measured) / 1e6, children);
    }

    private PlanNode part(Expr.Remote remote) {
        SubPlan part = parts.get(remote.id());
        PartialMerger merged = results.get(remote.id());
        QueryStatistics cost = merged == null ? QueryStatistics.NONE : merged.statistics();
        List<PlanNode> answers = new ArrayList<>();
        if (merged != null) {
            merged.answers().forEach(answer -> answers.add(answer(answer)));
        }
        String kind = part == null ? "" : part.kind().name().toLowerCase(Locale.ROOT) + ", ";
        return new PlanNode(
                remote.replaced().toString(),
                kind + counted(answers.size(), "answer"),
                cost.series(),
                cost.samples(),
                cost.chunks(),
                cost.nanos() / 1e6,
                answers);
    }

    private static PlanNode answer(PartialMerger.Answer answer) {
        QueryStatistics cost = answer.statistics();
        return new PlanNode(
                counted(answer.shards(), "shard"),
                answer.node(),
                cost.series(),
                cost.samples(),
                cost.chunks(),
                cost.nanos() / 1e6,
                List.of());
    }

    private static String counted(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
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
