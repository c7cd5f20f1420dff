package io.pharos.sharding.shard;

import akka.actor.typed.ActorRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The shards this node runs: their states for status, and the open ones for readers. Thread-safe. */
public final class ShardRegistry {
    /** The states of a shard on this node. */
    public enum Phase {
        /** Raising the epoch, fencing, reading heads and log. */
        RECOVERING,
        /** Admitting and readable. */
        OPEN,
        /** Readable, admitting no more. */
        HANDING_OVER,
        /** Another owner has it. */
        DEPOSED
    }

    /**
     * One shard's state.
     *
     * @param appliedUntil every sample that came to the shard before this was applied or refused
     */
    public record State(
            int shard, Phase phase, Instant since, long epoch, int series, long samples, Instant appliedUntil) {}

    private final ConcurrentHashMap<Integer, OpenShard> open = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Integer, State> states = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

    void opened(OpenShard shard) {
        open.put(shard.shard(), shard);
        changed();
    }

    void closed(int shard, long epoch) {
        OpenShard was = open.get(shard);
        if (was != null && was.epoch() == epoch && open.remove(shard, was)) {
            changed();
        }
    }

    void state(State state) {
        State before = states.put(state.shard(), state);
        if (state.phase() == Phase.HANDING_OVER && (before == null || before.phase() != Phase.HANDING_OVER)) {
            changed(); // it takes nothing more, though it is open to readers still
        }
    }

    void gone(int shard) {
        states.remove(shard);
    }

    private void changed() {
        listeners.forEach(Runnable::run);
    }

    /** Calls back, on any thread, after the set of open shards changed, or one begins to be handed over; must be quick. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** The open shard, or null. */
    public @Nullable OpenShard open(int shard) {
        return open.get(shard);
    }

    /** The actor of a shard that takes samples on this node now, or null: while it is handed over they go by the region, which holds them. */
    public @Nullable ActorRef<SeriesShard.Command> taking(int shard) {
        State state = states.get(shard);
        OpenShard here = state == null || state.phase() != Phase.OPEN ? null : open.get(shard);
        return here == null ? null : here.commands();
    }

    /** All open shards. */
    public List<OpenShard> open() {
        return new ArrayList<>(open.values());
    }

    /** The states of all shards on this node. */
    public List<State> states() {
        return new ArrayList<>(states.values());
    }
}
