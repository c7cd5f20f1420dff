package io.pharos.collection.metadata;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The metadata of metrics by name, as last heard; the same name may be described differently by different senders. Holds a
 * limited number of names, of which the longest unheard goes first. Thread-safe; callers report changes, not every scrape.
 */
public final class MetadataCache {
    private static final int VARIANTS_MAX = 8;
    private static final int TEXT_MAX = 4096;

    private final Names names;

    /** A cache of at most this many metric names. */
    public MetadataCache(int namesMax) {
        names = new Names(namesMax);
    }

    /** Remembers what a sender said of a metric; texts are cut at 4,096 characters. */
    public void put(String metric, MetricMetadata metadata) {
        MetricMetadata bounded = new MetricMetadata(metadata.type(), cut(metadata.help()), cut(metadata.unit()));
        synchronized (names) {
            List<MetricMetadata> known = names.remove(cut(metric));
            List<MetricMetadata> updated = known == null ? new ArrayList<>(1) : known;
            if (!updated.contains(bounded)) {
                if (updated.size() == VARIANTS_MAX) {
                    updated.remove(0);
                }
                updated.add(bounded);
            }
            names.put(cut(metric), updated);
        }
    }

    /** What is known of one metric, the variant heard first in front; empty when nothing. */
    public List<MetricMetadata> get(String metric) {
        synchronized (names) {
            return List.copyOf(names.getOrDefault(metric, List.of()));
        }
    }

    /** A copy of all that is known, the name heard last at the end. */
    public Map<String, List<MetricMetadata>> all() {
        synchronized (names) {
            Map<String, List<MetricMetadata>> copy = new LinkedHashMap<>();
            names.forEach((name, variants) -> copy.put(name, List.copyOf(variants)));
            return copy;
        }
    }

    private static String cut(String text) {
        return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX);
    }

    private static final class Names extends LinkedHashMap<String, List<MetricMetadata>> {
        private static final long serialVersionUID = 1;
        private final int max;

        Names(int max) {
            this.max = max;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<MetricMetadata>> eldest) {
            return size() > max;
        }
    }
}
