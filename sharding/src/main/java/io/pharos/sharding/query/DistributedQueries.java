package io.pharos.sharding.query;

import akka.actor.typed.ActorSystem;
import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.MemoryBudget;
import io.pharos.promql.engine.QueryTimes;
import io.pharos.promql.plan.DistributedPlan;
import io.pharos.promql.plan.PartialMerger;
import io.pharos.promql.plan.SubPlan;
import io.pharos.promql.query.Cancellation;
import io.pharos.promql.query.ExemplarQueries;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryService;
import io.pharos.promql.query.Tiers;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.SeriesExemplars;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Queries over the whole cluster: splits an expression, asks the workers of all shards by name and epoch, and merges. What a
 * shard cannot answer is asked again until the query's patience ends, and then the query says which shards are missing.
 */
public final class DistributedQueries implements QueryService, ExemplarQueries {
    /** Text of one question; with what goes beside it, a message between nodes is not larger than allowed. */
    private static final int TEXT_BYTES_MAX = 64 << 10;

    private final ActorSystem<?> system;
    private final String address;
    private final Engine engine;
    private final LongFunction<Tiers> tiers;
    private final InstantSource clock;
    private final Executor merging;
    private final Executor roots;
    private final QueryMetrics metrics;
    private final int exemplarsMax;
    private final ShardScatter.Asking asking;

    /**
     * A service over the workers a directory knows; one a node.
     *
     * @param tiers from when on there is what, at a time
     * @param merging splits queries, merges answers, cancels; nothing long runs on it
     * @param roots evaluates what is left above the parts
     * @param exemplarsMax in the answer to one question
     */
    public DistributedQueries(
            ActorSystem<?> system,
            ShardDirectory directory,
            Engine engine,
            QuerySettings settings,
            LongFunction<Tiers> tiers,
            InstantSource clock,
            Executor merging,
            Executor roots,
            QueryMetrics metrics,
            int exemplarsMax) {
        this.system = system;
        this.address = ShardScatter.text(system.address());
        this.engine = engine;
        this.tiers = tiers;
        this.clock = clock;
        this.merging = merging;
        this.roots = roots;
        this.metrics = metrics;
        this.exemplarsMax = exemplarsMax;
        this.asking = new ShardScatter.Asking(system, directory, new AnswerDesk(system), settings, merging, metrics);
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
            String expression, Supplier<QueryTimes> times, long untilMillis, QueryOptions asked) {
        long started = System.nanoTime();
        // Decided once: all workers, and what is evaluated here, take the same samples for there and for gone.
        QueryOptions options = asked.withTiers(tiers.apply(clock.millis()));
        List<String> notes = new CopyOnWriteArrayList<>();
        MemoryBudget.Share memory = engine.budget().open();
        return guarded(() -> {
                    DistributedPlan plan = DistributedPlan.of(expression, times.get(), engine.settings());
                    if (plan.parts().isEmpty()) {
                        return CompletableFuture.supplyAsync(
                                () -> plan.evaluateRoot(engine, Map.of(), List.of(), address, options), roots);
                    }
                    for (SubPlan part : plan.parts()) {
                        checkText("a part of the query", utf8Bytes(part.expression()));
                    }
                    return untilClockReaches(untilMillis, options)
                            .thenComposeAsync(barrier -> ask(plan, barrier, options, notes, memory), merging)
                            .thenApplyAsync(
                                    results ->
                                            whole(plan.evaluateRoot(engine, results, notes, address, options), options),
                                    roots);
                })
                .whenComplete((result, failure) -> {
                    memory.close();
                    metrics.answered(System.nanoTime() - started);
                });
    }

    /** A rule must not take what is missing for what is not there. */
    private static QueryResult whole(QueryResult result, QueryOptions options) {
        if (!options.freshness().isZero()) {
            result.incomplete().ifPresent(why -> {
                throw new QueryException(QueryException.Kind.UNAVAILABLE, why);
            });
        }
        return result;
    }

    private static long utf8Bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void checkText(String what, long bytes) {
        if (bytes > TEXT_BYTES_MAX) {
            throw new QueryException(
                    QueryException.Kind.BAD_DATA,
                    what + " has " + bytes + " bytes of text, at most " + TEXT_BYTES_MAX + " can be asked at once");
        }
    }

    private CompletionStage<Map<Integer, PartialMerger>> ask(
            DistributedPlan plan,
            boolean barrier,
            QueryOptions options,
            List<String> notes,
            MemoryBudget.Share memory) {
        Map<Integer, PartialMerger> results = new ConcurrentHashMap<>();
        List<CompletableFuture<?>> asked = new ArrayList<>();
        Cancellation others = new Cancellation();
        QueryOptions together = options.withCancellation(new Cancellation(options.cancellation(), others));
        for (SubPlan part : plan.parts()) {
            asked.add(ShardScatter.ask(
                            asking,
                            together,
                            new QueryWorker.Evaluate(part, options.lookback(), options.tiers()),
                            barrier,
                            () -> new Merging(new PartialMerger(part, engine.settings(), memory)),
                            notes)
                    .whenComplete((merged, failure) -> {
                        if (failure != null) {
                            // Without this part there is no answer: what the others still do is for nothing.
                            others.cancel();
                        }
                    })
                    .thenAccept(merged -> results.put(part.id(), merged))
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).thenApply(done -> results);
    }

    private record Merging(PartialMerger merger) implements ShardScatter.Gathering<PartialMerger> {
        @Override
        public ShardScatter.Pages open(String node, int shards) {
            PartialMerger.Source source = merger.source(node, shards);
            return page -> source.add(((QueryWorker.ResultPage) page).content());
        }

        @Override
        public PartialMerger value() {
            return merger;
        }
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
                page -> page.series().stream().map(labels -> Labels.ofCanonicalBytes(labels, 0, labels.length)),
                Labels::compareTo);
    }

