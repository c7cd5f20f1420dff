package io.pharos.sharding.query;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks all shards one thing: finds their workers, names shards and epochs, takes the answers page by page, and asks again what was
 * refused or lost. For one question.
 */
final class ShardScatter<T> implements AnswerDesk.Asker {
    /*
     * Everything below runs one at a time. A group of shards that refuses before its first page is asked again alone.
     * When pages of a group are lost, or its worker goes, after some were taken, what was gathered cannot be told apart any
     * more: all is thrown away and asked again. A group that moved, by what the directory says now, refuses in absence.
     */
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int WINDOW = 4;
    private static final int GROUPS_PER_WORKER =
            Math.min(4, Runtime.getRuntime().availableProcessors());

    /** What queries of a node ask with. */
    record Asking(
            ActorSystem<?> system,
            ShardDirectory directory,
            AnswerDesk desk,
            QuerySettings settings,
            Executor executor,
            QueryMetrics metrics) {}

    /** Gathers the pages of all shards into one value. */
    interface Gathering<T> {
        /**
         * The way in for the pages of one more group of shards; they come in their order.
         *
         * @param node the address of the node that answers
         * @param shards how many shards it answers for
         */
        Pages open(String node, int shards);

        /** The value, when every page is there. */
        T value();
    }

    /** Takes the pages of one group. */
    interface Pages {
        void add(QueryWorker.Page page);
    }

    private static final class Group {
        final ActorRef<QueryWorker.Command> worker;
        final Map<Integer, Long> shards = new HashMap<>();
        long stream;

        @Nullable
        Pages pages;

        int received;
        long heardNanos;

        Group(ActorRef<QueryWorker.Command> worker) {
            this.worker = worker;
        }
    }

    private final Asking asking;
    private final QueryOptions options;
    private final QueryWorker.Work work;
    private final boolean barrier;
    private final Supplier<Gathering<T>> gatherings;
    private final List<String> notes;
    private final OneAtATime steps;
    private final long deadlineNanos;
    private final long patienceNanos;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final Map<Long, Group> open = new HashMap<>();
    private final SortedSet<Integer> refused = new TreeSet<>();
    private final SortedSet<Integer> broken = new TreeSet<>();
    private Gathering<T> gathering;
    private String lastWhy = "";

    private ShardScatter(
            Asking asking,
            QueryOptions options,
            QueryWorker.Work work,
            boolean barrier,
            Supplier<Gathering<T>> gatherings,
            List<String> notes) {
        this.asking = asking;
        this.options = options;
        this.work = work;
        this.barrier = barrier;
        this.gatherings = gatherings;
        this.gathering = gatherings.get();
        this.notes = notes;
        this.steps = new OneAtATime(asking.executor);
        long now = System.nanoTime();
        this.deadlineNanos = now + options.timeout().toNanos();
        this.patienceNanos = now
                + Math.min(
                        options.timeout().toNanos(), asking.settings.shardWait().toNanos());
    }

    /**
     * What every shard answers, each once; fails naming the shards that are missing, unless partial answers were asked for.
     *
     * @param gatherings a new one for each time all shards are asked
     * @param notes where is said which shards are missing; safe for several threads
     */
    static <T> CompletionStage<T> ask(
            Asking asking,
            QueryOptions options,
            QueryWorker.Work work,
            boolean barrier,
            Supplier<Gathering<T>> gatherings,
            List<String> notes) {
        ShardScatter<T> scatter = new ShardScatter<>(asking, options, work, barrier, gatherings, notes);
        scatter.step(() -> scatter.round(scatter.allShards()));
        return scatter.result;
    }

    private SortedSet<Integer> allShards() {
        SortedSet<Integer> all = new TreeSet<>();
        for (int shard = 0; shard < asking.directory.shardCount(); shard++) {
            all.add(shard);
        }
        return all;
    }

