package io.pharos.promql.conformance;

import io.pharos.promql.query.SeriesSource;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Series in maps, in the order they came. */
public final class MemorySource implements SeriesSource {
    private final Map<Labels, TreeMap<Long, Double>> series = new LinkedHashMap<>();

    /** Adds a sample, or replaces the one of the same time. */
    public void add(Labels labels, long timeMillis, double value) {
        series.computeIfAbsent(labels, none -> new TreeMap<>()).put(timeMillis, value);
    }

    public Map<Labels, ? extends Map<Long, Double>> series() {
        return series;
    }

    @Override
    public SeriesSet select(List<LabelMatcher> matchers, long fromMillis, long toMillis) {
        List<Map.Entry<Labels, TreeMap<Long, Double>>> found = new ArrayList<>();
        for (Map.Entry<Labels, TreeMap<Long, Double>> entry : series.entrySet()) {
            boolean all = true;
            for (LabelMatcher matcher : matchers) {
                all &= matcher.matches(entry.getKey().valueOf(matcher.name()));
            }
            if (all) {
                found.add(entry);
            }
        }
        return new SeriesSet() {
            private int at = -1;

            @Override
            public boolean next() {
                return ++at < found.size();
            }

            @Override
            public Labels labels() {
                return found.get(at).getKey();
            }

            @Override
            public SampleIterator samples() {
                var entries = found.get(at).getValue().entrySet().iterator();
                return new SampleIterator() {
                    private Map.Entry<Long, Double> current = Map.entry(0L, 0.0);

                    @Override
                    public boolean next() {
                        if (!entries.hasNext()) {
                            return false;
                        }
                        current = entries.next();
                        return true;
                    }

                    @Override
                    public long timestampMillis() {
                        return current.getKey();
                    }

                    @Override
                    public double value() {
                        return current.getValue();
                    }
                };
            }

            @Override
            public void close() {}
        };
    }
}
