package io.pharos.sharding.placement;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.ClusterShardingSettings;
import akka.cluster.sharding.typed.ShardingEnvelope;
import akka.cluster.sharding.typed.ShardingMessageExtractor;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.typed.Cluster;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Starts sharded entities placed by consistent hashing with bounded loads, without remembering and without passivation. */
public final class EntityPlacement {
    private static final int MOVES_AT_ONCE = 16;

    private EntityPlacement() {}

    /**
     * Starts an entity type on this node. The hash of the entity's id chooses one of {@code shardCount} shards; ids that are
     * the shards' own numbers are their own shards. Where the type has a role, a node without it hosts none and only sends.
     *
     * @param entity the entity; its extractor, settings and strategy are set here
     * @return where to send envelopes
     */
    public static <M> ActorRef<ShardingEnvelope<M>> init(
            ActorSystem<?> system, Entity<M, ShardingEnvelope<M>> entity, int shardCount) {
        String type = entity.typeKey().name();
        Optional<String> role = PlacementSettings.of(system.settings().config()).role(type);
        ClusterShardingSettings every = ClusterShardingSettings.create(system)
                .withRememberEntities(false)
                .withNoPassivationStrategy();
        ClusterShardingSettings settings = role.map(every::withRole).orElse(every);
        ActorRef<ShardingEnvelope<M>> region = ClusterSharding.get(system)
                .init(entity.withSettings(settings)
                        .withMessageExtractor(new ByHash<>(shardCount))
                        .withAllocationStrategy(new BoundedHashAllocation(MOVES_AT_ONCE)));
        boolean isHosting = role.map(needed -> Cluster.get(system).selfMember().hasRole(needed))
                .orElse(true);
        LeavingRegions.get(system).add(type, region, isHosting);
        return region;
    }

    /**
     * Moves what is placed on this node to other nodes, for good; where there is no other node, it just stops. Completes when
     * nothing of it runs here, fails after the timeout.
     *
     * @param types names of the entity types that leave
     */
    public static CompletionStage<Done> leave(ActorSystem<?> system, Predicate<String> types, Duration timeout) {
        return LeavingRegions.get(system).leave(system, types, timeout);
    }

    private static final class ByHash<M> extends ShardingMessageExtractor<ShardingEnvelope<M>, M> {
        private final int shardCount;

        ByHash(int shardCount) {
            this.shardCount = shardCount;
        }

        @Override
        public String entityId(ShardingEnvelope<M> envelope) {
            return envelope.entityId();
        }

        @Override
        public String shardId(String entityId) {
            return Integer.toString(shardOf(entityId, shardCount));
        }

        @Override
        public M unwrapMessage(ShardingEnvelope<M> envelope) {
            return envelope.message();
        }
    }

    /** The shard of an entity, from 0 to shardCount - 1; all entities of a shard run on one node. */
    public static int shardOf(String entityId, int shardCount) {
        int number = 0;
        boolean digits = !entityId.isEmpty() && entityId.length() < 7;
        for (int i = 0; i < entityId.length() && digits; i++) {
            char c = entityId.charAt(i);
            digits = c >= '0' && c <= '9';
            number = number * 10 + (c - '0');
        }
        if (digits && number < shardCount) {
            return number;
        }
        int hash = entityId.hashCode();
        hash = (hash ^ hash >>> 16) * 0x85ebca6b;
        return Math.floorMod(hash ^ hash >>> 13, shardCount);
    }
}
