package io.pharos.sharding.query;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;

/** Asks all shards one thing: finds their workers, names shards and epochs, and asks again what was refused. For one query. */
final class ShardScatter {
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int GROUPS_PER_WORKER =
            Math.min(4, Runtime.getRuntime().availableProcessors());

    private final ActorSystem<?> system;
    private final ShardDirectory directory;
    private final Executor executor;
    private final QueryMetrics metrics;
    private final QueryOptions options;
    private final long deadlineNanos;
    private final long patienceNanos;
    private final String id = UUID.randomUUID().toString();
    private final List<String> notes = new CopyOnWriteArrayList<>();

    ShardScatter(
            ActorSystem<?> system,
            ShardDirectory directory,
            QuerySettings settings,
            Executor executor,
            QueryMetrics metrics,
            QueryOptions options) {
        this.system = system;
        this.directory = directory;
        this.executor = executor;
        this.metrics = metrics;
        this.options = options;
        long now = System.nanoTime();
        this.deadlineNanos = now + options.timeout().toNanos();
        this.patienceNanos =
                now + Math.min(options.timeout().toNanos(), settings.shardWait().toNanos());
    }

    /** Which shards are missing in the answers, in words. */
    List<String> notes() {
        return notes;
    }

    /** Every answer of every shard, each shard once; fails naming the shards that are missing, unless partial answers were asked for. */
    CompletionStage<List<QueryWorker.Answer>> ask(QueryWorker.Work work, boolean barrier) {
        SortedSet<Integer> all = new TreeSet<>();
        for (int shard = 0; shard < directory.shardCount(); shard++) {
            all.add(shard);
        }
        CompletableFuture<List<QueryWorker.Answer>> result = new CompletableFuture<>();
        round(work, barrier, all, new ArrayList<>(), result);
        return result;
    }

    private record Group(ActorRef<QueryWorker.Command> worker, Map<Integer, Long> shards) {}

