package io.pharos.sharding.placement;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.actor.Address;
import akka.actor.typed.javadsl.Adapter;
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
 * Places Akka's shards as {@link BoundedHashRing} says, over the nodes that have a region, do not leave and are not drained. Used by the shard
 * coordinator only, one instance for one entity type.
 */
public final class BoundedHashAllocation extends ShardCoordinator.AbstractShardAllocationStrategy
        implements ShardCoordinator.ActorSystemDependentAllocationStrategy {
    private final List<String> allShards;
    private final int movesAtOnce;
    private @Nullable Cluster cluster;
    private @Nullable DrainedNodes drained;

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
        drained = DrainedNodes.get(Adapter.toTyped(system));
    }

    @Override
    public Future<ActorRef> allocateShard(
            ActorRef requester, String shardId, Map<ActorRef, IndexedSeq<String>> currentShardAllocations) {
        Map<String, ActorRef> regions = regionsByNode(currentShardAllocations.keySet());
        Map<String, String> homes = homes(currentShardAllocations);
        // A node that does not answer now keeps what it has until it is back or declared down, and gets nothing new.
        Set<String> silent = new HashSet<>();
        for (Member member : started().state().getUnreachable()) {
            silent.add(member.address().hostPort());
        }
        if (!silent.containsAll(regions.keySet())) {
            regions.keySet().removeAll(silent);
        }
        List<String> toPlace = new ArrayList<>(allShards);
        toPlace.removeIf(shard -> silent.contains(homes.getOrDefault(shard, "")));
        String node = BoundedHashRing.of(regions.keySet()).place(toPlace, homes).get(shardId);
        ActorRef region = node == null ? null : regions.get(node);
        return done(region == null ? requester : region);
    }

    @Override
    public Future<Set<String>> rebalance(
            Map<ActorRef, IndexedSeq<String>> currentShardAllocations, Set<String> rebalanceInProgress) {
        if (!started().state().getUnreachable().isEmpty()) {
            // A move needs every node's word; soon all answer again, or those that do not are gone.
            return done(Set.of());
        }
        Map<String, ActorRef> regions = regionsByNode(currentShardAllocations.keySet());
        Map<String, String> homes = homes(currentShardAllocations);
        return done(moves(BoundedHashRing.of(regions.keySet()), allShards, homes, rebalanceInProgress, movesAtOnce));
    }

    /** The shards that are to leave their homes now: never more on the move at one time than allowed. */
    static Set<String> moves(
            BoundedHashRing ring,
            List<String> allShards,
            Map<String, String> homes,
            Set<String> underWay,
            int movesAtOnce) {
        // What is under way has left already, or its node would shed something else instead of it.
        Map<String, String> settled = new HashMap<>(homes);
        settled.keySet().removeAll(underWay);
        Map<String, String> wanted = ring.place(allShards, settled);
        Set<String> moves = new HashSet<>();
        for (String shard : allShards) {
            String home = settled.get(shard);
            String target = wanted.get(shard);
            if (moves.size() + underWay.size() < movesAtOnce
                    && home != null
                    && target != null
                    && !target.equals(home)) {
                moves.add(shard);
            }
        }
        return moves;
    }

    private Map<String, String> homes(Map<ActorRef, IndexedSeq<String>> allocations) {
        Map<String, String> homes = new HashMap<>();
        allocations.forEach((region, shards) -> {
            String node = nodeOf(region);
            CollectionConverters.asJava(shards).forEach(shard -> homes.put(shard, node));
        });
        return homes;
    }

    private Map<String, ActorRef> regionsByNode(Set<ActorRef> regions) {
        Set<String> leaving = new HashSet<>();
        DrainedNodes withoutWork = Objects.requireNonNull(drained, "Akka starts a strategy before it asks it");
        for (Member member : started().state().getMembers()) {
            if (member.status() == MemberStatus.leaving()
                    || member.status() == MemberStatus.exiting()
                    || member.status() == MemberStatus.down()
                    || withoutWork.contains(member.uniqueAddress())) {
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
