package io.pharos.sharding.query;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.pharos.promql.plan.PartialPage;
import io.pharos.promql.plan.PartialResult;
import io.pharos.promql.plan.SubPlan;
import io.pharos.promql.plan.SubPlanEvaluator;
import io.pharos.promql.query.Cancellation;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.Tiers;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.sample.SeriesExemplars;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's evaluator: answers a part of a query for exactly the shards and epochs named, or refuses. */
public final class QueryWorker extends AbstractBehavior<QueryWorker.Command> {
    private static final Logger LOG = LoggerFactory.getLogger(QueryWorker.class);
    private static final Duration TICK = Duration.ofSeconds(5);
    private static final int MESSAGE_CHARS_MAX = 4_000;

    /*
     * A question is waiting (for a barrier, for a thread), running, or its pages are being fetched. All its pages are
     * made before the first is sent, after a last look that the shards were here all the while: pages that were sent stay
     * true. An asker says every second that it still waits, so what nobody fetches any more is found and forgotten; after
     * the last page a stream is forgotten at once, and an asker that lost that page is told to ask anew. An asker in this process
     * gets the objects themselves: they count as held until it says that it took them.
     */

    /** What a worker is told. */
    public sealed interface Command {}

    /**
     * A question about shards.
     *
     * @param stream the asker's number of this question; the answers carry it
     * @param shards exactly these, each under exactly this epoch
     * @param barrier first wait until everything that came to these shards before was applied or refused
     * @param pages how many pages of the answer may come before {@link More} is told
     */
    public record Ask(
            long stream,
            Map<Integer, Long> shards,
            Work work,
            Duration timeout,
            boolean barrier,
            int pages,
            ActorRef<Answer> replyTo)
            implements Command {}

    /**
     * The asker goes on: credit for more pages, told after each page and when nothing came for a second.
     *
     * @param received pages that came
     * @param upTo pages that may be sent in all
     */
    public record More(long stream, int received, int upTo, ActorRef<Answer> replyTo) implements Command {}

    /** Nobody waits for the answer any more; also told by an asker in this process that took the result of a part. */
    public record Cancel(long stream) implements Command {}

    private record Passed(AnswerStream stream) implements Command {}

    private record BarrierLate(AnswerStream stream) implements Command {}

    private record Finished(AnswerStream stream, List<? extends Answer> answers, long nearBytes) implements Command {}

    private record Tick() implements Command {}

    /** What is to be done. */
    public sealed interface Work {}

    /**
     * Evaluate a part of a plan.
     *
     * @param tiers from when on there are samples as they came, and from when on points only, for the whole query alike
     */
    public record Evaluate(SubPlan part, Duration lookback, Tiers tiers) implements Work {}

    /**
     * Find series.
     *
     * @param label for {@link Find.What#VALUES} the label, else empty
     * @param selectors any of them; none stands for all series
     * @param limit at most so many; 0 for no limit
     */
    public record Find(
            What what, String label, List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, int limit)
            implements Work {
        /** What is looked for. */
        public enum What {
            /** Label sets, as canonical bytes. */
            SERIES,
            /** Label names. */
            NAMES,
            /** Values of one label. */
            VALUES
        }
    }

    /**
     * Find exemplars.
     *
     * @param selectors any of them
     * @param limit more are an error
     */
    public record FindExemplars(List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, int limit)
            implements Work {}

    /**
     * Count what has most series.
     *
     * @param limit how many of each kind will be shown
     */
    public record CountSeries(int limit) implements Work {}

    /** An answer, or a page of one. */
    public sealed interface Answer {
        /** The question's number. */
        long stream();
    }

    /** A page; those of an answer come in order, the next ones as far as credit goes. */
    public sealed interface Page extends Answer {
        /** From 0. */
        int number();

        /** Whether it is the answer's last one. */
        boolean last();
    }

    /** A page of a part's result. */
    public record ResultPage(long stream, int number, boolean last, PartialPage content) implements Page {}

    /**
     * A page of what was found.
     *
     * @param series canonical labels, for series
     * @param texts names or values, else
     */
    public record FoundPage(long stream, int number, boolean last, List<byte[]> series, List<String> texts)
            implements Page {}

    /** A page of exemplars; a series may go on on the next. */
    public record ExemplarPage(long stream, int number, boolean last, List<SeriesExemplars> series) implements Page {}

    /** A page of what was counted. */
    public record CardinalityPage(long stream, int number, boolean last, List<CardinalityRow> rows) implements Page {}

    /**
     * One thing counted.
     *
     * @param name empty for what has none
     * @param count of series, or as the kind says
     * @param bound for a label: all hashes of its values below this are there
     * @param hashes for a label, ascending
     */
    public record CardinalityRow(Kind kind, String name, long count, long bound, long[] hashes) {
        /** What is counted. */
        public enum Kind {
            /** Series. */
            SERIES,
            /** Chunks in memory. */
            CHUNKS,
            /** The time of the oldest sample in memory. */
            MIN_TIME,
            /** The time of the newest. */
            MAX_TIME,
            /** Series of a metric. */
            METRIC,
            /** The largest count of a metric that has no row. */
            METRIC_CUT,
            /** Series of a pair. */
            PAIR,
            /** The largest count of a pair that has no row. */
            PAIR_CUT,
            /** Bytes of the values of a label, and the hashes of the values. */
            LABEL
        }
    }

