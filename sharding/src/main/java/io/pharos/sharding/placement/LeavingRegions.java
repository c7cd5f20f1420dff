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

/** The regions of this node, and how they leave it: each gives its shards to other nodes and ends. Thread-safe. */
final class LeavingRegions implements Extension {
    private static final Id ID = new Id();

    private static final class Id extends ExtensionId<LeavingRegions> {
        @Override
        public LeavingRegions createExtension(ActorSystem<?> system) {
            return new LeavingRegions();
        }
    }

    private final Map<String, ActorRef> regions = new ConcurrentHashMap<>();

    private LeavingRegions() {}

    static LeavingRegions get(ActorSystem<?> system) {
        return ID.apply(system);
    }

    void add(String type, akka.actor.typed.ActorRef<?> region) {
        regions.put(type, Adapter.toClassic(region));
    }

    /** Ends all regions but some; completes when they have ended, or fails after the timeout. */
    CompletionStage<Done> leave(List<String> except, Duration timeout) {
        List<CompletableFuture<Boolean>> leaving = new ArrayList<>();
        regions.forEach((type, region) -> {
            if (!except.contains(type)) {
                leaving.add(Patterns.gracefulStop(region, timeout, ShardRegion.gracefulShutdownInstance())
                        .toCompletableFuture());
            }
        });
        return CompletableFuture.allOf(leaving.toArray(CompletableFuture[]::new))
                .thenApply(stopped -> Done.getInstance());
    }
}
