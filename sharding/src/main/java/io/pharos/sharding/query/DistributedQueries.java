package io.pharos.sharding.query;

import akka.actor.typed.ActorSystem;
import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.QueryTimes;
import io.pharos.promql.plan.DistributedPlan;
import io.pharos.promql.plan.PartialResult;
import io.pharos.promql.plan.SubPlan;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryService;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Queries over the whole cluster: splits an expression, asks the workers of all shards by name and epoch, and merges. What a
 * shard cannot answer is asked again until the query's patience ends, and then the query says which shards are missing.
 */
public final class DistributedQueries implements QueryService {
    private final ActorSystem<?> system;
    private final ShardDirectory directory;
    private final Engine engine;
    private final QuerySettings settings;
    private final InstantSource clock;
    private final Executor executor;
    private final QueryMetrics metrics;

    /** A service over the workers a directory knows. */
    public DistributedQueries(
            ActorSystem<?> system,
            ShardDirectory directory,
            Engine engine,
            QuerySettings settings,
            InstantSource clock,
            Executor executor,
            QueryMetrics metrics) {
        this.system = system;
        this.directory = directory;
        this.engine = engine;
        this.settings = settings;
        this.clock = clock;
        this.executor = executor;
        this.metrics = metrics;
    }

    @Override
    public CompletionStage<QueryResult> instant(String expression, long timeMillis, QueryOptions options) {
        return evaluated(expression, () -> QueryTimes.instant(timeMillis), timeMillis, options);
    }

    @Override
    public CompletionStage<QueryResult> range(
            String expression, long startMillis, long endMillis, long stepMillis, QueryOptions options) {
        return evaluated(expression, () -> engine.rangeTimes(startMillis, endMillis, stepMillis), endMillis, options);
    }

    private CompletionStage<QueryResult> evaluated(
            String expression, Supplier<QueryTimes> times, long untilMillis, QueryOptions options) {
        long started = System.nanoTime();
        ShardScatter scatter = new ShardScatter(system, directory, settings, executor, metrics, options);
        return guarded(() -> {
                    DistributedPlan plan = DistributedPlan.of(expression, times.get(), engine.settings());
                    if (plan.parts().isEmpty()) {
                        return CompletableFuture.completedStage(
                                plan.evaluateRoot(engine, Map.of(), List.of(), options));
                    }
                    return untilClockReaches(untilMillis, options)
                            .thenComposeAsync(barrier -> ask(scatter, plan, barrier, options), executor)
                            .thenApplyAsync(
                                    results -> plan.evaluateRoot(engine, results, scatter.notes(), options), executor);
                })
                .whenComplete((result, failure) -> metrics.answered(System.nanoTime() - started));
    }

    private CompletionStage<Map<Integer, List<PartialResult>>> ask(
            ShardScatter scatter, DistributedPlan plan, boolean barrier, QueryOptions options) {
        Map<Integer, List<PartialResult>> results = new HashMap<>();
        List<CompletableFuture<Void>> asked = new ArrayList<>();
        for (SubPlan part : plan.parts()) {
            asked.add(scatter.ask(new QueryWorker.Evaluate(part, options.lookback()), barrier)
                    .thenAccept(answers -> {
                        List<PartialResult> partial = new ArrayList<>(answers.size());
                        for (QueryWorker.Answer answer : answers) {
                            partial.add(((QueryWorker.Evaluated) answer).result());
                        }
                        synchronized (results) {
                            results.put(part.id(), partial);
                        }
                    })
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).thenApply(done -> results);
    }

    /** Freshness: the clock has to reach the evaluated time, and then each shard what came before. */
    private CompletionStage<Boolean> untilClockReaches(long untilMillis, QueryOptions options) {
        if (options.freshness().isZero()) {
            return CompletableFuture.completedStage(false);
        }
        long wait = untilMillis - clock.millis();
        if (wait <= 0) {
            return CompletableFuture.completedStage(true);
        }
        if (wait > options.freshness().toMillis()) {
            return CompletableFuture.failedStage(new QueryException(
                    QueryException.Kind.UNAVAILABLE,
                    "the evaluated time is " + wait + " ms ahead of the clock, freshness allows "
                            + options.freshness().toMillis()));
        }
        CompletableFuture<Boolean> reached = new CompletableFuture<>();
        system.scheduler()
                .scheduleOnce(Duration.ofMillis(wait), () -> reached.complete(true), system.executionContext());
        return reached;
    }

    @Override
    public CompletionStage<Found<Labels>> series(
            List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, QueryOptions options) {
        if (selectors.isEmpty()) {
            return CompletableFuture.failedStage(
                    new QueryException(QueryException.Kind.BAD_DATA, "no match[] parameter provided"));
        }
        return found(
                new QueryWorker.Find(
                        QueryWorker.Find.What.SERIES, "", selectors, fromMillis, toMillis, options.limit()),
                options,
                answer -> {
                    List<Labels> labels = new ArrayList<>(answer.series().size());
                    for (byte[] canonical : answer.series()) {
                        labels.add(Labels.ofCanonicalBytes(canonical, 0, canonical.length));
                    }
                    return labels;
                },
                Labels::compareTo);
    }

    @Override
    public CompletionStage<Found<String>> labelNames(
            List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, QueryOptions options) {
        return found(
                new QueryWorker.Find(QueryWorker.Find.What.NAMES, "", selectors, fromMillis, toMillis, 0),
                options,
                QueryWorker.FoundHere::texts,
                Labels::compareUtf8);
    }

    @Override
    public CompletionStage<Found<String>> labelValues(
            String label, List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, QueryOptions options) {
        return found(
                new QueryWorker.Find(QueryWorker.Find.What.VALUES, label, selectors, fromMillis, toMillis, 0),
                options,
                QueryWorker.FoundHere::texts,
                Labels::compareUtf8);
    }

    private <T> CompletionStage<Found<T>> found(
            QueryWorker.Find find,
            QueryOptions options,
            Function<QueryWorker.FoundHere, List<T>> values,
            java.util.Comparator<T> order) {
        ShardScatter scatter = new ShardScatter(system, directory, settings, executor, metrics, options);
        return guarded(() -> scatter.ask(find, false)
                .thenApplyAsync(
                        answers -> {
                            TreeSet<T> all = new TreeSet<>(order);
                            for (QueryWorker.Answer answer : answers) {
                                all.addAll(values.apply((QueryWorker.FoundHere) answer));
                            }
                            List<T> list = new ArrayList<>(all);
                            List<String> warnings = new ArrayList<>(scatter.notes());
                            if (options.limit() > 0 && list.size() > options.limit()) {
                                list = new ArrayList<>(list.subList(0, options.limit()));
                                warnings.add("results truncated due to limit");
                            }
                            return new Found<>(list, warnings);
                        },
                        executor));
    }

    /** Runs on the query dispatcher, and fails with {@link QueryException} only. */
    private <T> CompletionStage<T> guarded(Supplier<CompletionStage<T>> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        CompletableFuture.completedStage(null)
                .thenComposeAsync(start -> work.get(), executor)
                .whenComplete((value, failure) -> {
                    if (failure == null) {
                        result.complete(value);
                    } else {
                        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure;
                        result.completeExceptionally(
                                cause instanceof QueryException
                                        ? cause
                                        : new QueryException(
                                                QueryException.Kind.INTERNAL, String.valueOf(cause), cause));
                    }
                });
        return result;
    }
}
