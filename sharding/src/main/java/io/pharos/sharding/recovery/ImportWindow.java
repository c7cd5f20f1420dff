package io.pharos.sharding.recovery;

import java.time.Duration;

/**
 * From which age on samples go by imports instead of the log. The receiving node, the shard's owner and recovery each leave
 * room for the others' clocks: what one hands over the next takes, and recovery never believes memory to be complete before it.
 */
public final class ImportWindow {
    private static final long STEP_MILLIS = 300_000;

    private ImportWindow() {}

    private static long step(Duration window) {
        return Math.min(STEP_MILLIS, window.toMillis() / 8);
    }

    /** Samples before this time are sent as chunks. */
    public static long chunksBefore(long nowMillis, Duration window) {
        return nowMillis - window.toMillis() + step(window);
    }

    /** The owner takes chunks that end up to this time, inclusive: its clock may be behind the sender's. */
    public static long ownerTakesUntil(long nowMillis, Duration window) {
        return nowMillis - window.toMillis() + 2 * step(window);
    }

    /** After recovery, chunks that end before this time may be stored beside what heads and log hold: an earlier owner's clock may be ahead. */
    public static long storedBefore(long nowMillis, Duration window) {
        return nowMillis - window.toMillis() + 3 * step(window);
    }
}
