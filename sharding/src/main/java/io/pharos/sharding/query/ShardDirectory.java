package io.pharos.sharding.query;

import akka.actor.typed.ActorRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** Who has which shard open, as every node last said; of two claims the higher epoch counts. Thread-safe. */
public final class ShardDirectory {
    /** Where a shard is, and under which epoch. */
    public record Place(int shard, long epoch, ActorRef<QueryWorker.Command> worker) {}

    private final int shardCount;
    private final ConcurrentHashMap<ActorRef<QueryWorker.Command>, Claim> claims = new ConcurrentHashMap<>();

    private final AtomicLongArray newest;
    private final CopyOnWriteArrayList<Opened> listeners = new CopyOnWriteArrayList<>();

    /** Hears of shards that are open under a new epoch. */
    public interface Opened {
        /** Called on any thread; must be quick. */
        void opened(int shard, long epoch);
    }

    private record Claim(String incarnation, Map<Integer, Long> epochs) {}

    /** An empty directory of so many shards. */
    public ShardDirectory(int shardCount) {
        this.shardCount = shardCount;
        this.newest = new AtomicLongArray(shardCount);
    }

    /** The number of shards there are. */
    public int shardCount() {
        return shardCount;
    }

    /** A node says what it has open, shard to epoch. */
    public void claim(ActorRef<QueryWorker.Command> worker, String incarnation, Map<Integer, Long> epochs) {
        claims.put(worker, new Claim(incarnation, Map.copyOf(epochs)));
        epochs.forEach((shard, epoch) -> {
            if (newest.getAndAccumulate(shard, epoch, Math::max) < epoch) {
                listeners.forEach(listener -> listener.opened(shard, epoch));
            }
        });
    }

    /** Says from now on when a shard is open under a newer epoch than any before. */
    public void onOpened(Opened listener) {
        listeners.add(listener);
    }

    /** Whether a worker's node is still one that can be asked. */
    public boolean knows(ActorRef<QueryWorker.Command> worker) {
        return claims.containsKey(worker);
    }

    /** What a node last said, shard to epoch; empty where it said nothing. */
    public Map<Integer, Long> claimed(ActorRef<QueryWorker.Command> worker) {
        Claim claim = claims.get(worker);
        return claim == null ? Map.of() : claim.epochs;
    }

    /** The incarnations of the nodes that said something. */
    public java.util.Set<String> incarnations() {
        java.util.Set<String> all = new java.util.HashSet<>();
        claims.values().forEach(claim -> all.add(claim.incarnation));
        return all;
    }

    /** Only these nodes are left. */
    public void retain(java.util.Collection<ActorRef<QueryWorker.Command>> workers) {
        claims.keySet().retainAll(workers);
    }

    /** Where each shard is, by shard; null for one that is nowhere open. */
    public List<@Nullable Place> places() {
        Map<Integer, Place> best = new HashMap<>();
        claims.forEach((worker, claim) -> claim.epochs.forEach((shard, epoch) ->
                best.merge(shard, new Place(shard, epoch, worker), (a, b) -> a.epoch() >= b.epoch() ? a : b)));
        List<@Nullable Place> places = new ArrayList<>(shardCount);
        for (int shard = 0; shard < shardCount; shard++) {
            places.add(best.get(shard));
        }
        return places;
    }

    /** Whether every shard is open somewhere. */
    public boolean complete() {
        for (Place place : places()) {
            if (place == null) {
                return false;
            }
        }
        return true;
    }
}
