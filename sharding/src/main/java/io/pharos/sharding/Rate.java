package io.pharos.sharding;

import java.util.function.LongSupplier;

/** How fast a count grows, over the last look's interval. Thread-safe. */
final class Rate {
    private final LongSupplier count;
    private long lastCount;
    private long lastNanos = System.nanoTime();
    private double perSecond;

    Rate(LongSupplier count) {
        this.count = count;
    }

    /** Looks at the count; called every few seconds. */
    synchronized void look() {
        long now = System.nanoTime();
        long counted = count.getAsLong();
        perSecond = (counted - lastCount) * 1e9 / Math.max(1, now - lastNanos);
        lastCount = counted;
        lastNanos = now;
    }

    synchronized double perSecond() {
        return perSecond;
    }
}
