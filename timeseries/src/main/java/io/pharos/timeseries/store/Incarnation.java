package io.pharos.timeseries.store;

import java.util.UUID;

/** One run of a node process: a fresh id at each start, and the owner of one log. */
public record Incarnation(UUID id) implements Comparable<Incarnation> {
    @Override
    public int compareTo(Incarnation other) {
        return id.compareTo(other.id);
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