    private void step(Runnable step) {
        steps.execute(() -> {
            if (result.isDone()) {
                return;
            }
            try {
                step.run();
            } catch (RuntimeException | Error failure) {
                fail(failure);
            }
        });
    }

    private void round(SortedSet<Integer> wanted) {
        refused.clear();
        List<Group> groups = new ArrayList<>();
        SortedSet<Integer> missing = locate(wanted, groups);
        if (!missing.isEmpty() && isPatient()) {
            // Part of an answer is of no use while the rest may come: all is asked at once, from one state of the
            // cluster.
            again(wanted);
            return;
        }
        if (!missing.isEmpty()) {
            doWithout(missing, "");
        }
        send(groups);
        roundDone();
    }

    private void send(List<Group> groups) {
        for (Group group : groups) {
            group.stream = asking.desk.open(this);
            group.heardNanos = System.nanoTime();
            open.put(group.stream, group);
        }
        long left = Math.max(1_000_000, deadlineNanos - System.nanoTime());
        for (Group group : groups) {
            group.worker.tell(new QueryWorker.Ask(
                    group.stream, group.shards, work, Duration.ofNanos(left), barrier, WINDOW, asking.desk.ref()));
        }
    }

    private boolean isPatient() {
        return System.nanoTime() - patienceNanos < 0;
    }

