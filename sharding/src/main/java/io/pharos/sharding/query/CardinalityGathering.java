package io.pharos.sharding.query;

import io.pharos.sharding.query.QueryWorker.CardinalityRow;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Adds up what groups of shards counted. One thread at a time. */
final class CardinalityGathering implements ShardScatter.Gathering<CardinalityGathering> {
    private final Map<String, Long> metrics = new HashMap<>();
    private final Map<String, Long> pairs = new HashMap<>();
    private final Map<String, Long> bytes = new HashMap<>();
    private final Map<String, DistinctSketch> values = new HashMap<>();
    private long series;
    private long chunks;
    private long minMillis = Long.MAX_VALUE;
    private long maxMillis = Long.MIN_VALUE;
    private long metricsCut;
    private long pairsCut;

    @Override
    public ShardScatter.Pages open(String node, int shards) {
        return page -> ((QueryWorker.CardinalityPage) page).rows().forEach(this::add);
    }

    @Override
    public CardinalityGathering value() {
        return this;
    }

    private void add(CardinalityRow row) {
        switch (row.kind()) {
            case SERIES -> series += row.count();
            case CHUNKS -> chunks += row.count();
            case MIN_TIME -> minMillis = Math.min(minMillis, row.count());
            case MAX_TIME -> maxMillis = Math.max(maxMillis, row.count());
            case METRIC -> metrics.merge(row.name(), row.count(), Long::sum);
            case METRIC_CUT -> metricsCut += row.count();
            case PAIR -> pairs.merge(row.name(), row.count(), Long::sum);
            case PAIR_CUT -> pairsCut += row.count();
            case LABEL -> {
                bytes.merge(row.name(), row.count(), Long::sum);
                values.computeIfAbsent(row.name(), name -> new DistinctSketch()).add(row.bound(), row.hashes());
            }
        }
    }

    /** The first ones of each kind, and a sentence where a number may be too low. */
    Cardinality first(int limit, List<String> notes) {
        Map<String, Long> valueCounts = new HashMap<>();
        long labelPairs = 0;
        for (Map.Entry<String, DistinctSketch> label : values.entrySet()) {
            long count = label.getValue().count();
            valueCounts.put(label.getKey(), count);
            labelPairs += count;
        }
        List<String> warnings = new ArrayList<>(notes);
        List<Cardinality.Count> byMetric = first(metrics, limit);
        List<Cardinality.Count> byPair = first(pairs, limit);
        warn(warnings, "seriesCountByMetricName", byMetric, limit, metricsCut);
        warn(warnings, "seriesCountByLabelValuePair", byPair, limit, pairsCut);
        return new Cardinality(
                series,
                labelPairs,
                chunks,
                minMillis,
                maxMillis,
                byMetric,
                first(valueCounts, limit),
                first(bytes, limit),
                byPair,
                warnings);
    }

    /**
     * A node tells its first ones only. What it left out it has at most so often as the largest it left out, so a sum is too low by no more
     * than these together; that is told only where it could change who is shown.
     */
    private static void warn(List<String> warnings, String list, List<Cardinality.Count> shown, int limit, long cut) {
        if (cut > 0 && (shown.size() < limit || shown.get(shown.size() - 1).count() <= cut)) {
            warnings.add(list + ": what is shown may be too low by up to " + cut
                    + ", and others with up to as many may be missing");
        }
    }

    private static List<Cardinality.Count> first(Map<String, Long> counts, int limit) {
        return counts.entrySet().stream()
                .map(entry -> new Cardinality.Count(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(Cardinality.Count::count)
                        .reversed()
                        .thenComparing(Cardinality.Count::name, Labels::compareUtf8))
                .limit(limit)
                .toList();
    }
}