    private void round(
            QueryWorker.Work work,
            boolean barrier,
            SortedSet<Integer> wanted,
            List<QueryWorker.Answer> answers,
            CompletableFuture<List<QueryWorker.Answer>> result) {
        if (options.cancellation().isCancelled()) {
            result.completeExceptionally(new QueryException(QueryException.Kind.CANCELED, "query was canceled"));
            return;
        }
        List<Group> groups = new ArrayList<>();
        SortedSet<Integer> missing = locate(wanted, groups);
        long now = System.nanoTime();
        boolean patient = now - patienceNanos < 0;
        if (!missing.isEmpty() && patient) {
            // Part of an answer is of no use while the rest may come: all is asked at once, from one state of the
            // cluster.
            again(work, barrier, wanted, answers, result);
            return;
        }
        if (!missing.isEmpty() && !options.partialAllowed()) {
            result.completeExceptionally(
                    new QueryException(QueryException.Kind.UNAVAILABLE, "not available now: " + names(missing)));
            return;
        }
        if (!missing.isEmpty()) {
            notes.add("partial result: not available now: " + names(missing));
        }
        List<CompletableFuture<Void>> asked = new ArrayList<>(groups.size());
        SortedSet<Integer> refused = new TreeSet<>();
        for (Group group : groups) {
            asked.add(askGroup(group, work, barrier)
                    .thenAccept(answer -> {
                        synchronized (answers) {
                            if (answer instanceof QueryWorker.Refused) {
                                refused.addAll(group.shards.keySet());
                            } else if (answer instanceof QueryWorker.Failed failed) {
                                throw new QueryException(failed.kind(), failed.message());
                            } else {
                                answers.add(answer);
                            }
                        }
                    })
                    .toCompletableFuture());
        }
        CompletableFuture<Void> done = CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new));
        done.whenCompleteAsync(
                (nothing, failure) -> {
                    if (failure != null) {
                        result.completeExceptionally(translated(failure));
                    } else if (refused.isEmpty()) {
                        result.complete(answers);
                    } else if (System.nanoTime() - patienceNanos < 0) {
                        metrics.askedAgain();
                        again(work, barrier, refused, answers, result);
                    } else if (options.partialAllowed()) {
                        notes.add("partial result: not available now: " + names(refused));
                        result.complete(answers);
                    } else {
                        result.completeExceptionally(new QueryException(
                                QueryException.Kind.UNAVAILABLE, "not available now: " + names(refused)));
                    }
                },
                executor);
        watchCancellation(done, groups);
    }

    /** Splits what a worker has into a few groups, so that one query uses more than one of its cores. */
    private SortedSet<Integer> locate(SortedSet<Integer> wanted, List<Group> groups) {
        List<ShardDirectory.@org.jspecify.annotations.Nullable Place> places = directory.places();
        SortedSet<Integer> missing = new TreeSet<>();
        Map<ActorRef<QueryWorker.Command>, List<Group>> byWorker = new HashMap<>();
        for (int shard : wanted) {
            ShardDirectory.Place place = places.get(shard);
            if (place == null) {
                missing.add(shard);
                continue;
            }
            List<Group> mine = byWorker.computeIfAbsent(place.worker(), added -> new ArrayList<>());
            if (mine.size() < GROUPS_PER_WORKER) {
                mine.add(new Group(place.worker(), new HashMap<>()));
            }
            mine.get(shard % mine.size()).shards.put(shard, place.epoch());
        }
        byWorker.values()
                .forEach(mine ->
                        mine.stream().filter(group -> !group.shards.isEmpty()).forEach(groups::add));
        return missing;
    }

    private CompletionStage<QueryWorker.Answer> askGroup(Group group, QueryWorker.Work work, boolean barrier) {
        Duration left = Duration.ofNanos(Math.max(1_000_000, deadlineNanos - System.nanoTime()));
        CompletableFuture<QueryWorker.Answer> answer = AskPattern.<QueryWorker.Command, QueryWorker.Answer>ask(
                        group.worker,
                        replyTo -> new QueryWorker.Ask(id, group.shards, work, left, barrier, replyTo),
                        left.plusSeconds(1),
                        system.scheduler())
                .toCompletableFuture();
        watchWorker(answer, group.worker);
        return answer;
    }

    /** A node that is gone answers nothing: what it was asked is asked of the next owners, not waited for. */
    private void watchWorker(CompletableFuture<QueryWorker.Answer> answer, ActorRef<QueryWorker.Command> worker) {
        system.scheduler()
                .scheduleOnce(
                        LOOK,
                        () -> {
                            if (!answer.isDone()) {
                                if (directory.knows(worker)) {
                                    watchWorker(answer, worker);
                                } else {
                                    answer.complete(new QueryWorker.Refused("the node is gone"));
                                }
                            }
                        },
                        system.executionContext());
    }

    private void again(
            QueryWorker.Work work,
            boolean barrier,
            SortedSet<Integer> wanted,
            List<QueryWorker.Answer> answers,
            CompletableFuture<List<QueryWorker.Answer>> result) {
        system.scheduler()
                .scheduleOnce(
                        PAUSE,
                        () -> executor.execute(() -> round(work, barrier, wanted, answers, result)),
                        system.executionContext());
    }

    private void watchCancellation(CompletableFuture<Void> done, List<Group> groups) {
        system.scheduler()
                .scheduleOnce(
                        LOOK,
                        () -> {
                            if (done.isDone()) {
                                return;
                            }
                            if (options.cancellation().isCancelled()) {
                                groups.forEach(group -> group.worker.tell(new QueryWorker.Cancel(id)));
                            } else {
                                watchCancellation(done, groups);
                            }
                        },
                        system.executionContext());
    }

    private static Throwable translated(Throwable failure) {
        Throwable cause = failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof TimeoutException
                ? new QueryException(QueryException.Kind.TIMEOUT, "query timed out in expression evaluation", cause)
                : cause;
    }

    private static String names(SortedSet<Integer> shards) {
        StringBuilder names = new StringBuilder(shards.size() == 1 ? "shard " : "shards ");
        String separator = "";
        for (int shard : shards) {
            names.append(separator).append(shard);
            separator = ", ";
        }
        return names.toString();
    }
}
