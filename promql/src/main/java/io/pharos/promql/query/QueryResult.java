package io.pharos.promql.query;

import java.util.List;

/**
 * The answer to a query.
 *
 * @param warnings Prometheus' texts, each with its position, without repetition
 * @param infos the same for what is only worth knowing
 */
public record QueryResult(QueryValue value, List<String> warnings, List<String> infos, QueryStatistics statistics) {}
