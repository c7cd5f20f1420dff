package io.pharos.sharding.query;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.pharos.promql.plan.PartialResult;
import io.pharos.promql.plan.SubPlan;
import io.pharos.promql.plan.SubPlanEvaluator;
import io.pharos.promql.query.Cancellation;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.shard.SeriesShard;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.store.ChunkStore;
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

    /** What a worker is told. */
    public sealed interface Command {}

    /**
     * A question about shards.
     *
     * @param id the asker's number, by which it can be cancelled
     * @param shards exactly these, each under exactly this epoch
     * @param barrier first wait until everything that came to these shards before was applied or refused
     */
    public record Ask(
            String id,
            Map<Integer, Long> shards,
            Work work,
            Duration timeout,
            boolean barrier,
            ActorRef<Answer> replyTo)
            implements Command {}

    /** Nobody waits for the answer any more. */
    public record Cancel(String id) implements Command {}

    private record Passed(Ask ask) implements Command {}

    private record Finished(Ask ask) implements Command {}

    /** What is to be done. */
    public sealed interface Work {}

    /** Evaluate a part of a plan. */
    public record Evaluate(SubPlan part, Duration lookback) implements Work {}

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

    /** An answer. */
    public sealed interface Answer {}

    /** The part's result. */
    public record Evaluated(PartialResult result) implements Answer {}

    /**
     * What was found.
     *
     * @param series canonical labels, for series
     * @param texts names or values, else
     */
    public record FoundHere(List<byte[]> series, List<String> texts) implements Answer {}

    /** Some shard is not here under its epoch, or too many wait: ask again elsewhere or later. */
    public record Refused(String why) implements Answer {}

    /** The question has no answer. */
    public record Failed(QueryException.Kind kind, String message) implements Answer {}

    private final IntFunction<@Nullable OpenShard> open;
    private final ChunkStore chunks;
    private final SubPlanEvaluator evaluator;
    private final QuerySettings settings;
    private final Executor executor;
    private final QueryMetrics metrics;
    private final ArrayDeque<Ask> waiting = new ArrayDeque<>();
    private final Map<String, Cancellation> cancellations = new HashMap<>();
    private int running;

    private QueryWorker(
            ActorContext<Command> context,
            IntFunction<@Nullable OpenShard> open,
            ChunkStore chunks,
            SubPlanEvaluator evaluator,
            QuerySettings settings,
            Executor executor,
            QueryMetrics metrics) {
        super(context);
        this.open = open;
        this.chunks = chunks;
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
            ChunkStore chunks,
            SubPlanEvaluator evaluator,
            QuerySettings settings,
            Executor executor,
            QueryMetrics metrics) {
        return Behaviors.setup(
                context -> new QueryWorker(context, open, chunks, evaluator, settings, executor, metrics));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Ask.class, this::onAsk)
                .onMessage(Cancel.class, this::onCancel)
                .onMessage(Passed.class, this::onPassed)
                .onMessage(Finished.class, this::onFinished)
                .build();
    }

    private Behavior<Command> onAsk(Ask ask) {
        if (waiting.size() >= settings.queueMax()) {
            metrics.refused();
            ask.replyTo.tell(new Refused("too many queries wait on this node"));
            return this;
        }
        cancellations.computeIfAbsent(ask.id, added -> new Cancellation());
        if (ask.barrier && !ask.shards.isEmpty()) {
            passBarrier(ask);
        } else {
            waiting.add(ask);
            runNext();
        }
        return this;
    }

    private void passBarrier(Ask ask) {
        List<OpenShard> shards = named(ask);
        if (shards == null) {
            refuse(ask);
            return;
        }
        ActorRef<Command> self = getContext().getSelf();
        int[] left = {shards.size()};
        ActorRef<SeriesShard.Passed> counter = getContext()
                .spawnAnonymous(Behaviors.receiveMessage((SeriesShard.Passed passed) -> {
                    if (--left[0] > 0) {
                        return Behaviors.same();
                    }
                    self.tell(new Passed(ask));
                    return Behaviors.stopped();
                }));
        for (OpenShard shard : shards) {
            shard.commands().tell(new SeriesShard.Barrier(counter));
        }
    }

    private Behavior<Command> onPassed(Passed passed) {
        waiting.add(passed.ask);
        runNext();
        return this;
    }

    private Behavior<Command> onCancel(Cancel cancel) {
        Cancellation cancellation = cancellations.get(cancel.id);
        if (cancellation != null) {
            cancellation.cancel();
        }
        return this;
    }

    private Behavior<Command> onFinished(Finished finished) {
        running--;
        cancellations.remove(finished.ask.id);
        runNext();
        return this;
    }

    private void runNext() {
        while (running < settings.concurrency() && !waiting.isEmpty()) {
            Ask ask = waiting.remove();
            Cancellation cancellation = cancellations.computeIfAbsent(ask.id, added -> new Cancellation());
            ActorRef<Command> self = getContext().getSelf();
            running++;
            executor.execute(() -> {
                try {
                    ask.replyTo.tell(answer(ask, cancellation));
                } finally {
                    self.tell(new Finished(ask));
                }
            });
        }
    }

    private void refuse(Ask ask) {
        metrics.refused();
        cancellations.remove(ask.id);
        ask.replyTo.tell(new Refused("a shard is not on this node under the epoch named"));
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

    private Answer answer(Ask ask, Cancellation cancellation) {
        List<OpenShard> shards = named(ask);
        if (shards == null) {
            metrics.refused();
            return new Refused("a shard is not on this node under the epoch named");
        }
        metrics.part();
        try {
            Answer answer = ask.work instanceof Evaluate evaluate
                    ? evaluate(ask, evaluate, shards, cancellation)
                    : SeriesFinder.find(shards, (Find) ask.work);
            if (named(ask) == null) {
                metrics.refused();
                return new Refused("a shard left this node while it was read");
            }
            return answer;
        } catch (QueryException refused) {
            return new Failed(refused.kind(), String.valueOf(refused.getMessage()));
        } catch (RuntimeException fault) {
            LOG.error("a part of a query failed", fault);
            return new Failed(QueryException.Kind.INTERNAL, fault.toString());
        }
    }

    private Answer evaluate(Ask ask, Evaluate evaluate, List<OpenShard> shards, Cancellation cancellation) {
        QueryOptions options = new QueryOptions(ask.timeout, evaluate.lookback, 0, false, Duration.ZERO, cancellation);
        ShardSeriesSource source = new ShardSeriesSource(
                shards, chunks, settings, metrics, cancellation, System.nanoTime() + ask.timeout.toNanos());
        return new Evaluated(evaluator.evaluate(evaluate.part, options, source));
    }
}
