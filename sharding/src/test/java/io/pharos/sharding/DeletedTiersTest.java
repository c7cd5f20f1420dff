package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryValue;
import io.pharos.sharding.rollup.RollUpSettings;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.StorageTiers;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Deletions from raw samples and from roll-ups: queries answer what they would if the samples had never come. */
class DeletedTiersTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long START = 19_990 * DAY;
    private static final int DAYS = 12;
    private static final int SERIES = 3;
    private static final QueryOptions OPTIONS = QueryOptions.defaults().withLookback(Duration.ofMinutes(12));

    private final AtomicLong now = new AtomicLong(START);
    private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    private final InMemoryStores stores = new InMemoryStores(ForkJoinPool.commonPool(), clock, StorageTiers.DEFAULT);
    private final List<NavigableMap<Long, Double>> model = List.of(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

    private TestNode node() throws Exception {
        return new TestNode(
                        stores.stores(),
                        settings -> settings.withShardCount(2)
                                .withShard(Shards.withHotSpan(settings.shard(), Duration.ofHours(1)))
                                .withRollUp(new RollUpSettings(
                                        settings.rollUp().tiers(),
                                        Duration.ofDays(1),
                                        Duration.ZERO,
                                        Duration.ZERO,
                                        2,
                                        Duration.ZERO)),
                        clock)
                .awaitReady();
    }

    private static Labels labels(int series) {
        return Labels.of("__name__", "g", "i", "" + series);
    }

    private void live(TestNode node) throws Exception {
        for (int day = 0; day < DAYS; day += 4) {
            SampleBatchBuilder batch = new SampleBatchBuilder();
            int count = 0;
            for (int i = 0; i < SERIES; i++) {
                for (long t = START + day * DAY + 5 * MINUTE; t <= START + (day + 4) * DAY; t += 5 * MINUTE) {
                    double value = i + (t - START) % 7_900_000 / 1000.0;
                    batch.add(labels(i), t, value);
                    model.get(i).put(t, value);
                    count++;
                }
            }
            now.set(START + (day + 4) * DAY);
            assertThat(node.runtime
                            .sink()
                            .append(batch.build(), clock.instant().plusSeconds(120))
                            .toCompletableFuture()
                            .get(2, TimeUnit.MINUTES))
                    .isEqualTo(AppendResult.Decided.allOf(count));
            now.addAndGet(4 * HOUR);
            rollUp(node);
        }
    }

    private static void rollUp(TestNode node) throws Exception {
        node.runtime.checkpoint().toCompletableFuture().get(2, TimeUnit.MINUTES);
        node.runtime.rollUp().toCompletableFuture().get(2, TimeUnit.MINUTES);
    }

    private void delete(TestNode node, int series, long from, long to) throws Exception {
        node.runtime
                .delete(
                        List.of(List.of(
                                LabelMatcher.equal("__name__", "g"),
                                LabelMatcher.of(LabelMatcher.Type.REGEX, "i", "" + series))),
                        from,
                        to,
                        Duration.ofMinutes(2))
                .toCompletableFuture()
                .get(3, TimeUnit.MINUTES);
        model.get(series).subMap(from, true, to, true).clear();
    }

    /** Sums, counts and newest samples of the windows up to each step. */
    private void check(TestNode node, String as, long from, long to, long window) throws Exception {
        String text = "[" + window / MINUTE + "m]";
        check(node, as, "count_over_time(g" + text + ")", from, to, window);
        check(node, as, "sum_over_time(g" + text + ")", from, to, window);
        check(node, as, "last_over_time(g" + text + ")", from, to, window);
    }

    private void check(TestNode node, String as, String expression, long from, long to, long window) throws Exception {
        QueryValue.Matrix matrix = (QueryValue.Matrix) node.runtime
                .queries()
                .range(expression, from, to, window, OPTIONS)
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES)
                .value();
        Map<String, Map<Long, Double>> found = new HashMap<>();
        for (QueryValue.MatrixSeries series : matrix.series()) {
            Map<Long, Double> values = found.computeIfAbsent(series.labels().get("i"), added -> new HashMap<>());
            for (int i = 0; i < series.values().length; i++) {
                values.put(series.timestampsMillis()[i], series.values()[i]);
            }
        }
        for (int i = 0; i < SERIES; i++) {
            for (long t = from; t <= to; t += window) {
                NavigableMap<Long, Double> samples = model.get(i).subMap(t - window, false, t, true);
                Double value = found.getOrDefault("" + i, Map.of()).get(t);
                String what = as + ": " + expression + " of " + i + " at " + (t - START) / (double) HOUR + " h";
                if (samples.isEmpty()) {
                    assertThat(value).as(what).isNull();
                } else {
                    assertThat(value).as(what).isNotNull().isCloseTo(expected(expression, samples), within(1e-6));
                }
            }
        }
    }

    private static double expected(String expression, NavigableMap<Long, Double> samples) {
        if (expression.startsWith("count")) {
            return samples.size();
        }
        return expression.startsWith("last")
                ? samples.lastEntry().getValue()
                : samples.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** The newest sample at some times, by an instant selector. */
    private void checkNewest(TestNode node, String as, long from, long to) throws Exception {
        for (long t = from; t <= to; t += MINUTE) {
            QueryValue.Vector vector = (QueryValue.Vector) node.runtime
                    .queries()
                    .instant("g", t, OPTIONS)
                    .toCompletableFuture()
                    .get(2, TimeUnit.MINUTES)
                    .value();
            Map<String, Double> found = new HashMap<>();
            vector.samples().forEach(sample -> found.put(sample.labels().get("i"), sample.value()));
            Map<String, Double> expected = new HashMap<>();
            for (int i = 0; i < SERIES; i++) {
                Map.Entry<Long, Double> newest = model.get(i).floorEntry(t);
                if (newest != null && newest.getKey() > t - 12 * MINUTE) {
                    expected.put("" + i, newest.getValue());
                }
            }
            assertThat(found)
                    .as(as + " at " + (t - START) / (double) HOUR + " h")
                    .isEqualTo(expected);
        }
    }

    private void checkAll(TestNode node, String as) throws Exception {
        long end = START + DAYS * DAY;
        check(node, as, START + HOUR, end, HOUR);
        check(node, as, START + 2 * DAY, START + 3 * DAY, 10 * MINUTE);
        check(node, as, START + 9 * DAY, end, 10 * MINUTE);
    }

    @Test
    void queriesAnswerAsIfTheSamplesHadNeverCome() throws Exception {
        long end = START + DAYS * DAY;
        try (TestNode node = node()) {
            live(node);
            checkAll(node, "before");
            // Where raw samples are gone: whole points only.
            delete(node, 0, START + 2 * DAY + 3 * HOUR + 1, START + 2 * DAY + 9 * HOUR);
            // Where they are still there, and roll-ups too; the edges lie inside of hours.
            delete(node, 1, START + 9 * DAY + 3 * HOUR + 17 * MINUTE, START + 10 * DAY + 13 * HOUR + 42 * MINUTE);
            // The newest samples, which are in memory: older ones come to light.
            delete(node, 2, end - 8 * MINUTE, Long.MAX_VALUE);
            checkAll(node, "deleted");
            checkNewest(node, "deleted", end - 20 * MINUTE, end + 14 * MINUTE);
            rollUp(node);
            checkAll(node, "rolled up again");
            node.kill();
        }
        try (TestNode node = node()) {
            checkAll(node, "taken over");
            checkNewest(node, "taken over", end - 20 * MINUTE, end + 14 * MINUTE);
            // Raw samples go; what is left is points, made again.
            now.set(START + (DAYS + 8) * DAY + 4 * HOUR);
            rollUp(node);
            checkAll(node, "without raw samples");
            // A whole series: nothing of it is left anywhere.
            delete(node, 1, Long.MIN_VALUE, Long.MAX_VALUE);
            checkAll(node, "without one series");
            node.kill();
        }
        try (TestNode node = node()) {
            checkAll(node, "taken over without one series");
            node.kill();
        }
    }
}
