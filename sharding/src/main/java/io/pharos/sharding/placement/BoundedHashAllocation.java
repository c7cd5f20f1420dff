package io.pharos.sharding.placement;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.actor.Address;
import akka.actor.typed.javadsl.Adapter;
import akka.cluster.Cluster;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.sharding.ShardCoordinator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
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
    private final int movesAtOnce;
    private @Nullable Cluster cluster;
    private @Nullable DrainedNodes drained;

    /**
     * A strategy.
     *
     * @param movesAtOnce no more shards than this are on the move at one time
     */
    public BoundedHashAllocation(int movesAtOnce) {
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
        homes.values().removeIf(silent::contains);
        String node = target(BoundedHashRing.of(regions.keySet()), shardId, homes);
        ActorRef region = node == null ? null : regions.get(node);
        return done(region == null ? requester : region);
    }

    @Override
    public Future<Set<String>> rebalance(
            Map<ActorRef, IndexedSeq<String>> currentShardAllocations, Set<String> rebalanceInProgress) {
        if (anyIsSilent()) {
            // A move needs every node's word; soon all answer again, or those that do not are gone.
            return done(Set.of());
        }
        Map<String, ActorRef> regions = regionsByNode(currentShardAllocations.keySet());
        Map<String, String> homes = homes(currentShardAllocations);
        return done(moves(BoundedHashRing.of(regions.keySet()), homes, rebalanceInProgress, movesAtOnce));
    }

    /*
     * Only shards that run count. Of rule groups and targets many shards are empty and never start; were they counted as
     * well, all those that run would fit onto the first node.
     */

    /** Where a shard goes that runs nowhere; null where there is no node. */
    static @Nullable String target(BoundedHashRing ring, String shard, Map<String, String> homes) {
        Set<String> running = new HashSet<>(homes.keySet());
        running.add(shard);
        return ring.place(running, homes).get(shard);
    }

    /** The shards that are to leave their homes now: never more on the move at one time than allowed. */
    static Set<String> moves(BoundedHashRing ring, Map<String, String> homes, Set<String> underWay, int movesAtOnce) {
        // What is under way has left already, or its node would shed something else instead of it.
        Map<String, String> settled = new HashMap<>(homes);
        settled.keySet().removeAll(underWay);
        Set<String> running = new TreeSet<>(homes.keySet());
        running.addAll(underWay);
        Map<String, String> wanted = ring.place(running, settled);
        Set<String> moves = new HashSet<>();
        for (String shard : running) {
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

    /** A member that was declared down answers no more either, and has not always been seen to be unreachable. */
    private boolean anyIsSilent() {
        boolean silent = !started().state().getUnreachable().isEmpty();
        for (Member member : started().state().getMembers()) {
            silent |= member.status() == MemberStatus.down();
        }
        return silent;
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
