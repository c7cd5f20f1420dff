package io.pharos.promql.script;

import io.pharos.promql.query.SeriesSource;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Series in maps, in the order they came. Not thread-safe. */
public final class MemorySource implements SeriesSource {
    /**
     * One sample.
     *
     * @param value the number; NaN of a histogram
     * @param startMillis since when it counts, 0 where that is not known
     */
    public record Sample(double value, @Nullable Histogram histogram, long startMillis) {}

    private final Map<Labels, TreeMap<Long, Sample>> series = new LinkedHashMap<>();

    /** Adds a number, or replaces the sample of the same time. */
    public void add(Labels labels, long timeMillis, double value) {
        add(labels, timeMillis, new Sample(value, null, 0));
    }

    /** Adds a sample, or replaces the one of the same time. */
    public void add(Labels labels, long timeMillis, Sample sample) {
        series.computeIfAbsent(labels, none -> new TreeMap<>()).put(timeMillis, sample);
    }

    /** All samples by series; not a copy. */
    public Map<Labels, ? extends Map<Long, Sample>> series() {
        return series;
    }

    @Override
    public SeriesSet select(List<LabelMatcher> matchers, long fromMillis, long toMillis) {
        List<Map.Entry<Labels, TreeMap<Long, Sample>>> found = new ArrayList<>();
        for (Map.Entry<Labels, TreeMap<Long, Sample>> entry : series.entrySet()) {
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
                return new Samples(found.get(at).getValue());
            }

            @Override
            public void close() {}
        };
    }

    /** Walks one series. Hints are those a store gives: that counting went on, where both samples are in one chunk. */
    private static final class Samples implements SampleIterator {
        private final Iterator<Map.Entry<Long, Sample>> entries;
        private final boolean histograms;
        private final boolean startTimes;
        private long time;
        private Sample current = new Sample(0, null, 0);
        private @Nullable Histogram histogram;

        Samples(Map<Long, Sample> samples) {
            entries = samples.entrySet().iterator();
            histograms = samples.values().stream().anyMatch(sample -> sample.histogram() != null);
            startTimes = samples.values().stream().anyMatch(sample -> sample.startMillis() != 0);
        }

        @Override
        public boolean next() {
            if (!entries.hasNext()) {
                return false;
            }
            Histogram before = current.histogram();
            Map.Entry<Long, Sample> entry = entries.next();
            time = entry.getKey();
            current = entry.getValue();
            histogram = hinted(current.histogram(), before);
            return true;
        }

        private static @Nullable Histogram hinted(@Nullable Histogram now, @Nullable Histogram before) {
            if (now == null || now.hint() == CounterResetHint.GAUGE) {
                return now;
            }
            Histogram unknown = now.withHint(CounterResetHint.UNKNOWN);
            boolean oneChunk = before != null
                    && before.hint() != CounterResetHint.GAUGE
                    && now.hint() != CounterResetHint.RESET
                    && before.schema() == now.schema()
                    && before.zeroThreshold() == now.zeroThreshold()
                    && Arrays.equals(before.customBounds(), now.customBounds())
                    && !unknown.isResetAfter(before);
            return oneChunk ? now.withHint(CounterResetHint.NOT_RESET) : unknown;
        }

        @Override
        public long timestampMillis() {
            return time;
        }

        @Override
        public double value() {
            return current.value();
        }

        @Override
        public boolean hasHistograms() {
            return histograms;
        }

        @Override
        public @Nullable Histogram histogram() {
            return histogram;
        }

        @Override
        public boolean hasStartTimes() {
            return startTimes;
        }

        @Override
        public long startMillis() {
            return current.startMillis();
        }
    }

    /** The mark that a series ended, as a sample. */
    static Sample stale() {
        return new Sample(StaleMarker.VALUE, null, 0);
    }
}
