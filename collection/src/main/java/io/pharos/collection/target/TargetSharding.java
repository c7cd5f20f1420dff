package io.pharos.collection.target;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.ShardingEnvelope;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import io.pharos.sharding.placement.EntityPlacement;

/** Targets as entities: each is scraped by one node of the cluster, found by its key. */
final class TargetSharding {
    /** The same on every node of a cluster; above the number of nodes, so that they share evenly. */
    private static final int SHARDS = 64;

    private static final EntityTypeKey<TargetActor.Command> TYPE =
            EntityTypeKey.create(TargetActor.Command.class, "pharos-scrape-target");

    private final ActorRef<ShardingEnvelope<TargetActor.Command>> region;

    /** Makes this node a host of targets. */
    TargetSharding(ActorSystem<?> system, TargetHost host) {
        region = EntityPlacement.init(
                system,
                Entity.of(TYPE, context -> host.target(context.getEntityId()))
                        .withStopMessage(new TargetActor.Stop(false)),
                SHARDS);
    }

    /** The shard a target belongs to: all of one shard run on one node. */
    static int shardOf(String key) {
        return EntityPlacement.shardOf(key, SHARDS);
    }

    /** Starts a target on the node it belongs to, unless it runs there. */
    void touch(String key) {
        region.tell(new ShardingEnvelope<>(key, new TargetActor.Touch()));
    }
}
