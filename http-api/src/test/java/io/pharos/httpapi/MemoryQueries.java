package io.pharos.httpapi;

import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryService;
import io.pharos.promql.query.SeriesSource;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The real engine over samples in a map. */
final class MemoryQueries implements QueryService, SeriesSource {
    private final Engine engine = new Engine(EngineSettings.defaults());
    private final Map<Labels, TreeMap<Long, Double>> series = new ConcurrentSkipListMap<>();

    /** The last range query asked. */
    volatile @Nullable CompletableFuture<QueryResult> last;

    void add(Labels labels, long timestampMillis, double value) {
        series.computeIfAbsent(labels, none -> new TreeMap<>()).put(timestampMillis, value);
    }

    @Override
    public CompletionStage<QueryResult> instant(String expression, long timeMillis, QueryOptions options) {
        return CompletableFuture.supplyAsync(() -> engine.instant(expression, timeMillis, options, this));
    }

    @Override
    public CompletionStage<QueryResult> range(
            String expression, long startMillis, long endMillis, long stepMillis, QueryOptions options) {
        CompletableFuture<QueryResult> asked = CompletableFuture.supplyAsync(
                () -> engine.range(expression, startMillis, endMillis, stepMillis, options, this));
        last = asked;
        return asked;
    }

    @Override
    public CompletionStage<Found<Labels>> series(
            List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, QueryOptions options) {
        return CompletableFuture.completedFuture(new Found<>(matching(selectors), List.of()));
    }

    @Override
    public CompletionStage<Found<String>> labelNames(
            List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, QueryOptions options) {
        return strings(selectors, labels -> List.copyOf(labels.toMap().keySet()));
    }

    @Override
    public CompletionStage<Found<String>> labelValues(
            String label, List<List<LabelMatcher>> selectors, long fromMillis, long toMillis, QueryOptions options) {
        return strings(
                selectors, labels -> labels.valueOf(label).isEmpty() ? List.of() : List.of(labels.valueOf(label)));
    }

    private CompletionStage<Found<String>> strings(
            List<List<LabelMatcher>> selectors, Function<Labels, List<String>> part) {
        TreeSet<String> all = new TreeSet<>();
        matching(selectors).forEach(labels -> all.addAll(part.apply(labels)));
        return CompletableFuture.completedFuture(new Found<>(List.copyOf(all), List.of()));
    }

    private List<Labels> matching(List<List<LabelMatcher>> selectors) {
        List<Labels> found = new ArrayList<>();
        for (Labels labels : series.keySet()) {
            if (selectors.isEmpty() || selectors.stream().anyMatch(selector -> matches(labels, selector))) {
                found.add(labels);
            }
        }
        return found;
    }

    private static boolean matches(Labels labels, List<LabelMatcher> matchers) {
        return matchers.stream().allMatch(matcher -> matcher.matches(labels.valueOf(matcher.name())));
    }

    @Override
    public SeriesSet select(List<LabelMatcher> matchers, long fromMillis, long toMillis) {
        Iterator<Labels> found = matching(List.of(matchers)).iterator();
        return new SeriesSet() {
            private Labels current = Labels.EMPTY;

            @Override
            public boolean next() {
                if (!found.hasNext()) {
                    return false;
                }
                current = found.next();
                return true;
            }

            @Override
            public Labels labels() {
                return current;
            }

            @Override
            public SampleIterator samples() {
                TreeMap<Long, Double> samples = series.getOrDefault(current, new TreeMap<>());
                return new Samples(samples.subMap(fromMillis, true, toMillis, true)
                        .entrySet()
                        .iterator());
            }

            @Override
            public void close() {}
        };
    }

    /** Walks a map's entries. */
    private static final class Samples implements SampleIterator {
        private final Iterator<Map.Entry<Long, Double>> entries;
        private long time;
        private double value;

        Samples(Iterator<Map.Entry<Long, Double>> entries) {
            this.entries = entries;
        }

        @Override
        public boolean next() {
            if (!entries.hasNext()) {
                return false;
            }
            Map.Entry<Long, Double> entry = entries.next();
            time = entry.getKey();
            value = entry.getValue();
            return true;
        }

        @Override
        public long timestampMillis() {
            return time;
        }

        @Override
        public double value() {
            return value;
        }
    }
}
