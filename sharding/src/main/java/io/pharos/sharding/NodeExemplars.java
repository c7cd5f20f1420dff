package io.pharos.sharding;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import io.pharos.sharding.exemplar.ExemplarDesk;
import io.pharos.sharding.exemplar.ExemplarFlusher;
import io.pharos.sharding.exemplar.ExemplarMemory;
import io.pharos.sharding.exemplar.ExemplarMetrics;
import io.pharos.sharding.exemplar.ExemplarRouter;
import io.pharos.sharding.exemplar.ExemplarSettings;
import io.pharos.sharding.query.ExemplarSearch;
import io.pharos.sharding.query.ShardDirectory;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.timeseries.store.Stores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A node's exemplars, wired: the way to their shards, the memory and the desk of the shards that are here, what queries ask.
 *
 * @param router where they go from this node
 * @param desk where those of this node's shards come
 */
record NodeExemplars(
        ExemplarSettings settings,
        ExemplarRouter router,
        ActorRef<ExemplarDesk.Command> desk,
        ExemplarFlusher flusher,
        ExemplarSearch search) {
    /** @param taking the shard of a number, if it takes samples on this node now */
    static NodeExemplars create(
            ActorSystem<?> system,
            ShardDirectory directory,
            IntFunction<@Nullable OpenShard> taking,
            Stores stores,
            ShardingSettings sharding,
            InstantSource clock,
            PrometheusRegistry prometheus) {
        ExemplarSettings settings = ExemplarSettings.of(system.settings().config());
        ExemplarMetrics metrics = new ExemplarMetrics(prometheus);
        long ahead = sharding.shard().aheadMax().toMillis();
        ExemplarMemory memory =
                new ExemplarMemory(settings, sharding.shard().outOfOrderWindow().toMillis(), ahead, metrics);
        ExemplarFlusher flusher = new ExemplarFlusher(memory, stores.exemplars(), settings, clock, metrics);
        ActorRef<ExemplarDesk.Command> desk = system.systemActorOf(
                ExemplarDesk.create(taking, memory, flusher, settings, clock), "exemplar-desk", Props.empty());
        ExemplarRouter router = new ExemplarRouter(
                sharding.shardCount(),
                shard -> {
                    ShardDirectory.Place place = directory.places().get(shard);
                    return place == null ? null : place.exemplars();
                },
                system.scheduler(),
                system.executionContext(),
                clock,
                metrics);
        return new NodeExemplars(
                settings,
                router,
                desk,
                flusher,
                new ExemplarSearch(memory, stores.exemplars(), settings, clock, ahead));
    }

    /** The shards of this node came or went. */
    void shardsChanged() {
        desk.tell(ExemplarDesk.changed());
    }

    /** Makes durable what still waits, once the shards are gone; complete when that is done, or could not be in time. */
    CompletionStage<Void> stop(Duration patience) {
        return flusher.flushAll()
                .thenCompose(first -> flusher.flushAll())
                .toCompletableFuture()
                .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
