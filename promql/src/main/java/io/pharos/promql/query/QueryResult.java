package io.pharos.promql.query;

import java.util.List;
import java.util.Optional;
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
    /**
     * What a warning begins with that says the answer may be less than it should be, although every shard answered. A query that
     * waits for freshness, as rules do, fails instead.
     */
    public static final String INCOMPLETE = "incomplete: ";

    /** Such a warning, if there is one. */
    public Optional<String> incomplete() {
        return warnings.stream().filter(text -> text.startsWith(INCOMPLETE)).findFirst();
    }

    /** An answer without a plan. */
    public QueryResult(QueryValue value, List<String> warnings, List<String> infos, QueryStatistics statistics) {
        this(value, warnings, infos, statistics, null);
    }

    /** The same answer with the plan it came by. */
    public QueryResult withPlan(PlanNode known) {
        return new QueryResult(value, warnings, infos, statistics, known);
    }
}
