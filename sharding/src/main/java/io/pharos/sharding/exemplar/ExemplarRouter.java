package io.pharos.sharding.exemplar;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import akka.actor.typed.javadsl.AskPattern;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.sample.ExemplarBatch;
import io.pharos.timeseries.sample.ExemplarRefusal;
import io.pharos.timeseries.sample.ExemplarSink;
import io.pharos.timeseries.sample.SeriesExemplars;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A node's way of exemplars to the owners of their shards; asks again what a shard could not take, for a few seconds. Thread-safe. */
public final class ExemplarRouter implements ExemplarSink {
    /** Of one message between nodes; a series' labels of 48 KiB and one exemplar come on top at most. */
    private static final int MESSAGE_BYTES = 64 << 10;
    /** On their way from this node; further ones are refused. About 300 bytes each. */
    private static final int UNDER_WAY_MAX = 50_000;
    /** Exemplars do not hold up the answer about samples that are stored for longer than this. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration ATTEMPT = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final int shardCount;
    private final IntFunction<@Nullable ActorRef<ExemplarDesk.Command>> desks;
    private final Scheduler scheduler;
    private final Executor executor;
    private final InstantSource clock;
    private final ExemplarMetrics metrics;
    private final AtomicLong underWay = new AtomicLong();

    /**
     * A router.
     *
     * @param desks of the node that has a shard open, or null where none is known
     * @param executor for what follows answers
     */
    public ExemplarRouter(
            int shardCount,
            IntFunction<@Nullable ActorRef<ExemplarDesk.Command>> desks,
            Scheduler scheduler,
            Executor executor,
            InstantSource clock,
            ExemplarMetrics metrics) {
        this.shardCount = shardCount;
        this.desks = desks;
        this.scheduler = scheduler;
        this.executor = executor;
        this.clock = clock;
        this.metrics = metrics;
    }

    @Override
    public CompletionStage<Taken> append(ExemplarBatch batch, Instant deadline) {
        int count = batch.count();
        metrics.received(count);
        Call call = new Call(batch, deadline);
        if (underWay.addAndGet(count) > UNDER_WAY_MAX) {
            call.refuse(ExemplarRefusal.UNAVAILABLE, count(batch.series()));
            underWay.addAndGet(-count);
            return CompletableFuture.completedStage(call.end());
        }
        Map<Integer, List<SeriesExemplars>> byShard = new TreeMap<>();
        for (SeriesExemplars series : batch.series()) {
            byShard.computeIfAbsent(SeriesIdentity.of(series.series()).shard(shardCount), added -> new ArrayList<>())
                    .add(series);
        }
        call.attempt(byShard);
        return call.result.whenComplete((taken, failure) -> underWay.addAndGet(-count));
    }

    private static int count(List<SeriesExemplars> some) {
        int count = 0;
        for (SeriesExemplars series : some) {
            count += series.exemplars().size();
        }
        return count;
    }

    /** One batch under way. */
    private final class Call {
        final CompletableFuture<Taken> result = new CompletableFuture<>();
        private final Map<ExemplarRefusal, Integer> refused = new EnumMap<>(ExemplarRefusal.class);
        private final long deadlineNanos;
        private int accepted;

        Call(ExemplarBatch batch, Instant deadline) {
            refused.putAll(batch.refused());
            long left = Duration.between(clock.instant(), deadline).toNanos();
            deadlineNanos = System.nanoTime() + Math.max(0, Math.min(left, PATIENCE.toNanos()));
        }

        synchronized void refuse(ExemplarRefusal reason, int count) {
            if (count > 0) {
                refused.merge(reason, count, Integer::sum);
            }
        }

        synchronized Taken end() {
            refused.forEach(metrics::refused);
            return new Taken(accepted, Map.copyOf(refused));
        }

        void attempt(Map<Integer, List<SeriesExemplars>> byShard) {
            Map<ActorRef<ExemplarDesk.Command>, List<ExemplarDesk.ShardPart>> byDesk = new HashMap<>();
            Map<Integer, List<SeriesExemplars>> left = new TreeMap<>();
            byShard.forEach((shard, series) -> {
                ActorRef<ExemplarDesk.Command> desk = desks.apply(shard);
                if (desk == null) {
                    left.put(shard, series);
                } else {
                    byDesk.computeIfAbsent(desk, added -> new ArrayList<>())
                            .add(new ExemplarDesk.ShardPart(shard, series));
                }
            });
            List<CompletableFuture<?>> asked = new ArrayList<>();
            byDesk.forEach((desk, parts) -> {
                for (List<ExemplarDesk.ShardPart> message : messages(parts)) {
                    asked.add(ask(desk, message, left));
                }
            });
            CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                    .whenCompleteAsync((done, failure) -> ended(left), executor);
        }

        private CompletableFuture<?> ask(
                ActorRef<ExemplarDesk.Command> desk,
                List<ExemplarDesk.ShardPart> message,
                Map<Integer, List<SeriesExemplars>> left) {
            Duration timeout = Duration.ofNanos(
                    Math.max(1_000_000, Math.min(ATTEMPT.toNanos(), deadlineNanos - System.nanoTime())));
            return AskPattern.<ExemplarDesk.Command, ExemplarDesk.Taken>ask(
                            desk, replyTo -> new ExemplarDesk.Take(message, replyTo), timeout, scheduler)
                    .handle((taken, failure) -> {
                        synchronized (this) {
                            if (taken != null) {
                                accepted += taken.accepted();
                                taken.refused().forEach(this::refuse);
                            }
                            for (ExemplarDesk.ShardPart part : message) {
                                if (taken == null || taken.notHere().contains(part.shard())) {
                                    left.computeIfAbsent(part.shard(), added -> new ArrayList<>())
                                            .addAll(part.series());
                                }
                            }
                        }
                        return null;
                    })
                    .toCompletableFuture();
        }

        /** What is left is asked again: a repeated exemplar is taken silently. */
        private void ended(Map<Integer, List<SeriesExemplars>> left) {
            if (!left.isEmpty() && System.nanoTime() + PAUSE.toNanos() - deadlineNanos < 0) {
                CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS, executor)
                        .execute(() -> attempt(left));
                return;
            }
            left.values().forEach(series -> refuse(ExemplarRefusal.UNAVAILABLE, count(series)));
            result.complete(end());
        }
    }

    /** Cuts parts into messages that may be sent to another node. */
    private static List<List<ExemplarDesk.ShardPart>> messages(List<ExemplarDesk.ShardPart> parts) {
        List<List<ExemplarDesk.ShardPart>> messages = new ArrayList<>();
        List<ExemplarDesk.ShardPart> message = new ArrayList<>();
        long bytes = 0;
        for (ExemplarDesk.ShardPart part : parts) {
            for (List<SeriesExemplars> some : ExemplarList.cut(part.series(), MESSAGE_BYTES)) {
                long more = ExemplarList.bytesMax(some);
                if (!message.isEmpty() && bytes + more > MESSAGE_BYTES) {
                    messages.add(message);
                    message = new ArrayList<>();
                    bytes = 0;
                }
                message.add(new ExemplarDesk.ShardPart(part.shard(), some));
                bytes += more;
            }
        }
        if (!message.isEmpty()) {
            messages.add(message);
        }
        return messages;
    }
}
