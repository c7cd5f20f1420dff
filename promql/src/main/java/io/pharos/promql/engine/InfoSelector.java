package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.Span;
import io.pharos.promql.ast.TimeModifier;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which series lend their labels in a call of info().
 *
 * @param nameMatchers what their name is; at least one
 * @param dataMatchers what their labels are; only labels named here are lent, all where there is none
 * @param time where they are looked at: where the argument looks
 */
public record InfoSelector(List<LabelMatcher> nameMatchers, List<LabelMatcher> dataMatchers, TimeModifier time) {
    private static final String DEFAULT_NAME = "target_info";
    private static final String ANY_INFO_NAME = ".+_info";

    /** The selector of a call, whose second argument may be missing. */
    public static InfoSelector of(Expr.Call call) {
        List<LabelMatcher> names = new ArrayList<>();
        List<LabelMatcher> data = new ArrayList<>();
        boolean positive = false;
        for (LabelMatcher matcher : matchers(call)) {
            boolean isName = matcher.name().equals(Labels.METRIC_NAME);
            (isName ? names : data).add(matcher);
            positive |=
                    isName && (matcher.type() == LabelMatcher.Type.EQUAL || matcher.type() == LabelMatcher.Type.REGEX);
        }
        if (names.isEmpty()) {
            names.add(LabelMatcher.equal(Labels.METRIC_NAME, DEFAULT_NAME));
        } else if (!positive) {
            names.add(LabelMatcher.of(LabelMatcher.Type.REGEX, Labels.METRIC_NAME, ANY_INFO_NAME));
        }
        TimeModifier time = timeOf(call.arguments().get(0));
        return new InfoSelector(List.copyOf(names), List.copyOf(data), time == null ? TimeModifier.NONE : time);
    }

    private static List<LabelMatcher> matchers(Expr.Call call) {
        Expr given = call.arguments().size() > 1 ? call.arguments().get(1).unwrapped() : call;
        if (given instanceof Expr.Remote remote) {
            given = remote.replaced();
        }
        return given instanceof Expr.VectorSelector selector ? selector.matchers() : List.of();
    }

    /** The time modifier of the outermost selector or subquery. */
    private static @Nullable TimeModifier timeOf(Expr expr) {
        if (expr instanceof Expr.VectorSelector selector) {
            return selector.time();
        }
        if (expr instanceof Expr.Subquery subquery) {
            return subquery.time();
        }
        for (Expr child : expr.children()) {
            TimeModifier time = timeOf(child);
            if (time != null) {
                return time;
            }
        }
        return null;
    }

    /** The selector of these series. */
    public Expr.VectorSelector selector() {
        List<LabelMatcher> all = new ArrayList<>(nameMatchers);
        all.addAll(dataMatchers);
        return new Expr.VectorSelector(null, all, time, Expr.Extension.NONE, Span.NONE);
    }
}
