package io.pharos.promql.engine;

import io.pharos.promql.ast.DurationExpr;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.query.QueryException;

/** The windows of a subquery and the steps its inner expression is evaluated at. */
record SubqueryTimes(SelectorTimes at, long rangeMillis, Steps steps) {
    static SubqueryTimes of(Expr.Subquery subquery, QueryTimes times, Steps steps, EngineSettings settings) {
        long queryRange = times.endMillis() - times.startMillis();
        long range = Evaluator.positive(subquery.range().millis(times.stepMillis(), queryRange), "range");
        DurationExpr written = subquery.step();
        long step = written == null
                ? settings.subqueryStep().toMillis()
                : Evaluator.positive(written.millis(times.stepMillis(), queryRange), "step");
        SelectorTimes at = SelectorTimes.of(subquery.time(), times, steps);
        Steps inner = SubqueryRange.steps(at, range, step);
        if (inner.count() > settings.samplesMax()) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "query processing would load too many samples into memory in query execution: a subquery has "
                            + inner.count() + " steps, more than " + settings.samplesMax()
                            + " (pharos.promql.samples-max)");
        }
        return new SubqueryTimes(at, range, inner);
    }
}
