package io.pharos.promql.query;

import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The port of asking: evaluates PromQL and finds series over the whole cluster. Callable from any thread; never blocks the
 * caller. Every stage fails with {@link QueryException} only. Cancelling is by {@link QueryOptions#cancellation()}.
 */
public interface QueryService {
    /** Evaluates at one time. */
    CompletionStage<QueryResult> instant(String expression, long timeMillis, QueryOptions options);

    /** Evaluates at each step from start to end, both inclusive. */
    CompletionStage<QueryResult> range(
            String expression, long startMillis, long endMillis, long stepMillis, QueryOptions options);

    /**
     * The label sets that satisfy any of the selectors and lived in a time range (inclusive), sorted.
     *
     * @param selectors each a list of matchers; none is an error
     */
    CompletionStage<Found<Labels>> series(
            List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, QueryOptions options);

    /** The label names of the series that satisfy any of the selectors (all series where there is none), sorted. */
    CompletionStage<Found<String>> labelNames(
            List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, QueryOptions options);

    /** The values of a label among the series that satisfy any of the selectors (all where there is none), sorted. */
    CompletionStage<Found<String>> labelValues(
            String label, List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, QueryOptions options);

    /** What was found, at most the limit of the options, with warnings (also that the limit cut something). */
    record Found<T>(List<T> values, List<String> warnings) {}
}