    @Override
    public CompletionStage<Found<String>> labelNames(
            List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, QueryOptions options) {
        return found(
                new QueryWorker.Find(QueryWorker.Find.What.NAMES, "", selectors, fromMillis, toMillis, 0),
                options,
                page -> page.texts().stream(),
                Labels::compareUtf8);
    }

    @Override
    public CompletionStage<Found<String>> labelValues(
            String label, List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, QueryOptions options) {
        return found(
                new QueryWorker.Find(QueryWorker.Find.What.VALUES, label, selectors, fromMillis, toMillis, 0),
                options,
                page -> page.texts().stream(),
                Labels::compareUtf8);
    }

    /**
     * What has most series.
     *
     * @param limit how many of each kind, from 1 to {@link Cardinality#LIMIT_MAX}
     */
    public CompletionStage<Cardinality> cardinality(int limit, QueryOptions options) {
        List<String> notes = new CopyOnWriteArrayList<>();
        return guarded(() -> ShardScatter.ask(
                        asking, options, new QueryWorker.CountSeries(limit), false, CardinalityGathering::new, notes)
                .thenApplyAsync(all -> all.first(limit, notes), merging));
    }

    @Override
    public CompletionStage<Found<SeriesExemplars>> exemplars(
            String expression, long fromMillis, long toMillis, QueryOptions options) {
        List<String> notes = new CopyOnWriteArrayList<>();
        return guarded(() -> {
            List<List<LabelMatcher>> selectors = ExemplarQueries.selectors(expression);
            if (selectors.isEmpty()) {
                return CompletableFuture.completedStage(new Found<>(List.of(), List.of()));
            }
            checkText("the selectors", textBytes(selectors));
            return ShardScatter.ask(
                            asking,
                            options,
                            new QueryWorker.FindExemplars(selectors, fromMillis, toMillis, exemplarsMax),
                            false,
                            () -> new GatheringExemplars(new GatheredExemplars(exemplarsMax)),
                            notes)
                    .thenApplyAsync(gathered -> new Found<>(gathered.all(), new ArrayList<>(notes)), merging);
        });
    }

    private record GatheringExemplars(GatheredExemplars gathered) implements ShardScatter.Gathering<GatheredExemplars> {
        @Override
        public ShardScatter.Pages open(String node, int shards) {
            return page -> ((QueryWorker.ExemplarPage) page).series().forEach(gathered::add);
        }

        @Override
        public GatheredExemplars value() {
            return gathered;
        }
    }

    private static long textBytes(List<List<LabelMatcher>> selectors) {
        long text = 0;
        for (List<LabelMatcher> matchers : selectors) {
            for (LabelMatcher matcher : matchers) {
                text += 16 + utf8Bytes(matcher.name()) + utf8Bytes(matcher.value());
            }
        }
        return text;
    }

    private <T> CompletionStage<Found<T>> found(
            QueryWorker.Find find,
            QueryOptions options,
            Function<QueryWorker.FoundPage, Stream<T>> values,
            Comparator<T> order) {
        List<String> notes = new CopyOnWriteArrayList<>();
        return guarded(() -> {
            checkText("the selectors", utf8Bytes(find.label()) + textBytes(find.selectors()));
            return ShardScatter.ask(asking, options, find, false, () -> new Collecting<>(values, order), notes)
                    .thenApplyAsync(
                            all -> {
                                List<T> list = new ArrayList<>(all);
                                List<String> warnings = new ArrayList<>(notes);
                                if (options.limit() > 0 && list.size() > options.limit()) {
                                    list = new ArrayList<>(list.subList(0, options.limit()));
                                    warnings.add("results truncated due to limit");
                                }
                                return new Found<>(list, warnings);
                            },
                            merging);
        });
    }

    private static final class Collecting<T> implements ShardScatter.Gathering<NavigableSet<T>> {
        private final Function<QueryWorker.FoundPage, Stream<T>> values;
        private final NavigableSet<T> all;

        Collecting(Function<QueryWorker.FoundPage, Stream<T>> values, Comparator<T> order) {
            this.values = values;
            this.all = new TreeSet<>(order);
        }

        @Override
        public ShardScatter.Pages open(String node, int shards) {
            return page -> values.apply((QueryWorker.FoundPage) page).forEach(all::add);
        }

        @Override
        public NavigableSet<T> value() {
            return all;
        }
    }

    /** Begins on the threads of merging, and fails with {@link QueryException} only. */
    private <T> CompletionStage<T> guarded(Supplier<CompletionStage<T>> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        CompletableFuture.completedStage(null)
                .thenComposeAsync(start -> work.get(), merging)
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
