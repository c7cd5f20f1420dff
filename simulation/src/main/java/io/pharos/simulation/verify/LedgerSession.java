package io.pharos.simulation.verify;

import io.pharos.simulation.fault.Incident;
import io.pharos.simulation.fault.Incidents;
import io.pharos.simulation.pool.Fleet;
import io.pharos.simulation.pool.Timetable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** What one run of a simulation recorded: how its values are computed, its incidents and its acknowledged batches. One thread. */
public final class LedgerSession {
    private final long seed;
    private final Fleet fleet;
    private final Timetable timetable;
    private final List<Incident> incidents = new ArrayList<>();
    private final BitSet[] ticksOfBatch;
    private int ticks;

    LedgerSession(long seed, Fleet fleet, Timetable timetable) {
        this.seed = seed;
        this.fleet = fleet;
        this.timetable = timetable;
        this.ticksOfBatch = new BitSet[timetable.batches()];
        for (int i = 0; i < ticksOfBatch.length; i++) {
            ticksOfBatch[i] = new BitSet();
        }
    }

    void acknowledged(int batch, int tick) {
        ticksOfBatch[batch].set(tick);
        ticks = Math.max(ticks, tick + 1);
    }

    void began(Incident incident) {
        incidents.add(incident);
    }

    /** What the values depend on. */
    public long seed() {
        return seed;
    }

    /** The servers and their series. */
    public Fleet fleet() {
        return fleet;
    }

    /** The batches and their times. */
    public Timetable timetable() {
        return timetable;
    }

    /** All incidents of the run. */
    public Incidents incidents() {
        return Incidents.of(incidents);
    }

    /** One more than the last tick with an acknowledged batch. */
    public int ticks() {
        return ticks;
    }

    /** Whether a batch was acknowledged at a tick. */
    public boolean isAcknowledged(int batch, int tick) {
        return ticksOfBatch[batch].get(tick);
    }

    /** The number of acknowledged batches. */
    public long acknowledgedBatches() {
        long sum = 0;
        for (BitSet acknowledged : ticksOfBatch) {
            sum += acknowledged.cardinality();
        }
        return sum;
    }
}
