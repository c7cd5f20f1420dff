package io.pharos.promql.query;

import java.time.Duration;

/**
 * How a query is to be run.
 *
 * @param timeout the whole evaluation takes no longer
 * @param lookback how far an instant selector looks back (exclusive)
 * @param limit at most this many series in the answer; 0 for no limit of its own
 * @param partialAllowed answer with what can be reached and a warning that names what is missing, instead of failing
 * @param freshness wait (at most this long) until every shard has applied or refused all samples up to the evaluation time;
 *     zero does not wait. Rules use it.
 * @param tiers from when on samples are there as they came, and from when on as roll-ups
 */
public record QueryOptions(
        Duration timeout,
        Duration lookback,
        int limit,
        boolean partialAllowed,
        Duration freshness,
        Cancellation cancellation,
        Tiers tiers) {
    /** Options for samples that are all there as they came. */
    public QueryOptions(
            Duration timeout,
            Duration lookback,
            int limit,
            boolean partialAllowed,
            Duration freshness,
            Cancellation cancellation) {
        this(timeout, lookback, limit, partialAllowed, freshness, cancellation, Tiers.RAW_ONLY);
    }

    /** Two minutes, five minutes of lookback, no limit, all or nothing. */
    public static QueryOptions defaults() {
        return new QueryOptions(
                Duration.ofMinutes(2), Duration.ofMinutes(5), 0, false, Duration.ZERO, new Cancellation());
    }

    public QueryOptions withTimeout(Duration value) {
        return new QueryOptions(value, lookback, limit, partialAllowed, freshness, cancellation, tiers);
    }

    public QueryOptions withLookback(Duration value) {
        return new QueryOptions(timeout, value, limit, partialAllowed, freshness, cancellation, tiers);
    }

    public QueryOptions withLimit(int value) {
        return new QueryOptions(timeout, lookback, value, partialAllowed, freshness, cancellation, tiers);
    }

    public QueryOptions withPartialAllowed(boolean value) {
        return new QueryOptions(timeout, lookback, limit, value, freshness, cancellation, tiers);
    }

    public QueryOptions withCancellation(Cancellation value) {
        return new QueryOptions(timeout, lookback, limit, partialAllowed, freshness, value, tiers);
    }

    public QueryOptions withFreshness(Duration value) {
        return new QueryOptions(timeout, lookback, limit, partialAllowed, value, cancellation, tiers);
    }

    public QueryOptions withTiers(Tiers value) {
        return new QueryOptions(timeout, lookback, limit, partialAllowed, freshness, cancellation, value);
    }
}
