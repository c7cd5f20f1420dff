package io.pharos.promql.plan;

import io.pharos.promql.ast.AggregateOperator;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.ValueType;
import io.pharos.promql.engine.Accumulator;
import io.pharos.promql.engine.Annotations;
import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.engine.InfoSelector;
import io.pharos.promql.engine.Invariance;
import io.pharos.promql.engine.Locality;
import io.pharos.promql.engine.NodeCosts;
import io.pharos.promql.engine.QueryTimes;
import io.pharos.promql.engine.RemoteSeries;
import io.pharos.promql.engine.ResetHints;
import io.pharos.promql.engine.SelectionTimes;
import io.pharos.promql.engine.Steps;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryStatistics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/*
 * From the top, the first node that can run shard by shard becomes a part: a local expression as it is, an aggregation over one
 * as partial aggregates, topk over one as candidates with the same topk again at the root. What is above stays in the root,
 * with Remote leaves. Steps are those the evaluator would use at that place: one where @ fixes the value, a subquery's own inside it.
 */
/** A query split into parts for the shards and a root above them. Immutable. */
public final class DistributedPlan {
    private final String query;
    private final QueryTimes times;
    private final EngineSettings settings;
    private final Locality locality;
    private final Invariance invariance = new Invariance();
    private final List<SubPlan> parts = new ArrayList<>();
    private final Expr whole;
    private final Expr root;

    private DistributedPlan(String query, QueryTimes times, EngineSettings settings) {
        this.query = query;
        this.times = times;
        this.settings = settings;
        this.locality = new Locality(settings);
        Expr expr = Engine.parse(query);
        Engine.checkFeatures(query, expr, settings.features());
        if (times.isRange() && expr.type() != ValueType.VECTOR && expr.type() != ValueType.SCALAR) {
            throw new QueryException(
                    QueryException.Kind.BAD_DATA,
                    "invalid expression type \"" + expr.type().text()
                            + "\" for range query, must be Scalar or instant Vector");
        }
        this.whole = expr;
        this.root = split(expr, times.steps());
    }

    /**
     * Splits a query.
     *
     * @throws QueryException when it does not parse or asks for too many steps
     */
    public static DistributedPlan of(String query, QueryTimes times, EngineSettings settings) {
        return new DistributedPlan(query, times, settings);
    }

    /** Splits an expression; annotations have positions in its canonical text. */
    public static DistributedPlan of(Expr expr, QueryTimes times, EngineSettings settings) {
        return new DistributedPlan(expr.toString(), times, settings);
    }

    /** The parts to be evaluated over every shard; none where the query reads no series. */
    public List<SubPlan> parts() {
        return List.copyOf(parts);
    }

    /** What is left above the parts. */
    public Expr root() {
        return root;
    }

    public QueryTimes times() {
        return times;
    }

    /** The series and times all parts read, for this lookback. */
    public List<SelectionTimes.Selection> selections(Duration lookback) {
        List<SelectionTimes.Selection> all = new ArrayList<>();
        parts.forEach(part -> all.addAll(part.selections(settings, lookback)));
        return all;
    }

    /**
     * The answer of the whole query.
     *
     * @param results for each part's id what the workers answered, each shard once; a part without any was not answered
     * @param notes warnings of the executor, such as which shards are missing
     * @param address of this node, for the plan; may be empty
     */
    public QueryResult evaluateRoot(
            Engine engine,
            Map<Integer, PartialMerger> results,
            List<String> notes,
            String address,
            QueryOptions options) {
        Annotations annotations = new Annotations(query);
        notes.forEach(annotations::warning);
        QueryStatistics statistics = QueryStatistics.NONE;
        Map<Integer, RemoteSeries> remotes = new HashMap<>();
        for (SubPlan part : parts) {
            PartialMerger merged = results.get(part.id());
            if (merged == null) {
                merged = new PartialMerger(part, settings, null);
            }
            remotes.put(part.id(), merged.result());
            annotations.addAll(merged.warnings(), merged.infos());
            statistics = statistics.plus(merged.statistics());
        }
        long started = System.nanoTime();
        NodeCosts costs = new NodeCosts();
        QueryResult result = engine.evaluateRoot(root, times, remotes, annotations, statistics, costs, options);
        return result.withPlan(new PlanTree(parts, results, costs).of(root, System.nanoTime() - started, address));
    }

