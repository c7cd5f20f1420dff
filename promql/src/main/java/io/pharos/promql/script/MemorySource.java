package io.pharos.promql.script;

import io.pharos.promql.query.SeriesSource;
import io.pharos.promql.query.TierRead;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.rollup.RollUp;
import io.pharos.timeseries.rollup.RollupChunk;
import io.pharos.timeseries.rollup.RollupPoints;
import io.pharos.timeseries.rollup.TieredSamples;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
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

    private final Map<Labels, NavigableMap<Long, Sample>> series = new LinkedHashMap<>();

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
        return new Selected(found(matchers), Samples::new);
    }

    /** Rolls up what it holds as it is asked for, so that one source answers both from samples and from roll-ups. */
    @Override
    public SeriesSet select(List<LabelMatcher> matchers, long fromMillis, long toMillis, TierRead read) {
        return new Selected(found(matchers), samples -> tiered(samples, read));
    }

    private static SampleIterator tiered(NavigableMap<Long, Sample> samples, TierRead read) {
        List<TieredSamples.Piece> pieces = new ArrayList<>();
        long first = samples.isEmpty() ? 0 : samples.firstKey();
        long after = Long.MIN_VALUE;
        for (TierRead.Stretch stretch : read.stretches()) {
            long resolution = stretch.resolutionMillis();
            if (stretch.isRaw()) {
                pieces.add(TieredSamples.Piece.ofRaw(after, stretch.toMillis(), new Samples(samples)));
            } else if (first <= stretch.toMillis()) {
                // A piece begins with an interval; the sample before it is carried in.
                long begin = RollUp.endOf(Math.max(after, first), resolution) - resolution;
                RollupPoints points = RollUp.of(new Samples(samples), resolution, begin, stretch.toMillis());
                pieces.add(TieredSamples.Piece.ofPoints(
                        after, stretch.toMillis(), List.of(RollupChunk.parse(RollupChunk.encode(points)))));
            }
            after = stretch.toMillis();
        }
        return new TieredSamples(read.column(), pieces);
    }

    private List<Map.Entry<Labels, NavigableMap<Long, Sample>>> found(List<LabelMatcher> matchers) {
        List<Map.Entry<Labels, NavigableMap<Long, Sample>>> found = new ArrayList<>();
        for (Map.Entry<Labels, NavigableMap<Long, Sample>> entry : series.entrySet()) {
            boolean all = true;
            for (LabelMatcher matcher : matchers) {
                all &= matcher.matches(entry.getKey().valueOf(matcher.name()));
            }
            if (all) {
                found.add(entry);
            }
        }
        return found;
    }

    /** Series that were found, each walked in its way. */
    private static final class Selected implements SeriesSet {
        private final List<Map.Entry<Labels, NavigableMap<Long, Sample>>> found;
        private final Function<NavigableMap<Long, Sample>, SampleIterator> walk;
        private int at = -1;

        Selected(
                List<Map.Entry<Labels, NavigableMap<Long, Sample>>> found,
                Function<NavigableMap<Long, Sample>, SampleIterator> walk) {
            this.found = found;
            this.walk = walk;
        }

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
            return walk.apply(found.get(at).getValue());
        }

        @Override
        public void close() {}
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
