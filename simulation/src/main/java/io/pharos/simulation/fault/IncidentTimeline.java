package io.pharos.simulation.fault;

import java.util.function.Consumer;

/**
 * The incidents of a running simulation. A time for which values have been asked keeps its incidents for ever: a new incident
 * starts after the latest of these times, so that every value can be recomputed from the final list. Any thread.
 */
public final class IncidentTimeline {
    private static final int INCIDENTS_MAX = 10_000;

    private Incidents incidents = Incidents.NONE;
    private long latestMillis = Long.MIN_VALUE;

    /** The incidents that values at a time depend on; marks the time as used. */
    public synchronized Incidents asOf(long millis) {
        latestMillis = Math.max(latestMillis, millis);
        return incidents;
    }

    /**
     * Starts an incident now, or just after the latest time used. It is handed to the record before any value depends on it.
     *
     * @throws IllegalStateException when a simulation has had 10,000 incidents, which is as many as it keeps
     */
    public synchronized Incident begin(
            IncidentKind kind, int pool, long nowMillis, long lengthMillis, Consumer<Incident> record) {
        if (incidents.size() >= INCIDENTS_MAX) {
            throw new IllegalStateException("this simulation has had " + INCIDENTS_MAX + " incidents; start a new one");
        }
        long from = Math.max(nowMillis, latestMillis + 1);
        Incident incident = new Incident(kind, pool, from, from + lengthMillis);
        record.accept(incident);
        incidents = incidents.with(incident);
        return incident;
    }
}
