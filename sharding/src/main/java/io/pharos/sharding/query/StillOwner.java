package io.pharos.sharding.query;

import io.pharos.timeseries.store.IncarnationStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Whether this node's shards may still be read: after the process stood still for a while others may have taken them, so it reads the
 * fences against itself before it answers a query again. Thread-safe.
 */
public final class StillOwner {
    /*
     * A shard is taken from a silent node after the failure detector's pause and the split brain resolver's stable-after,
     * more than 10 seconds together. A node that never stood still for 8 of them was told of its removal, or cannot be
     * reached by those who ask the new owner. A fence is durable before the new owner reads, hence before it answers or
     * acknowledges anything: a read of the fences that begins after the pause sees every takeover in it. A question that
     * was taken before the pause was asked before the takeover, so what it reads is right.
     * While the store does not answer after a pause, nothing is answered: that it is ours is not known.
     */
    private static final Duration PAUSE = Duration.ofSeconds(8);

    private final Supplier<CompletionStage<IncarnationStore.Fences>> fences;
    private final LongSupplier nanos;
    private final InstantSource clock;
    private final Consumer<Runnable> later;
    private long lastNanos;
    private long lastMillis;
    private boolean suspect;
    private boolean reading;
    private Map<Integer, Long> fenced = Map.of();

    /**
     * An owner that is sure of itself.
     *
     * @param fences reads those against this node's incarnation
     * @param nanos a clock that goes on while the process is stopped
     * @param clock the same while the machine is
     * @param later runs something after a short while
     */
    public StillOwner(
            Supplier<CompletionStage<IncarnationStore.Fences>> fences,
            LongSupplier nanos,
            InstantSource clock,
            Consumer<Runnable> later) {
        this.fences = fences;
        this.nanos = nanos;
        this.clock = clock;
        this.later = later;
        this.lastNanos = nanos.getAsLong();
        this.lastMillis = clock.millis();
    }

    /** Looks at the clocks; called several times a second. */
    public void tick() {
        if (stoodStill()) {
            read();
        }
    }

    /** Whether a shard may be answered for under an epoch now; where that is not known, it is being found out. */
    public boolean isSure(int shard, long epoch) {
        boolean begins = stoodStill();
        if (begins) {
            read();
        }
        synchronized (this) {
            return !suspect && epoch >= fenced.getOrDefault(shard, Long.MIN_VALUE);
        }
    }

    private synchronized boolean stoodStill() {
        long nowNanos = nanos.getAsLong();
        long nowMillis = clock.millis();
        boolean still = nowNanos - lastNanos > PAUSE.toNanos() || nowMillis - lastMillis > PAUSE.toMillis();
        lastNanos = nowNanos;
        lastMillis = nowMillis;
        if (!still) {
            return false;
        }
        suspect = true;
        // A read that began before the pause may not have seen what came in it: the next one counts.
        boolean begins = !reading;
        reading = true;
        again = !begins;
        return begins;
    }

    private boolean again;

    private void read() {
        CompletionStage<IncarnationStore.Fences> found;
        try {
            found = fences.get();
        } catch (RuntimeException failure) {
            later.accept(this::read);
            return;
        }
        found.whenComplete((seen, failure) -> {
            synchronized (this) {
                if (failure == null && !again) {
                    fenced = seen.epochByShard();
                    suspect = !seen.alive();
                    reading = false;
                    return;
                }
                again = false;
            }
            later.accept(this::read);
        });
    }
}
