package io.pharos.httpapi;

import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryService;
import io.pharos.promql.query.QueryStatistics;
import io.pharos.promql.query.QueryValue;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Answers what a test told it to, and remembers what it was asked. */
final class FakeQueries implements QueryService {
    volatile String asked = "";
    volatile @Nullable QueryOptions options;
    volatile CompletableFuture<QueryResult> answer = value(new QueryValue.Vector(List.of()));
    volatile List<Labels> series = List.of();
    volatile List<String> strings = List.of();
    volatile List<String> warnings = List.of();

    static CompletableFuture<QueryResult> value(QueryValue value) {
        return CompletableFuture.completedFuture(
                new QueryResult(value, List.of(), List.of(), new QueryStatistics(12, 3, 5, 1_500_000)));
    }

    static CompletableFuture<QueryResult> failure(QueryException.Kind kind, String message) {
        return CompletableFuture.failedFuture(new QueryException(kind, message));
    }

    @Override
    public CompletionStage<QueryResult> instant(String expression, long timeMillis, QueryOptions how) {
        asked = "instant " + expression + " " + timeMillis;
        options = how;
        return answer;
    }

    @Override
    public CompletionStage<QueryResult> range(
            String expression, long startMillis, long endMillis, long stepMillis, QueryOptions how) {
        asked = "range " + expression + " " + startMillis + " " + endMillis + " " + stepMillis;
        options = how;
        return answer;
    }

    @Override
    public CompletionStage<Found<Labels>> series(
            List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, QueryOptions how) {
        asked = "series " + selectors;
        options = how;
        return CompletableFuture.completedFuture(new Found<>(series, warnings));
    }

    @Override
    public CompletionStage<Found<String>> labelNames(
            List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, QueryOptions how) {
        asked = "labels " + selectors;
        options = how;
        return CompletableFuture.completedFuture(new Found<>(strings, warnings));
    }

    @Override
    public CompletionStage<Found<String>> labelValues(
            String label, List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, QueryOptions how) {
        asked = "values " + label + " " + selectors;
        options = how;
        return CompletableFuture.completedFuture(new Found<>(strings, warnings));
    }
}