    /** Splits what a worker has into a few groups, so that one query uses more than one of its cores. */
    private SortedSet<Integer> locate(SortedSet<Integer> wanted, List<Group> groups) {
        List<ShardDirectory.@Nullable Place> places = asking.directory.places();
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
                mine.add(new Group(place.worker()));
            }
            mine.get(shard % mine.size()).shards.put(shard, place.epoch());
        }
        byWorker.values()
                .forEach(mine ->
                        mine.stream().filter(group -> !group.shards.isEmpty()).forEach(groups::add));
        return missing;
    }

    @Override
    public void onAnswer(QueryWorker.Answer answer) {
        step(() -> {
            Group group = open.get(answer.stream());
            if (group == null) {
                return;
            }
            if (answer instanceof QueryWorker.Page page) {
                onPage(group, page);
            } else if (answer instanceof QueryWorker.Refused no) {
                onRefused(group, no.why());
            } else if (answer instanceof QueryWorker.Failed failed) {
                close(group);
                if (failed.kind() != QueryException.Kind.UNAVAILABLE
                        || !options.partialAllowed()
                        || group.received > 0) {
                    throw new QueryException(failed.kind(), failed.message());
                }
                onUnavailable(group, failed.message());
            }
        });
    }

    private void onPage(Group group, QueryWorker.Page page) {
        group.heardNanos = System.nanoTime();
        if (page.number() != group.received) {
            group.worker.tell(new QueryWorker.Cancel(group.stream));
            onRefused(group, "page " + group.received + " of an answer was lost");
            return;
        }
        Pages pages = group.pages;
        if (pages == null) {
            pages = gathering.open(address(group.worker), group.shards.size());
            group.pages = pages;
        }
        pages.add(page);
        group.received++;
        if (page.last()) {
            if (group.worker.path().address().hasLocalScope() && AnswerPages.nearBytes(page) > 0) {
                // The worker has counted the objects as its own up to now.
                group.worker.tell(new QueryWorker.Cancel(group.stream));
            }
            close(group);
            roundDone();
        } else {
            tellMore(group);
        }
    }

    /** What cannot be read may be of one shard only: each is asked alone, and only that one is done without. */
    private void onUnavailable(Group group, String why) {
        if (group.shards.size() == 1) {
            doWithout(new TreeSet<>(group.shards.keySet()), why);
        } else {
            List<Group> alone = new ArrayList<>();
            group.shards.forEach((shard, epoch) -> {
                Group one = new Group(group.worker);
                one.shards.put(shard, epoch);
                alone.add(one);
            });
            send(alone);
        }
        roundDone();
    }

    private String address(ActorRef<QueryWorker.Command> worker) {
        Address address = worker.path().address();
        return text(address.hasLocalScope() ? asking.system.address() : address);
    }

    /** Host and port, or the system's name where it listens nowhere. */
    static String text(Address address) {
        return address.getHost()
                .map(host -> host + ":" + address.getPort().map(String::valueOf).orElse(""))
                .orElse(address.system());
    }

    private void tellMore(Group group) {
        group.worker.tell(
                new QueryWorker.More(group.stream, group.received, group.received + WINDOW, asking.desk.ref()));
    }

    private void onRefused(Group group, String why) {
        lastWhy = why;
        close(group);
        (group.received > 0 ? broken : refused).addAll(group.shards.keySet());
        roundDone();
    }

    private void close(Group group) {
        open.remove(group.stream);
        asking.desk.close(group.stream);
    }

    private void roundDone() {
        if (!open.isEmpty()) {
            return;
        }
        if (refused.isEmpty() && broken.isEmpty()) {
            result.complete(gathering.value());
        } else if (isPatient()) {
            asking.metrics.askedAgain();
            SortedSet<Integer> next = new TreeSet<>(refused);
            if (!broken.isEmpty()) {
                broken.clear();
                gathering = gatherings.get();
                next = allShards();
            }
            again(next);
        } else if (!broken.isEmpty()) {
            throw new QueryException(
                    QueryException.Kind.UNAVAILABLE, "the answer of " + names(broken) + " was lost: " + lastWhy);
        } else {
            doWithout(refused, lastWhy);
            result.complete(gathering.value());
        }
    }

    /** Patience is over. */
    private void doWithout(SortedSet<Integer> shards, String why) {
        String what = "not available now: " + names(shards) + (why.isEmpty() ? "" : " (" + why + ")");
        if (!options.partialAllowed()) {
            throw new QueryException(QueryException.Kind.UNAVAILABLE, what);
        }
        notes.add("partial result: " + what);
    }

    private void again(SortedSet<Integer> wanted) {
        SortedSet<Integer> next = new TreeSet<>(wanted);
        asking.system
                .scheduler()
                .scheduleOnce(PAUSE, () -> step(() -> ifWanted(() -> round(next))), asking.system.executionContext());
    }

    @Override
    public void look() {
        step(() -> ifWanted(this::lookAtGroups));
    }

    private void ifWanted(Runnable goOn) {
        if (options.cancellation().isCancelled()) {
            throw new QueryException(QueryException.Kind.CANCELED, "query was canceled");
        }
        if (System.nanoTime() - deadlineNanos >= 0) {
            throw QueryException.timedOut("in expression evaluation", options.timeout());
        }
        goOn.run();
    }

    private void lookAtGroups() {
        List<ShardDirectory.@Nullable Place> places = asking.directory.places();
        long now = System.nanoTime();
        for (Group group : List.copyOf(open.values())) {
            // Pages under way were true when they were made, whatever moved since; but nobody sends those of a dead
            // node.
            if (group.received > 0 ? !asking.directory.knows(group.worker) : hasMoved(group, places)) {
                group.worker.tell(new QueryWorker.Cancel(group.stream));
                onRefused(group, "a shard moved");
            } else if (now - group.heardNanos >= SILENCE_NANOS) {
                group.heardNanos = now;
                tellMore(group);
            }
        }
    }

    private static boolean hasMoved(Group group, List<ShardDirectory.@Nullable Place> places) {
        for (Map.Entry<Integer, Long> shard : group.shards.entrySet()) {
            ShardDirectory.Place place = places.get(shard.getKey());
            if (place == null
                    || place.epoch() != shard.getValue()
                    || !place.worker().equals(group.worker)) {
                return true;
            }
        }
        return false;
    }

    /** Nobody needs the other answers now. */
    private void fail(Throwable failure) {
        for (Group group : List.copyOf(open.values())) {
            close(group);
            group.worker.tell(new QueryWorker.Cancel(group.stream));
        }
        result.completeExceptionally(failure);
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
