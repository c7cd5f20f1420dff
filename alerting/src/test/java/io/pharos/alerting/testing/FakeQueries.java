package io.pharos.alerting.testing;

import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryService;
import io.pharos.promql.query.QueryStatistics;
import io.pharos.promql.query.QueryValue;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Answers expressions with what a test says; an expression it was told nothing of has an empty result. */
public final class FakeQueries implements QueryService {
    private record Sample(Labels labels, double value) {}

    private final Map<String, List<Sample>> answers = new ConcurrentHashMap<>();
    private final Map<String, String> failures = new ConcurrentHashMap<>();

    /** Adds an element to an expression's result. */
    public void answer(String expression, Map<String, String> labels, double value) {
        failures.remove(expression);
        List<Sample> samples = new ArrayList<>(answers.getOrDefault(expression, List.of()));
        samples.add(new Sample(Labels.of(labels), value));
        answers.put(expression, samples);
    }

    /** An expression's result has no element from now on. */
    public void empty(String expression) {
        failures.remove(expression);
        answers.remove(expression);
    }

    /** An expression has no result from now on. */
    public void fail(String expression, String message) {
        failures.put(expression, message);
    }

    @Override
    public CompletionStage<QueryResult> instant(String expression, long timeMillis, QueryOptions options) {
        String failure = failures.get(expression);
        if (failure != null) {
            return CompletableFuture.failedFuture(new QueryException(QueryException.Kind.UNAVAILABLE, failure));
        }
        List<QueryValue.VectorSample> samples = answers.getOrDefault(expression, List.of()).stream()
                .map(sample -> new QueryValue.VectorSample(sample.labels(), timeMillis, sample.value()))
                .toList();
        return CompletableFuture.completedFuture(
                new QueryResult(new QueryValue.Vector(samples), List.of(), List.of(), QueryStatistics.NONE));
    }

    @Override
    public CompletionStage<QueryResult> range(
            String expression, long startMillis, long endMillis, long stepMillis, QueryOptions options) {
        return instant(expression, endMillis, options);
    }

    @Override
    public CompletionStage<Found<Labels>> series(
            List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, QueryOptions options) {
        return CompletableFuture.completedFuture(new Found<>(List.of(), List.of()));
    }

    @Override
    public CompletionStage<Found<String>> labelNames(
            List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, QueryOptions options) {
        return CompletableFuture.completedFuture(new Found<>(List.of(), List.of()));
    }

    @Override
    public CompletionStage<Found<String>> labelValues(
            String label, List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, QueryOptions options) {
        return CompletableFuture.completedFuture(new Found<>(List.of(), List.of()));
    }
}
