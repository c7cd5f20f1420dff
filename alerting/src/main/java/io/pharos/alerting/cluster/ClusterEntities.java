package io.pharos.alerting.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.cluster.sharding.typed.ShardingEnvelope;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityContext;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.japi.function.Function;
import io.pharos.sharding.placement.EntityPlacement;

/** Starts a kind of entity on this node; the one place that says how entities are allocated to nodes. */
public final class ClusterEntities {
    /** The same on every node of a cluster; far above the number of nodes, so that they share evenly. */
    private static final int SHARDS = 256;

    private ClusterEntities() {}

    /**
     * Makes this node a host of entities; returns where messages to them go.
     *
     * @param stopMessage sent to an entity that is to end here
     */
    public static <M> ActorRef<ShardingEnvelope<M>> start(
            ActorSystem<?> system,
            EntityTypeKey<M> key,
            Function<EntityContext<M>, Behavior<M>> behavior,
            M stopMessage) {
        return EntityPlacement.init(system, Entity.of(key, behavior).withStopMessage(stopMessage), SHARDS);
    }
}
