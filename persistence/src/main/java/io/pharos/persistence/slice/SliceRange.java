package io.pharos.persistence.slice;

import io.pharos.timeseries.labels.SeriesId;
import java.util.Comparator;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * A slice to read.
 *
 * @param from the first key that may be in it
 * @param to exclusive; null where there is no end
 */
public record SliceRange(
        int number, SliceKey from, @Nullable SliceKey to) implements Comparable<SliceRange> {
    /** The one slice of a day without records. */
    public static final SliceRange PLAIN = new SliceRange(0, SliceKey.LOWEST, null);

    private static final Comparator<SliceKey> OPEN_END = Comparator.nullsLast(Comparator.naturalOrder());

    /** Those of some series of a metric whose rows may be in it. */
    public SortedSet<SeriesId> of(long metricHash, SortedSet<SeriesId> series) {
        SortedSet<SeriesId> inside = series;
        if (from.metricHash() == metricHash) {
            inside = inside.tailSet(new SeriesId(from.seriesHigh(), 0));
        }
        if (to != null && to.metricHash() == metricHash) {
            inside = inside.headSet(new SeriesId(to.seriesHigh(), 0));
        }
        return inside;
    }

    /** Whether every key of it is lower than those of another. */
    public boolean isBefore(SliceRange other) {
        return to != null && to.compareTo(other.from) <= 0;
    }

    /** By beginning, wider ones first. */
    @Override
    public int compareTo(SliceRange other) {
        int order = from.compareTo(other.from);
        if (order == 0) {
            order = OPEN_END.compare(other.to, to);
        }
        return order != 0 ? order : Integer.compare(number, other.number);
    }
}
