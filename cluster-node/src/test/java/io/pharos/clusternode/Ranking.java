package io.pharos.clusternode;

import io.pharos.promql.ast.AggregateOperator;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.parser.Parser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * The outermost {@code topk} or {@code bottomk} of an expression. Which of several series that share the last place is in the answer is
 * not said anywhere, so two systems may choose differently; that and nothing else is forgiven here.
 */
final class Ranking {
    private final Expr.Aggregation aggregation;

    private Ranking(Expr.Aggregation aggregation) {
        this.aggregation = aggregation;
    }

    /** The ranking an expression is, or null where it is something else. */
    static @Nullable Ranking of(String expression) {
        Expr expr = Parser.parse(expression);
        while (expr instanceof Expr.Paren paren) {
            expr = paren.inner();
        }
        return expr instanceof Expr.Aggregation aggregation
                        && (aggregation.operator() == AggregateOperator.TOPK
                                || aggregation.operator() == AggregateOperator.BOTTOMK)
                ? new Ranking(aggregation)
                : null;
    }

    /** What is ranked. */
    String operand() {
        return aggregation.operand().toString();
    }

    /**
     * Takes those series out of two answers that stand in for each other: in one group at one time as many on either side, and all of
     * the value of the last place.
     *
     * @param isEqual when two values count as the same
     */
    void takeOutSwapped(
            Map<AnswerPoint, Double> expected,
            Map<AnswerPoint, Double> actual,
            BiPredicate<@Nullable Double, @Nullable Double> isEqual) {
        Map<String, Map<AnswerPoint, Double>> theirs = byGroup(expected);
        Map<String, Map<AnswerPoint, Double>> ours = byGroup(actual);
        theirs.forEach((group, one) -> {
            Map<AnswerPoint, Double> other = ours.getOrDefault(group, Map.of());
            List<AnswerPoint> oneOnly = without(one, other);
            List<AnswerPoint> otherOnly = without(other, one);
            if (oneOnly.size() != otherOnly.size() || oneOnly.isEmpty()) {
                return;
            }
            double last = last(one);
            if (isEqual.test(last, last(other))
                    && oneOnly.stream().allMatch(point -> isEqual.test(one.get(point), last))
                    && otherOnly.stream().allMatch(point -> isEqual.test(other.get(point), last))) {
                oneOnly.forEach(expected::remove);
                otherOnly.forEach(actual::remove);
            }
        });
    }

    private static List<AnswerPoint> without(Map<AnswerPoint, Double> points, Map<AnswerPoint, Double> others) {
        List<AnswerPoint> only = new ArrayList<>(points.keySet());
        only.removeAll(others.keySet());
        return only;
    }

    /** The value of the last place; a NaN comes after every number. */
    private double last(Map<AnswerPoint, Double> group) {
        DoubleStream values = group.values().stream().mapToDouble(Double::doubleValue);
        return (aggregation.operator() == AggregateOperator.TOPK ? values.min() : values.max()).orElseThrow();
    }

    private Map<String, Map<AnswerPoint, Double>> byGroup(Map<AnswerPoint, Double> answer) {
        Map<String, Map<AnswerPoint, Double>> groups = new HashMap<>();
        answer.forEach((point, value) -> {
            SortedMap<String, String> labels = new TreeMap<>(point.labels());
            if (aggregation.without()) {
                labels.keySet().removeAll(aggregation.labels());
                labels.remove("__name__");
            } else {
                labels.keySet().retainAll(aggregation.labels());
            }
            groups.computeIfAbsent(labels + " at " + point.timeMillis(), key -> new HashMap<>())
                    .put(point, value);
        });
        return groups;
    }
}
