package io.pharos.simulation.fault;

import java.util.ArrayList;
import java.util.List;

/** An immutable list of incidents; values are computed from it, so one list and one time always give one value. */
public final class Incidents {
    /** No incident at all. */
    public static final Incidents NONE = new Incidents(List.of());

    private final List<Incident> all;

    private Incidents(List<Incident> all) {
        this.all = all;
    }

    /** The incidents of a list, in its order. */
    public static Incidents of(List<Incident> incidents) {
        return incidents.isEmpty() ? NONE : new Incidents(List.copyOf(incidents));
    }

    /** These and one more. */
    public Incidents with(Incident incident) {
        List<Incident> more = new ArrayList<>(all);
        more.add(incident);
        return new Incidents(List.copyOf(more));
    }

    /** Whether there is none, which is the usual case and spares all further questions. */
    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** How many there are. */
    public int size() {
        return all.size();
    }

    /** The incident at a position from 0. */
    public Incident get(int index) {
        return all.get(index);
    }
}
