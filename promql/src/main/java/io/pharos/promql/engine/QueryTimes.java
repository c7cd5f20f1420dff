package io.pharos.promql.engine;

/** The times of a whole query, which {@code start()}, {@code end()}, {@code step()} and {@code range()} mean. */
public record QueryTimes(long startMillis, long endMillis, long stepMillis) {
    /** An instant query: the step is 0. */
    public static QueryTimes instant(long timeMillis) {
        return new QueryTimes(timeMillis, timeMillis, 0);
    }

    /** Whether this is a range query. */
    public boolean isRange() {
        return stepMillis > 0;
    }

    /** The steps of the query. */
    public Steps steps() {
        return isRange() ? Steps.between(startMillis, endMillis, stepMillis) : Steps.at(startMillis);
    }
}
