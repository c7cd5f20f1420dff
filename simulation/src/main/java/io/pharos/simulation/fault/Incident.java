package io.pharos.simulation.fault;

/**
 * One incident in one pool.
 *
 * @param kind what it does
 * @param pool the pool's index, from 0
 * @param fromMillis the first millisecond it is on, since the epoch
 * @param untilMillis the first millisecond it is over
 */
public record Incident(IncidentKind kind, int pool, long fromMillis, long untilMillis) {
    /** Refuses an incident that ends before it starts. */
    public Incident {
        if (untilMillis <= fromMillis || pool < 0) {
            throw new IllegalArgumentException(
                    "an incident of pool " + pool + " from " + fromMillis + " until " + untilMillis);
        }
    }

    /** Whether it is on at a time. */
    public boolean isOn(long millis) {
        return millis >= fromMillis && millis < untilMillis;
    }
}
