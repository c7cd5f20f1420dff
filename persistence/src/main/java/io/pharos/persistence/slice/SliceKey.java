package io.pharos.persistence.slice;

import io.pharos.timeseries.labels.SeriesId;

/**
 * A place in the order of a partition's rows, where slices are cut: by metric, then by the upper half of the series id. Rows of one
 * series and day are never cut apart by their key.
 *
 * @param metricHash signed, as the table orders it
 * @param seriesHigh unsigned, as the table orders it
 */
public record SliceKey(long metricHash, long seriesHigh) implements Comparable<SliceKey> {
    /** Nothing lies before it. */
    public static final SliceKey LOWEST = new SliceKey(Long.MIN_VALUE, 0);

    /** The key of a series of a metric. */
    public static SliceKey of(long metricHash, SeriesId series) {
        return new SliceKey(metricHash, series.high());
    }

    /** The first key that a metric can have. */
    public static SliceKey firstOf(long metricHash) {
        return new SliceKey(metricHash, 0);
    }

    /** The last key that a metric can have. */
    public static SliceKey lastOf(long metricHash) {
        return new SliceKey(metricHash, -1);
    }

    @Override
    public int compareTo(SliceKey other) {
        int order = Long.compare(metricHash, other.metricHash);
        return order != 0 ? order : Long.compareUnsigned(seriesHigh, other.seriesHigh);
    }
}
