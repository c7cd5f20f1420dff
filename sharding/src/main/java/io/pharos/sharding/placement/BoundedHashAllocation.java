package io.pharos.sharding.placement;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.actor.Address;
import akka.cluster.Cluster;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.sharding.ShardCoordinator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.IndexedSeq;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

/**
 * Places Akka's shards as {@link BoundedHashRing} says, over the nodes that have a region and do not leave. Used by the shard
 * coordinator only, one instance for one entity type.
 */
public final class BoundedHashAllocation extends ShardCoordinator.AbstractShardAllocationStrategy
        implements ShardCoordinator.ActorSystemDependentAllocationStrategy {
    private final List<String> allShards;
    private final int movesAtOnce;
    private @Nullable Cluster cluster;

    /**
     * A strategy.
     *
     * @param shardCount the shard ids are "0" to shardCount - 1
     * @param movesAtOnce no more shards than this are on the move at one time
     */
    public BoundedHashAllocation(int shardCount, int movesAtOnce) {
        List<String> ids = new ArrayList<>(shardCount);
        for (int shard = 0; shard < shardCount; shard++) {
            ids.add(Integer.toString(shard));
        }
        this.allShards = List.copyOf(ids);
        this.movesAtOnce = movesAtOnce;
    }

    @Override
    public void start(ActorSystem system) {
        cluster = Cluster.get(system);
    }

    @Override
    public Future<ActorRef> allocateShard(
            ActorRef requester, String shardId, Map<ActorRef, IndexedSeq<String>> currentShardAllocations) {
        Map<String, ActorRef> regions = regionsByNode(currentShardAllocations.keySet());
        String node = BoundedHashRing.of(regions.keySet()).place(allShards).get(shardId);
        ActorRef region = node == null ? null : regions.get(node);
        return done(region == null ? requester : region);
    }

    @Override
    public Future<Set<String>> rebalance(
            Map<ActorRef, IndexedSeq<String>> currentShardAllocations, Set<String> rebalanceInProgress) {
        Map<String, ActorRef> regions = regionsByNode(currentShardAllocations.keySet());
        Map<String, String> wanted = BoundedHashRing.of(regions.keySet()).place(allShards);
        Set<String> moves = new HashSet<>();
        int room = movesAtOnce - rebalanceInProgress.size();
        for (Map.Entry<ActorRef, IndexedSeq<String>> region : currentShardAllocations.entrySet()) {
            String node = nodeOf(region.getKey());
            for (String shard : CollectionConverters.asJava(region.getValue())) {
                if (moves.size() >= room) {
                    return done(moves);
                }
                String target = wanted.get(shard);
                if (target != null && !target.equals(node) && !rebalanceInProgress.contains(shard)) {
                    moves.add(shard);
                }
            }
        }
        return done(moves);
    }

    private Map<String, ActorRef> regionsByNode(Set<ActorRef> regions) {
        Set<String> leaving = new HashSet<>();
        for (Member member : started().state().getMembers()) {
            if (member.status() == MemberStatus.leaving()
                    || member.status() == MemberStatus.exiting()
                    || member.status() == MemberStatus.down()) {
                leaving.add(member.address().hostPort());
            }
        }
        Map<String, ActorRef> all = new HashMap<>();
        Map<String, ActorRef> staying = new HashMap<>();
        for (ActorRef region : regions) {
            String node = nodeOf(region);
            all.put(node, region);
            if (!leaving.contains(node)) {
                staying.put(node, region);
            }
        }
        return staying.isEmpty() ? all : staying;
    }

    private String nodeOf(ActorRef region) {
        Address address = region.path().address();
        // The coordinator's own region is a local reference, whose path does not say where it is.
        return (address.hasGlobalScope() ? address : started().selfAddress()).hostPort();
    }

    private Cluster started() {
        return Objects.requireNonNull(cluster, "Akka starts a strategy before it asks it");
    }

    private static <T> Future<T> done(T value) {
        return FutureConverters.asScala(CompletableFuture.completedFuture(value));
    }
}
