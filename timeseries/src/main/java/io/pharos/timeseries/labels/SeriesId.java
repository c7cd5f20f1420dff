package io.pharos.timeseries.labels;

/** The identity of a series: the 128-bit hash of its labels' canonical bytes (on disk; see docs/format/series-id.md). */
public record SeriesId(long high, long low) implements Comparable<SeriesId> {
    /** Unsigned order, high word first. */
    @Override
    public int compareTo(SeriesId other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }
}