    private Expr split(Expr expr, Steps asked) {
        if (!Locality.selects(expr)) {
            return expr;
        }
        Steps steps = asked.count() > 1 && invariance.holds(expr) ? asked.first() : asked;
        if (locality.isLocal(expr)) {
            return part(expr, expr.type() == ValueType.MATRIX ? SubPlan.Kind.SAMPLES : SubPlan.Kind.SERIES, steps);
        }
        if (expr instanceof Expr.Paren paren) {
            return new Expr.Paren(split(paren.inner(), steps), paren.span());
        }
        if (expr instanceof Expr.Unary unary) {
            return new Expr.Unary(unary.negative(), split(unary.operand(), steps), unary.span());
        }
        if (expr instanceof Expr.Binary binary) {
            return new Expr.Binary(
                    binary.operator(),
                    split(binary.left(), steps),
                    split(binary.right(), steps),
                    binary.returnBool(),
                    binary.matching(),
                    binary.span());
        }
        if (expr instanceof Expr.Subquery subquery) {
            Steps inner = SelectionTimes.subquerySteps(subquery, times, steps, settings);
            return inner.count() == 0
                    ? expr
                    : new Expr.Subquery(
                            split(subquery.inner(), inner),
                            subquery.range(),
                            subquery.step(),
                            subquery.time(),
                            subquery.span());
        }
        if (expr instanceof Expr.Call call) {
            return splitCall(call, steps);
        }
        return expr instanceof Expr.Aggregation aggregation ? splitAggregation(aggregation, steps) : expr;
    }

    private Expr splitCall(Expr.Call call, Steps steps) {
        boolean onlyPresence =
                call.function().equals("absent") || call.function().equals("absent_over_time");
        List<Expr> arguments = new ArrayList<>();
        boolean lends = call.function().equals("info");
        for (Expr argument : lends ? call.arguments().subList(0, 1) : call.arguments()) {
            if (onlyPresence && locality.isLocalAndDistinct(argument)) {
                arguments.add(part(argument, SubPlan.Kind.PRESENCE, steps));
            } else {
                arguments.add(split(argument, steps));
            }
        }
        if (call.function().equals("info")) {
            Expr.VectorSelector lenders = InfoSelector.of(call).selector();
            Expr values = part(lenders.toString(), lenders, SubPlan.Kind.SERIES, steps);
            Expr times = part(lenders.toString(), lenders, SubPlan.Kind.TIMES, steps);
            arguments = List.of(arguments.get(0), values, times);
        }
        return new Expr.Call(call.function(), arguments, call.type(), call.span());
    }

    private Expr splitAggregation(Expr.Aggregation aggregation, Steps steps) {
        AggregateOperator operator = aggregation.operator();
        Expr parameter = aggregation.parameter();
        boolean fixedParameter = parameter == null || !Locality.selects(parameter);
        boolean below = locality.isLocalAndDistinct(aggregation.operand()) && fixedParameter;
        // Counts of values are groups like any others, once the value is one of their labels.
        if (below && (Accumulator.isMergeable(operator) || operator == AggregateOperator.COUNT_VALUES)) {
            return part(aggregation, SubPlan.Kind.AGGREGATE, steps);
        }
        boolean ranks = operator == AggregateOperator.TOPK
                || operator == AggregateOperator.BOTTOMK
                || operator == AggregateOperator.LIMITK;
        Expr operand = below && ranks
                ? part(aggregation, SubPlan.Kind.CANDIDATES, steps)
                : split(aggregation.operand(), steps);
        return new Expr.Aggregation(
                operator,
                aggregation.without(),
                aggregation.labels(),
                parameter == null ? null : split(parameter, steps),
                operand,
                aggregation.span());
    }

    private Expr part(Expr expr, SubPlan.Kind kind, Steps steps) {
        return part(inPlace(expr), expr, kind, steps);
    }

    private Expr part(String text, Expr expr, SubPlan.Kind kind, Steps steps) {
        int id = parts.size();
        parts.add(new SubPlan(id, text, kind, times, steps, ResetHints.areWanted(whole, expr)));
        return new Expr.Remote(id, expr);
    }

    /** The text of a node with blanks in place of what is before it, so that lines and columns stay. */
    private String inPlace(Expr expr) {
        StringBuilder out = new StringBuilder(expr.span().end());
        for (int i = 0; i < expr.span().start(); i++) {
            char c = query.charAt(i);
            if (c == '\n') {
                out.append('\n');
            } else {
                // Columns count bytes; the second half of a pair was counted with the first.
                int bytes = Character.isLowSurrogate(c)
                        ? 0
                        : Character.isHighSurrogate(c)
                                ? 4
                                : Character.toString(c).getBytes(StandardCharsets.UTF_8).length;
                out.append(" ".repeat(bytes));
            }
        }
        return out.append(query, expr.span().start(), expr.span().end()).toString();
    }

    @Override
    public String toString() {
        return root + " over " + parts;
    }
}
