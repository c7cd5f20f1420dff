package io.pharos.promql.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a query.
 *
 * @param warnings Prometheus' texts, each with its position, without repetition
 * @param infos the same for what is only worth knowing
 * @param plan how the query was split, where that is known
 */
public record QueryResult(
        QueryValue value,
        List<String> warnings,
        List<String> infos,
        QueryStatistics statistics,
        @Nullable PlanNode plan) {
    /** An answer without a plan. */
    public QueryResult(QueryValue value, List<String> warnings, List<String> infos, QueryStatistics statistics) {
        this(value, warnings, infos, statistics, null);
    }

    /** The same answer with the plan it came by. */
    public QueryResult withPlan(PlanNode known) {
        return new QueryResult(value, warnings, infos, statistics, known);
    }
}
