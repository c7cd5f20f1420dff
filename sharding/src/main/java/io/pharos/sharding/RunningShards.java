package io.pharos.sharding;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import akka.cluster.Cluster;
import akka.cluster.sharding.typed.ShardingEnvelope;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import io.pharos.sharding.ingest.IngestRouter;
import io.pharos.sharding.past.PastIndex;
import io.pharos.sharding.placement.EntityPlacement;
import io.pharos.sharding.placement.ShardStarter;
import io.pharos.sharding.query.QueryWorker;
import io.pharos.sharding.query.ShardDirectory;
import io.pharos.sharding.query.ShardGossip;
import io.pharos.sharding.query.StillOwner;
import io.pharos.sharding.recovery.Janitor;
import io.pharos.sharding.rollup.RollUpJob;
import io.pharos.sharding.shard.AppendDoor;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.shard.SeriesShard;
import io.pharos.timeseries.store.Stores;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shards of a node whose incarnation is registered: their region, the door for other nodes' samples, and the work that is done
 * for them at intervals. Any thread.
 */
final class RunningShards {
    private static final Logger LOG = LoggerFactory.getLogger(RunningShards.class);
    /** The entity type of shards of series. */
    static final EntityTypeKey<SeriesShard.Command> TYPE =
            EntityTypeKey.create(SeriesShard.Command.class, "series-shard");

    private final ActorSystem<?> system;
    private final ShardNode node;
    private final StillOwner stillOwner;
    private final ActorRef<ShardingEnvelope<SeriesShard.Command>> region;
    private final ActorRef<AppendDoor.Command> door;
    private final RollUpJob rollUps;

    private RunningShards(
            ActorSystem<?> system,
            ShardNode node,
            StillOwner stillOwner,
            ActorRef<ShardingEnvelope<SeriesShard.Command>> region,
            ActorRef<AppendDoor.Command> door,
            RollUpJob rollUps) {
        this.system = system;
        this.node = node;
        this.stillOwner = stillOwner;
        this.region = region;
        this.door = door;
        this.rollUps = rollUps;
    }

    /** Takes part in the placement of shards: from here on some may be opened here. Nobody is told of them before {@link #begin}. */
    static RunningShards create(
            ActorSystem<?> system,
            ShardNode node,
            Stores stores,
            ShardingSettings settings,
            PastIndex past,
            InstantSource clock,
            PrometheusRegistry prometheus) {
        NodeTimers timers = new NodeTimers(system);
        StillOwner stillOwner = new StillOwner(
                () -> stores.incarnations().read(node.incarnation()),
                System::nanoTime,
                clock,
                again -> timers.later(Duration.ofMillis(200), again));
        Entity<SeriesShard.Command, ShardingEnvelope<SeriesShard.Command>> entity = Entity.of(
                        TYPE, context -> SeriesShard.create(node.context(), Integer.parseInt(context.getEntityId())))
                .withStopMessage(new SeriesShard.HandOver())
                .withEntityProps(DispatcherSelector.fromConfig("pharos.sharding.shard-dispatcher"));
        ActorRef<ShardingEnvelope<SeriesShard.Command>> region =
                EntityPlacement.init(system, entity, settings.shardCount());
        ActorRef<AppendDoor.Command> door = system.systemActorOf(
                AppendDoor.create(
                        node.registry(),
                        append -> region.tell(new ShardingEnvelope<>(
                                Integer.toString(append.part().shard()), append)),
                        ShardingRuntime.PARTS_BYTES_MAX),
                "append-door",
                ShardingRuntime.BESIDE_MESSAGES);
        RollUpJob rollUps = new RollUpJob(
                stores,
                settings.rollUp(),
                node.registry(),
                past,
                clock,
                system.dispatchers().lookup(DispatcherSelector.fromConfig("pharos.sharding.roll-up-dispatcher")),
                settings.shardCount(),
                longer(settings.shard().outOfOrderWindow(), settings.seal().span()),
                prometheus);
        return new RunningShards(system, node, stillOwner, region, door, rollUps);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /**
     * Opens shards that are nobody's, tells the cluster of those that are open here, and begins what is done at intervals.
     *
     * @param worker answers questions about this node's shards
     * @param exemplars is told when shards come and go
     */
    void begin(
            Stores stores,
            ShardingSettings settings,
            ShardDirectory directory,
            IngestRouter router,
            ActorRef<QueryWorker.Command> worker,
            NodeExemplars exemplars,
            Runnable everyFewSeconds) {
        NodeTimers timers = new NodeTimers(system);
        timers.every(Duration.ofMillis(500), stillOwner::tick);
        ActorRef<ShardStarter.Command> starter = system.systemActorOf(
                ShardStarter.create(
                        region,
                        settings.shardCount(),
                        shard -> directory.places().get(shard) == null,
                        SeriesShard.Touch::new,
                        settings.touchInterval()),
                "shard-starter",
                Props.empty());
        directory.onOpened(router::opened);
        system.systemActorOf(
                ShardGossip.create(
                        node.registry(),
                        directory,
                        worker,
                        door,
                        exemplars.desk(),
                        node.incarnation().toString(),
                        closed -> starter.tell(new ShardStarter.Missing(closed))),
                "shard-gossip",
                Props.empty());
        node.registry().onChange(exemplars::shardsChanged);
        Janitor janitor = new Janitor(stores, settings.shardCount(), directory::incarnations);
        timers.every(Duration.ofMinutes(1), () -> sweep(janitor));
        timers.every(settings.rollUp().interval(), rollUps::look);
        timers.every(Duration.ofSeconds(5), () -> {
            node.hot().adapt();
            node.askForLostShards(stores);
            node.log().dropCovered();
            everyFewSeconds.run();
        });
    }

    /** One in the cluster does it: its leader. */
    private void sweep(Janitor janitor) {
        Cluster cluster = Cluster.get(system);
        if (cluster.selfAddress().equals(cluster.state().getLeader())) {
            janitor.sweep().exceptionally(failure -> {
                LOG.warn("dead incarnations could not be looked for: {}", failure.toString());
                return Set.of();
            });
        }
    }

    /** The shard, if it is open here and surely not taken by another. */
    @Nullable
    OpenShard readable(int shard) {
        OpenShard open = node.registry().open(shard);
        return open == null || !stillOwner.isSure(shard, open.epoch()) ? null : open;
    }

    ShardNode node() {
        return node;
    }

    /** Where messages to any shard of the cluster go. */
    ActorRef<ShardingEnvelope<SeriesShard.Command>> region() {
        return region;
    }

    /** Where samples for shards of this node go. */
    ActorRef<AppendDoor.Command> door() {
        return door;
    }

    RollUpJob rollUps() {
        return rollUps;
    }
}
