package io.pharos.sharding.log;

import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.LogPosition;
import io.pharos.timeseries.store.LogStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Reads logs back for shards being taken over: shards that want the same incarnation's log at about the same time share one
 * read. A read begins after every request it serves, so it sees all that was durable when the shard fenced. Thread-safe.
 */
public final class LogReplay {
    private final LogStore store;
    private final Executor executor;
    private final Duration gather;
    private final Map<Incarnation, List<Request>> waiting = new HashMap<>();
    private final Map<Incarnation, Boolean> reading = new HashMap<>();

    private record Request(
            int shard,
            LogPosition from,
            BiConsumer<LogPosition, LogBlob.Part> consumer,
            CompletableFuture<Void> done) {}

    /**
     * A reader.
     *
     * @param executor may be blocked by decoding
     * @param gather how long a first request waits for others
     */
    public LogReplay(LogStore store, Executor executor, Duration gather) {
        this.store = store;
        this.executor = executor;
        this.gather = gather;
    }

    /** Passes a shard's sections from a position (inclusive) on to the consumer, in order, by one thread at a time. */
    public CompletionStage<Void> replay(
            Incarnation incarnation, int shard, LogPosition from, BiConsumer<LogPosition, LogBlob.Part> consumer) {
        Request request = new Request(shard, from, consumer, new CompletableFuture<>());
        synchronized (waiting) {
            waiting.computeIfAbsent(incarnation, added -> new ArrayList<>()).add(request);
            if (reading.putIfAbsent(incarnation, true) == null) {
                schedule(incarnation);
            }
        }
        return request.done;
    }

    /** What one shard cannot take must not keep the others from theirs. */
    private static void pass(Request request, LogPosition position, LogBlob.Part part) {
        if (!request.done.isDone()) {
            try {
                request.consumer.accept(position, part);
            } catch (RuntimeException theirs) {
                request.done.completeExceptionally(theirs);
            }
        }
    }

    private void schedule(Incarnation incarnation) {
        CompletableFuture.delayedExecutor(gather.toMillis(), TimeUnit.MILLISECONDS, executor)
                .execute(() -> read(incarnation));
    }

    private void read(Incarnation incarnation) {
        List<Request> served;
        synchronized (waiting) {
            served = waiting.remove(incarnation);
            if (served == null) {
                reading.remove(incarnation);
                return;
            }
        }
        Map<Integer, List<Request>> byShard = new HashMap<>();
        LogPosition first = served.get(0).from;
        for (Request request : served) {
            byShard.computeIfAbsent(request.shard, added -> new ArrayList<>()).add(request);
            first = request.from.compareTo(first) < 0 ? request.from : first;
        }
        CompletionStage<Void> read;
        try {
            read = store.read(incarnation, first, (position, row) -> {
                for (LogBlob.Part part : LogBlob.decode(row, byShard::containsKey)) {
                    for (Request request : byShard.getOrDefault(part.shard(), List.of())) {
                        if (position.compareTo(request.from) >= 0) {
                            pass(request, position, part);
                        }
                    }
                }
            });
        } catch (RuntimeException failure) {
            read = CompletableFuture.failedFuture(failure);
        }
        read.whenCompleteAsync(
                (done, failure) -> {
                    for (Request request : served) {
                        if (failure == null) {
                            request.done.complete(null);
                        } else {
                            request.done.completeExceptionally(failure);
                        }
                    }
                    synchronized (waiting) {
                        if (waiting.containsKey(incarnation)) {
                            schedule(incarnation);
                        } else {
                            reading.remove(incarnation);
                        }
                    }
                },
                executor);
    }
}
