package io.pharos.sharding.ingest;

import io.pharos.sharding.shard.AppendPart;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The door of another node: parts of several requests that come shortly after each other go there in one message, which costs the
 * same whatever is in it. They wait for others only while others come: where none of the last few found company, as with one sender
 * that waits for each answer, they go at once. Thread-safe.
 */
final class RemoteDoor {
    /** After so many without company parts wait no longer. */
    private static final int LONELY_MAX = 8;

    private final Consumer<List<AppendPart>> way;
    private final Executor later;
    private final long gatherNanos;
    private final int bytesMax;
    private List<AppendPart> waiting = new ArrayList<>();
    private int bytes;
    private boolean isTimed;
    private long lastNanos;
    private int lonely = LONELY_MAX;

    /**
     * A door through which nothing went yet.
     *
     * @param way sends parts, in as many messages as they need
     * @param later runs what it is given after gatherNanos
     * @param bytesMax when parts of more wait they go at once
     */
    RemoteDoor(Consumer<List<AppendPart>> way, Executor later, long gatherNanos, int bytesMax, long nowNanos) {
        this.way = way;
        this.later = later;
        this.gatherNanos = gatherNanos;
        this.bytesMax = bytesMax;
        this.lastNanos = nowNanos - gatherNanos;
    }

    /** Sends parts, now or soon. */
    void send(List<AppendPart> parts, long nowNanos) {
        int more = 0;
        for (AppendPart part : parts) {
            more += part.bytesMax();
        }
        boolean starts = false;
        synchronized (this) {
            lonely = nowNanos - lastNanos < gatherNanos ? 0 : Math.min(LONELY_MAX, lonely + 1);
            lastNanos = nowNanos;
            waiting.addAll(parts);
            bytes += more;
            if (lonely < LONELY_MAX && bytes < bytesMax) {
                starts = !isTimed;
                isTimed = true;
                parts = List.of();
            } else {
                parts = take();
            }
        }
        if (starts) {
            later.execute(this::flush);
        } else if (!parts.isEmpty()) {
            way.accept(parts);
        }
    }

    private void flush() {
        List<AppendPart> due;
        synchronized (this) {
            isTimed = false;
            due = take();
        }
        if (!due.isEmpty()) {
            way.accept(due);
        }
    }

    private List<AppendPart> take() {
        List<AppendPart> taken = waiting;
        waiting = new ArrayList<>();
        bytes = 0;
        return taken;
    }

    /** Whether nothing came for so long and nothing waits. */
    synchronized boolean isIdle(long nowNanos, long idleNanos) {
        return waiting.isEmpty() && !isTimed && nowNanos - lastNanos > idleNanos;
    }
}
