package io.pharos.sharding.placement;

import akka.Done;
import akka.actor.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import akka.actor.typed.javadsl.Adapter;
import akka.cluster.sharding.ShardRegion;
import akka.pattern.Patterns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * The regions of this node, and how they leave it: each gives its shards to other nodes and ends. The region of a type that this node
 * does not host has no shards, it only forwards. Thread-safe.
 */
final class LeavingRegions implements Extension {
    private static final Id ID = new Id();

    private static final class Id extends ExtensionId<LeavingRegions> {
        @Override
        public LeavingRegions createExtension(ActorSystem<?> system) {
            return new LeavingRegions();
        }
    }

    private static final Duration ASK = Duration.ofMillis(500);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Map<String, ActorRef> all = new ConcurrentHashMap<>();
    private final Map<String, ActorRef> hosting = new ConcurrentHashMap<>();

    private LeavingRegions() {}

    static LeavingRegions get(ActorSystem<?> system) {
        return ID.apply(system);
    }

    /** @param isHosting whether entities of the type may run on this node */
    void add(String type, akka.actor.typed.ActorRef<?> region, boolean isHosting) {
        all.put(type, Adapter.toClassic(region));
        if (isHosting) {
            hosting.put(type, Adapter.toClassic(region));
        }
    }

    /** Every type of the cluster, hosted here or not. */
    void forEachType(BiConsumer<String, ActorRef> action) {
        all.forEach(action);
    }

    /** Gives away all shards of some types; completes when none runs here, or fails after the timeout. */
    CompletionStage<Done> leave(ActorSystem<?> system, Predicate<String> types, Duration timeout) {
        List<CompletableFuture<Done>> leaving = new ArrayList<>();
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        hosting.forEach((type, region) -> {
            if (types.test(type)) {
                CompletableFuture<Done> left = new CompletableFuture<>();
                Patterns.gracefulStop(region, timeout, ShardRegion.gracefulShutdownInstance())
                        .thenAccept(ended -> left.complete(Done.getInstance()));
                awaitEmpty(system, type, region, left, deadlineNanos);
                leaving.add(left);
            }
        });
        return CompletableFuture.allOf(leaving.toArray(CompletableFuture[]::new))
                .thenApply(done -> Done.getInstance());
    }

    /*
     * That the region ends is not waited for alone: it stays while messages wait in it for a shard that has no home, and
     * without another node there is none.
     */
    private static void awaitEmpty(
            ActorSystem<?> system, String type, ActorRef region, CompletableFuture<Done> left, long deadlineNanos) {
        Patterns.ask(region, ShardRegion.getRegionStatsInstance(), ASK)
                .handle((answer, silent) -> answer)
                .thenAccept(answer -> {
                    if (answer instanceof ShardRegion.ShardRegionStats stats
                                    && stats.getStats().isEmpty()
                                    && stats.getFailed().isEmpty()
                            || left.isDone()) {
                        left.complete(Done.getInstance());
                    } else if (System.nanoTime() - deadlineNanos >= 0) {
                        left.completeExceptionally(
                                new TimeoutException("some shards of " + type + " did not leave in time"));
                    } else {
                        system.scheduler()
                                .scheduleOnce(
                                        LOOK,
                                        () -> awaitEmpty(system, type, region, left, deadlineNanos),
                                        system.executionContext());
                    }
                });
    }
}
