package io.pharos.timeseries.labels;

import java.util.HexFormat;

/** The identity of a series: the 128-bit hash of its labels' canonical bytes (on disk; see docs/format/series-id.md). */
public record SeriesId(long high, long low) implements Comparable<SeriesId> {
    private static final HexFormat HEX = HexFormat.of();

    /** Unsigned order, high word first. */
    @Override
    public int compareTo(SeriesId other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        return HEX.toHexDigits(high) + HEX.toHexDigits(low);
    }
}