    /** Some shard is not here under its epoch, too many wait, or the answer is no longer held: ask again elsewhere or later. */
    public record Refused(long stream, String why) implements Answer {}

    /** The question has no answer. */
    public record Failed(long stream, QueryException.Kind kind, String message) implements Answer {}

    private final IntFunction<@Nullable OpenShard> open;
    private final StoredSamples stored;
    private final ExemplarSearch exemplars;
    private final SubPlanEvaluator evaluator;
    private final QuerySettings settings;
    private final Executor executor;
    private final QueryMetrics metrics;
    private final ArrayDeque<AnswerStream> waiting = new ArrayDeque<>();
    private final Map<Long, AnswerStream> streams = new HashMap<>();
    private int running;
    private long heldBytes;

    private QueryWorker(
            ActorContext<Command> context,
            IntFunction<@Nullable OpenShard> open,
            StoredSamples stored,
            ExemplarSearch exemplars,
            SubPlanEvaluator evaluator,
            QuerySettings settings,
            Executor executor,
            QueryMetrics metrics) {
        super(context);
        this.open = open;
        this.stored = stored;
        this.exemplars = exemplars;
        this.evaluator = evaluator;
        this.settings = settings;
        this.executor = executor;
        this.metrics = metrics;
    }

    /**
     * The worker of a node.
     *
     * @param open the open shard of a number, or null
     * @param executor may be blocked
     */
    public static Behavior<Command> create(
            IntFunction<@Nullable OpenShard> open,
            StoredSamples stored,
            ExemplarSearch exemplars,
            SubPlanEvaluator evaluator,
            QuerySettings settings,
            Executor executor,
            QueryMetrics metrics) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new Tick(), TICK);
            return new QueryWorker(context, open, stored, exemplars, evaluator, settings, executor, metrics);
        }));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Ask.class, this::onAsk)
                .onMessage(More.class, this::onMore)
                .onMessage(Cancel.class, this::onCancel)
                .onMessage(Passed.class, this::onPassed)
                .onMessage(BarrierLate.class, this::onBarrierLate)
                .onMessage(Finished.class, this::onFinished)
                .onMessage(Tick.class, tick -> onTick())
                .build();
    }

    private Behavior<Command> onAsk(Ask ask) {
        if (streams.containsKey(ask.stream)) {
            return this;
        }
        if (waiting.size() >= settings.queueMax()) {
            metrics.refused();
            ask.replyTo.tell(new Refused(
                    ask.stream,
                    "too many queries wait on this node: " + settings.queueMax()
                            + " (pharos.sharding.query.queue-max)"));
            return this;
        }
        AnswerStream stream = new AnswerStream(ask, System.nanoTime());
        if (ask.barrier && !ask.shards.isEmpty()) {
            passBarrier(stream);
        } else {
            streams.put(ask.stream, stream);
            waiting.add(stream);
            runNext();
        }
        return this;
    }

    private void passBarrier(AnswerStream stream) {
        List<OpenShard> shards = named(stream.ask());
        if (shards == null) {
            metrics.refused();
            stream.tell(refusal(stream));
            return;
        }
        streams.put(stream.number(), stream);
        ActorRef<Command> self = getContext().getSelf();
        getContext()
                .spawnAnonymous(BarrierWait.create(
                        shards,
                        stream.ask().timeout(),
                        passed -> self.tell(passed ? new Passed(stream) : new BarrierLate(stream))));
    }

    private Behavior<Command> onPassed(Passed passed) {
        if (streams.get(passed.stream.number()) == passed.stream) {
            waiting.add(passed.stream);
            runNext();
        }
        return this;
    }

    private Behavior<Command> onBarrierLate(BarrierLate late) {
        if (streams.remove(late.stream.number(), late.stream)) {
            metrics.refused();
            late.stream.tell(refusal(late.stream));
        }
        return this;
    }

    private Behavior<Command> onMore(More more) {
        AnswerStream stream = streams.get(more.stream);
        if (stream == null) {
            more.replyTo.tell(new Refused(more.stream, "the answer is no longer held"));
            return this;
        }
        long held = stream.heldBytes();
        boolean whole = stream.more(more.received, more.upTo, System.nanoTime());
        heldBytes += stream.heldBytes() - held;
        if (!whole) {
            stream.tell(new Refused(more.stream, "pages of the answer were lost"));
        }
        if (!whole || stream.isOver()) {
            forget(stream);
        }
        runNext();
        return this;
    }

    private Behavior<Command> onCancel(Cancel cancel) {
        AnswerStream stream = streams.get(cancel.stream);
        if (stream != null) {
            forget(stream);
            runNext();
        }
        return this;
    }

    /** Wherever it is: what runs ends by itself at its next look. */
    private void forget(AnswerStream stream) {
        stream.cancellation().cancel();
        if (streams.remove(stream.number(), stream)) {
            heldBytes -= stream.heldBytes();
            waiting.remove(stream);
        }
    }

    private Behavior<Command> onTick() {
        long now = System.nanoTime();
        List<AnswerStream> left = new ArrayList<>();
        for (AnswerStream stream : streams.values()) {
            if (stream.isLeft(now)) {
                left.add(stream);
            }
        }
        left.forEach(this::forget);
        runNext();
        return this;
    }

    private Behavior<Command> onFinished(Finished finished) {
        running--;
        AnswerStream stream = finished.stream;
        if (streams.get(stream.number()) == stream) {
            stream.send(finished.answers, finished.nearBytes, System.nanoTime());
            if (stream.isOver()) {
                streams.remove(stream.number());
            } else {
                heldBytes += stream.heldBytes();
            }
        }
        runNext();
        return this;
    }

    private void runNext() {
        while (running < settings.concurrency() && heldBytes < settings.resultBytesMax() && !waiting.isEmpty()) {
            AnswerStream stream = waiting.remove();
            ActorRef<Command> self = getContext().getSelf();
            running++;
            executor.execute(() -> {
                List<? extends Answer> answers =
                        List.of(new Failed(stream.number(), QueryException.Kind.INTERNAL, "the evaluation ended"));
                try {
                    answers = answers(stream);
                } finally {
                    long nearBytes = isNear(stream.ask()) ? AnswerPages.nearBytes(answers.get(0)) : 0;
                    self.tell(new Finished(stream, answers, nearBytes));
                }
            });
        }
    }

    /** Whether the asker is in this process. */
    private static boolean isNear(Ask ask) {
        return ask.replyTo.path().address().hasLocalScope();
    }

    private static Refused refusal(AnswerStream stream) {
        return new Refused(stream.number(), "a shard is not on this node under the epoch named");
    }

    private @Nullable List<OpenShard> named(Ask ask) {
        List<OpenShard> shards = new ArrayList<>(ask.shards.size());
        for (Map.Entry<Integer, Long> wanted : ask.shards.entrySet()) {
            OpenShard shard = open.apply(wanted.getKey());
            if (shard == null || shard.epoch() != wanted.getValue()) {
                return null;
            }
            shards.add(shard);
        }
        return shards;
    }

    private List<? extends Answer> answers(AnswerStream stream) {
        Ask ask = stream.ask();
        List<OpenShard> shards = named(ask);
        if (shards == null) {
            metrics.refused();
            return List.of(refusal(stream));
        }
        metrics.part();
        try {
            List<? extends Answer> pages = pages(stream, shards);
            if (named(ask) == null) {
                metrics.refused();
                return List.of(new Refused(ask.stream, "a shard left this node while it was read"));
            }
            return pages;
        } catch (QueryException refused) {
            return List.of(new Failed(ask.stream, refused.kind(), shortened(String.valueOf(refused.getMessage()))));
        } catch (RuntimeException fault) {
            LOG.error("a part of a query failed", fault);
            return List.of(new Failed(ask.stream, QueryException.Kind.INTERNAL, shortened(fault.toString())));
        }
    }

    private List<? extends Answer> pages(AnswerStream stream, List<OpenShard> shards) {
        Ask ask = stream.ask();
        if (ask.work instanceof Evaluate evaluate) {
            return AnswerPages.of(ask.stream, evaluate(ask, evaluate, shards, stream.cancellation()), isNear(ask));
        }
        if (ask.work instanceof FindExemplars find) {
            StoreWait wait = new StoreWait(stream.cancellation(), System.nanoTime() + ask.timeout.toNanos());
            return AnswerPages.ofExemplars(ask.stream, exemplars.find(shards, find, wait));
        }
        return ask.work instanceof CountSeries wanted
                ? AnswerPages.of(ask.stream, CardinalityCount.count(shards, wanted.limit))
                : AnswerPages.of(
                        ask.stream,
                        SeriesFinder.find(
                                shards,
                                (Find) ask.work,
                                stored.past(),
                                new StoreWait(stream.cancellation(), System.nanoTime() + ask.timeout.toNanos())));
    }

    private static String shortened(String text) {
        return text.length() <= MESSAGE_CHARS_MAX ? text : text.substring(0, MESSAGE_CHARS_MAX) + "...";
    }

    private PartialResult evaluate(Ask ask, Evaluate evaluate, List<OpenShard> shards, Cancellation cancellation) {
        QueryOptions options =
                new QueryOptions(ask.timeout, evaluate.lookback, 0, false, Duration.ZERO, cancellation, evaluate.tiers);
        ShardSeriesSource source = new ShardSeriesSource(
                shards,
                stored,
                settings,
                metrics,
                evaluate.tiers(),
                cancellation,
                System.nanoTime() + ask.timeout.toNanos());
        return evaluator.evaluate(evaluate.part, options, source);
    }
}
