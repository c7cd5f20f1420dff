package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.timeseries.labels.LabelMatcher;
import java.util.ArrayList;
import java.util.List;

/** Which series an expression reads and over which times, so that they can be fetched together and ahead. */
public final class SelectionTimes {
    /** One selector: its matchers and the first and last time, both inclusive, it looks at. */
    public record Selection(List<LabelMatcher> matchers, long fromMillis, long toMillis) {}

    private final QueryTimes times;
    private final EngineSettings settings;
    private final long lookbackMillis;
    private final List<Selection> found = new ArrayList<>();

    private SelectionTimes(QueryTimes times, EngineSettings settings, long lookbackMillis) {
        this.times = times;
        this.settings = settings;
        this.lookbackMillis = lookbackMillis;
    }

    /** The selections of an expression at the given steps of a query. */
    public static List<Selection> of(
            Expr expr, QueryTimes times, Steps steps, EngineSettings settings, long lookbackMillis) {
        SelectionTimes walk = new SelectionTimes(times, settings, lookbackMillis);
        walk.visit(expr, steps);
        return walk.found;
    }

    private void visit(Expr expr, Steps steps) {
        if (steps.count() == 0) {
            return;
        }
        if (expr instanceof Expr.VectorSelector selector) {
            boolean smoothed = selector.extension() == Expr.Extension.SMOOTHED;
            add(selector, steps, lookbackMillis, smoothed ? lookbackMillis : 0);
        } else if (expr instanceof Expr.MatrixSelector matrix) {
            long queryRange = times.endMillis() - times.startMillis();
            Expr.Extension extension = matrix.selector().extension();
            long range = matrix.range().millis(times.stepMillis(), queryRange);
            add(
                    matrix.selector(),
                    steps,
                    range + (extension == Expr.Extension.NONE ? 0 : lookbackMillis),
                    extension == Expr.Extension.SMOOTHED ? lookbackMillis : 0);
        } else if (expr instanceof Expr.Subquery subquery) {
            visit(
                    subquery.inner(),
                    SubqueryTimes.of(subquery, times, steps, settings).steps());
        } else {
            expr.children().forEach(child -> visit(child, steps));
        }
    }

    private void add(Expr.VectorSelector selector, Steps steps, long rangeMillis, long moreMillis) {
        SelectorTimes at = SelectorTimes.of(selector.time(), times, steps);
        found.add(new Selection(selector.matchers(), at.first() - rangeMillis + 1, at.last() + moreMillis));
    }

    /** The steps of a subquery's inner expression; none where its windows have no step. */
    public static Steps subquerySteps(Expr.Subquery subquery, QueryTimes times, Steps steps, EngineSettings settings) {
        return SubqueryTimes.of(subquery, times, steps, settings).steps();
    }
}
