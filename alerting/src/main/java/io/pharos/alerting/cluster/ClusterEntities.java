package io.pharos.alerting.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.cluster.sharding.typed.ShardingEnvelope;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityContext;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.japi.function.Function;

/** Starts a kind of entity on this node; the one place that says how entities are allocated to nodes. */
public final class ClusterEntities {
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
        return ClusterSharding.get(system).init(Entity.of(key, behavior).withStopMessage(stopMessage));
    }
}
