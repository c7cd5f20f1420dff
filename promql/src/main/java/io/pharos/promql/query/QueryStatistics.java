package io.pharos.promql.query;

/**
 * What an evaluation cost.
 *
 * @param samples samples read from series
 * @param series series selected
 * @param chunks chunks decoded for them, open heads among them; a chunk that two selectors read counts twice
 * @param nanos wall time of the evaluation
 */
public record QueryStatistics(long samples, long series, long chunks, long nanos) {
    /** Nothing. */
    public static final QueryStatistics NONE = new QueryStatistics(0, 0, 0, 0);

    /** The sum of both costs, and the longer time. */
    public QueryStatistics plus(QueryStatistics other) {
        return new QueryStatistics(
                samples + other.samples, series + other.series, chunks + other.chunks, Math.max(nanos, other.nanos));
    }
}
