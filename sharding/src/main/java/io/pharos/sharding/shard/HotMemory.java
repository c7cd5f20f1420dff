package io.pharos.sharding.shard;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The node's budget for sealed chunks in memory: says from which time on they may stay. Over the budget that time moves towards
 * now, an eighth of the way at each look; under it, it moves back. Thread-safe.
 */
public final class HotMemory {
    /** Reads of a node at one time that bring chunks back: they are never in a hurry. */
    private static final int LOADS_MAX = 2;

    private final long spanMillis;
    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger loads = new AtomicInteger();
    private volatile long keptMillis;

    /** A budget. */
    public HotMemory(long spanMillis, long bytesMax) {
        this.spanMillis = spanMillis;
        this.bytesMax = bytesMax;
        this.keptMillis = spanMillis;
    }

    /** Counts chunks added (or, negative, let go). */
    public void add(long more) {
        bytes.addAndGet(more);
    }

    /** Bytes of sealed chunks in memory. */
    public long bytes() {
        return bytes.get();
    }

    /** The budget. */
    public long bytesMax() {
        return bytesMax;
    }

    /** Looks at the budget; called at regular intervals by one thread. */
    public void adapt() {
        long kept = keptMillis;
        long used = bytes.get();
        if (used > bytesMax) {
            keptMillis = kept - kept / 8;
        } else if (used < bytesMax - bytesMax / 8) {
            keptMillis = Math.min(spanMillis, kept + kept / 8 + 60_000);
        }
    }

    /** Whether more may be brought into memory: while an eighth of the budget is free, what comes new has room. */
    boolean hasRoom() {
        return bytes.get() < bytesMax - bytesMax / 8;
    }

    /** Takes one of the few places of those that read stored chunks back into memory; {@link #endLoad} gives it back. */
    boolean beginLoad() {
        if (loads.incrementAndGet() <= LOADS_MAX) {
            return true;
        }
        loads.decrementAndGet();
        return false;
    }

    /** The read that a place was taken for is over. */
    void endLoad() {
        loads.decrementAndGet();
    }

    /** Durable chunks that end before this time are to be let go. */
    public long floorMillis(long nowMillis) {
        return nowMillis - keptMillis;
    }
}
