package io.pharos.sharding.query;

import akka.actor.typed.ActorRef;
import io.pharos.sharding.exemplar.ExemplarDesk;
import io.pharos.sharding.shard.AppendDoor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** Who has which shard open, as every node last said; of two claims the higher epoch counts. Thread-safe. */
public final class ShardDirectory {
    /**
     * Where a shard is, and under which epoch.
     *
     * @param door of its node for samples; null for a node of a version that has none
     * @param exemplars where its node takes them; null for a node of a version that does not
     */
    public record Place(
            int shard,
            long epoch,
            ActorRef<QueryWorker.Command> worker,
            @Nullable ActorRef<AppendDoor.Command> door,
            @Nullable ActorRef<ExemplarDesk.Command> exemplars) {}

    private final int shardCount;
    private final ConcurrentHashMap<ActorRef<QueryWorker.Command>, Claim> claims = new ConcurrentHashMap<>();

    private final AtomicLongArray newest;
    private final CopyOnWriteArrayList<Opened> listeners = new CopyOnWriteArrayList<>();
    private volatile List<@Nullable Place> places;

    /** Hears of shards that are open under a new epoch. */
    public interface Opened {
        /** Called on any thread; must be quick. */
        void opened(int shard, long epoch);
    }

    private record Claim(
            String incarnation,
            Map<Integer, Long> epochs,
            @Nullable ActorRef<AppendDoor.Command> door,
            @Nullable ActorRef<ExemplarDesk.Command> exemplars) {}

    /** An empty directory of so many shards. */
    public ShardDirectory(int shardCount) {
        this.shardCount = shardCount;
        this.newest = new AtomicLongArray(shardCount);
        this.places = Collections.nCopies(shardCount, null);
    }

    /** The number of shards there are. */
    public int shardCount() {
        return shardCount;
    }

    /**
     * A node says what it has open.
     *
     * @param epochs shard to epoch
     * @param door of the node for samples; null where it has none
     * @param exemplars where the node takes them; null where it does not
     */
    public void claim(
            ActorRef<QueryWorker.Command> worker,
            String incarnation,
            Map<Integer, Long> epochs,
            @Nullable ActorRef<AppendDoor.Command> door,
            @Nullable ActorRef<ExemplarDesk.Command> exemplars) {
        Claim claim = new Claim(incarnation, Map.copyOf(epochs), door, exemplars);
        synchronized (this) {
            if (!claim.equals(claims.put(worker, claim))) {
                place();
            }
        }
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
    public synchronized void retain(Collection<ActorRef<QueryWorker.Command>> workers) {
        if (claims.keySet().retainAll(workers)) {
            place();
        }
    }

    /** Where each shard is, by shard; null for one that is nowhere open. The list does not change. */
    public List<@Nullable Place> places() {
        return places;
    }

    private void place() {
        Map<Integer, Place> best = new HashMap<>();
        claims.forEach((worker, claim) -> claim.epochs.forEach((shard, epoch) -> best.merge(
                shard,
                new Place(shard, epoch, worker, claim.door, claim.exemplars),
                (a, b) -> a.epoch() >= b.epoch() ? a : b)));
        List<@Nullable Place> all = new ArrayList<>(shardCount);
        for (int shard = 0; shard < shardCount; shard++) {
            all.add(best.get(shard));
        }
        places = Collections.unmodifiableList(all);
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
