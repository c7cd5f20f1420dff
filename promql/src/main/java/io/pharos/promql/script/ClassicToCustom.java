package io.pharos.promql.script;

import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.labels.Labels;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Makes native histograms with custom buckets of classic ones, as {@code load_with_nhcb} wants them. */
final class ClassicToCustom {
    /** What is known of one histogram at one time. */
    private static final class Parts {
        final TreeMap<Double, Double> cumulative = new TreeMap<>();
        double sum;
        double count = Double.NaN;
    }

    private final Map<Labels, TreeMap<Long, Parts>> histograms = new LinkedHashMap<>();

    /** Takes a number of a classic histogram in; any other series is left alone. */
    void add(Labels labels, long timeMillis, double value) {
        String name = labels.metricName();
        String le = labels.valueOf("le");
        if (name.endsWith("_bucket") && !le.isEmpty()) {
            parts(labels, "_bucket", timeMillis).cumulative.put(SeriesLine.number(le), value);
        } else if (name.endsWith("_sum")) {
            parts(labels, "_sum", timeMillis).sum = value;
        } else if (name.endsWith("_count")) {
            parts(labels, "_count", timeMillis).count = value;
        }
    }

    private Parts parts(Labels labels, String suffix, long timeMillis) {
        String name = labels.metricName();
        Labels base =
                labels.drop(Set.of("le")).with(Labels.METRIC_NAME, name.substring(0, name.length() - suffix.length()));
        return histograms
                .computeIfAbsent(base, none -> new TreeMap<>())
                .computeIfAbsent(timeMillis, none -> new Parts());
    }

    /** Puts all histograms that have buckets into a source. */
    void store(MemorySource into) {
        histograms.forEach((labels, times) -> times.forEach((time, parts) -> {
            if (!parts.cumulative.isEmpty()) {
                into.add(labels, time, new MemorySource.Sample(Double.NaN, histogram(parts), 0));
            }
        }));
    }

    private static Histogram histogram(Parts parts) {
        double last = parts.cumulative.lastEntry().getValue();
        double count = Double.isNaN(parts.count) ? last : parts.count;
        parts.cumulative.putIfAbsent(Double.POSITIVE_INFINITY, count);
        double[] bounds = new double[parts.cumulative.size() - 1];
        double[] counts = new double[parts.cumulative.size()];
        double before = 0;
        int at = 0;
        for (Map.Entry<Double, Double> bucket : parts.cumulative.entrySet()) {
            if (at < bounds.length) {
                bounds[at] = bucket.getKey();
            }
            counts[at++] = bucket.getValue() - before;
            before = bucket.getValue();
        }
        return Histogram.custom(bounds, count, parts.sum, HistogramBuckets.from(0, counts));
    }
}
