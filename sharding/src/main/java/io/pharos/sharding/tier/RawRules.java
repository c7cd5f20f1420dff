package io.pharos.sharding.tier;

import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How long samples of which series are kept as they came: the entries of resolution raw, the last one without a selector. Immutable. */
final class RawRules {
    /**
     * An entry.
     *
     * @param where it stands, for errors
     */
    record Entry(List<LabelMatcher> selector, long retentionMillis, String where) {
        Entry {
            selector = List.copyOf(selector);
        }

        boolean matches(@Nullable Labels labels) {
            for (LabelMatcher matcher : selector) {
                if (labels == null || !matcher.matches(labels.valueOf(matcher.name()))) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Entry> entries;

    /** Of entries in order. */
    RawRules(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    List<Entry> entries() {
        return entries;
    }

    /** The entry without a selector. */
    Entry common() {
        return entries.get(entries.size() - 1);
    }

    /** Whether a series' retention can be told without its labels. */
    boolean sameForAll() {
        return entries.size() == 1;
    }

    /** Of a series, by the first entry that matches; of one whose labels are not known by that without a selector. */
    long retentionMillis(@Nullable Labels labels) {
        for (Entry entry : entries) {
            if (entry.matches(labels)) {
                return entry.retentionMillis;
            }
        }
        return common().retentionMillis;
    }

    /** The entry that keeps samples for the shortest time. */
    Entry shortest() {
        Entry shortest = common();
        for (Entry entry : entries) {
            shortest = entry.retentionMillis < shortest.retentionMillis ? entry : shortest;
        }
        return shortest;
    }

    /** The longest time. */
    long longestMillis() {
        return entries.stream().mapToLong(Entry::retentionMillis).max().orElse(0);
    }

    /** All times, each once, ascending. */
    List<Long> retentions() {
        return entries.stream().map(Entry::retentionMillis).distinct().sorted().toList();
    }
}
