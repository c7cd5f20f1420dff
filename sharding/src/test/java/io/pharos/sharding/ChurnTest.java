package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryValue;
import io.pharos.sharding.rollup.RollUpSettings;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.sample.SampleSink;
import io.pharos.timeseries.store.StorageTiers;
import io.pharos.timeseries.store.memory.InMemoryStores;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Fifty generations of series over twelve days: those that ended leave memory and come back, among imports, deletions, kills and moves,
 * and at any time what is answered is what a model has that forgets nothing but what was deleted.
 */
class ChurnTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    /** 2024-10-25: a month turns in the middle. */
    private static final long START = 20_021 * DAY;

    private static final int GENERATIONS = 50;
    private static final long STEP = 6 * HOUR;
    private static final int BORN = 6;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final AtomicLong now = new AtomicLong(START);
    private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    private final InMemoryStores stores =
            new InMemoryStores(ForkJoinPool.commonPool(), clock, new StorageTiers(60 * DAY, List.of()));
    private final SortedMap<String, TreeMap<Long, Double>> model = new TreeMap<>();
    /** The last UTC day that anything came of, deleted or not. */
    private final Map<String, Long> lastDays = new HashMap<>();

    private final Random random = new Random(29);
    private TreeSet<String> resting = new TreeSet<>();
    private double left;

    private static ShardingSettings settings(ShardingSettings settings) {
        RollUpSettings rollUp = settings.rollUp();
        return settings.withShardCount(2)
                .withShard(Shards.withHotSpan(settings.shard(), Duration.ofHours(1)))
                .withRollUp(new RollUpSettings(
                        TierRules.RAW_ONLY,
                        Duration.ofDays(1),
                        rollUp.margin(),
                        rollUp.spread(),
                        rollUp.seriesAtOnce(),
                        rollUp.pause()));
    }

    private static Labels labels(String id) {
        return Labels.of("__name__", "churn", "id", id, "kind", id.substring(id.length() - 1));
    }

    private double add(SampleBatchBuilder batch, String id, long time) {
        double value = 1 + random.nextInt(1000);
        batch.add(labels(id), time, value);
        model.computeIfAbsent(id, added -> new TreeMap<>()).put(time, value);
        lastDays.merge(id, Math.floorDiv(time, DAY), Math::max);
        return value;
    }

    private void append(SampleSink sink, SampleBatchBuilder batch) throws Exception {
        int count = batch.sampleCount();
        if (count > 0) {
            assertThat(sink.append(batch.build(), clock.instant().plus(PATIENCE))
                            .toCompletableFuture()
                            .get(2, TimeUnit.MINUTES))
                    .isEqualTo(AppendResult.Decided.allOf(count));
        }
    }

    /** Some are born, one is always there, some that rest come back. */
    private void live(TestNode node, int generation) throws Exception {
        long from = now.get();
        now.addAndGet(STEP);
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (long time = from + HOUR; time <= now.get(); time += HOUR) {
            add(batch, "always0", time);
        }
        for (int i = 0; i < BORN; i++) {
            long time = from + 1 + random.nextInt((int) STEP / 2);
            for (int k = 0; k < 4; k++) {
                add(batch, "g" + generation + "-" + i, time);
                time += 1 + random.nextInt((int) STEP / 8);
            }
        }
        List<String> all = new ArrayList<>(resting);
        for (int i = 0; i < 2 && !all.isEmpty(); i++) {
            add(batch, all.remove(random.nextInt(all.size())), now.get() - i - random.nextInt((int) MINUTE));
        }
        resting = new TreeSet<>(model.keySet());
        append(node.runtime.sink(), batch);
    }

    /** Samples of some days ago, of old series and of ones that were never there. */
    private void importSome(TestNode node, int generation) throws Exception {
        List<String> all = new ArrayList<>(model.keySet());
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (int i = 0; i < 3; i++) {
            String id = i == 0 ? "imported" + generation : all.remove(random.nextInt(all.size()));
            long time = now.get() - 3 * HOUR - random.nextInt((int) (4 * DAY));
            if (time > START + DAY && !model.getOrDefault(id, new TreeMap<>()).containsKey(time)) {
                add(batch, id, time);
            }
        }
        append(node.runtime.imports(), batch);
    }

    private void deleteSome(TestNode node) throws Exception {
        String kind = "" + random.nextInt(BORN);
        long from = START + DAY + 1 + (long) (random.nextDouble() * (now.get() - START - DAY));
        long to = from + random.nextInt((int) (2 * DAY));
        node.runtime
                .delete(List.of(List.of(LabelMatcher.equal("kind", kind))), from, to, PATIENCE)
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
        model.forEach((id, samples) -> {
            if (id.endsWith(kind)) {
                samples.subMap(from, true, to, true).clear();
            }
        });
    }

    private Map<String, Double> expected(long after, long to, boolean sum) {
        Map<String, Double> all = new HashMap<>();
        model.forEach((id, samples) -> {
            NavigableMap<Long, Double> some = samples.subMap(after, false, to, true);
            if (!some.isEmpty()) {
                all.put(
                        id,
                        sum
                                ? some.values().stream()
                                        .mapToDouble(Double::doubleValue)
                                        .sum()
                                : some.size());
            }
        });
        return all;
    }

    private static Map<String, Double> asked(TestNode node, String expression, long time) throws Exception {
        Map<String, Double> all = new HashMap<>();
        ((QueryValue.Vector) node.value(expression, time)).samples().forEach(sample -> {
            String id = sample.labels().valueOf("id");
            assertThat(all.put(id, sample.value())).as("%s comes once", id).isNull();
        });
        return all;
    }

    private void check(TestNode node, String as) throws Exception {
        for (int i = 0; i < 3; i++) {
            int hours = 1 + random.nextInt(i == 0 ? 300 : 40);
            long to = now.get() - (i == 2 ? random.nextInt((int) (6 * DAY)) : 0);
            boolean sum = random.nextBoolean();
            assertThat(asked(node, (sum ? "sum" : "count") + "_over_time(churn[" + hours + "h])", to))
                    .as("%s: %s hours before hour %s", as, hours, (to - START) / HOUR)
                    .isEqualTo(expected(to - hours * HOUR, to, sum));
        }
        long fromDay = START / DAY + random.nextInt((int) ((now.get() - START) / DAY) + 1);
        TreeSet<String> livedThen = new TreeSet<>(
                expected(fromDay * DAY - 1, (fromDay + 1) * DAY - 1, false).keySet());
        List<List<LabelMatcher>> all = List.of(List.of(LabelMatcher.equal("__name__", "churn")));
        List<String> listed = node
                .runtime
                .queries()
                .series(all, fromDay * DAY, (fromDay + 1) * DAY - 1, QueryOptions.defaults())
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES)
                .values()
                .stream()
                .map(labels -> labels.valueOf("id"))
                .toList();
        assertThat(listed).as("%s: series of day %s", as, fromDay).doesNotHaveDuplicates();
        assertThat(listed).as("%s: series of day %s", as, fromDay).containsAll(livedThen);
        assertThat(node.runtime
                        .queries()
                        .labelValues("id", all, fromDay * DAY, (fromDay + 1) * DAY - 1, QueryOptions.defaults())
                        .toCompletableFuture()
                        .get(2, TimeUnit.MINUTES)
                        .values())
                .as("%s: ids of day %s", as, fromDay)
                .containsAll(livedThen);
    }

    private static double metric(TestNode node, String name) {
        double sum = 0;
        for (DataPointSnapshot point : node.registry.scrape().stream()
                .filter(metric -> metric.getMetadata().getPrometheusName().equals(name))
                .flatMap(metric -> metric.getDataPoints().stream())
                .toList()) {
            sum += point instanceof GaugeSnapshot.GaugeDataPointSnapshot gauge
                    ? gauge.getValue()
                    : ((CounterSnapshot.CounterDataPointSnapshot) point).getValue();
        }
        return sum;
    }

    /** In memory is who lived on the day that was 26 hours ago, or since. */
    private void checkMemory(TestNode node, String as) {
        long day = Math.floorDiv(now.get() - 26 * HOUR, DAY);
        long living = lastDays.values().stream().filter(last -> last >= day).count();
        assertThat(metric(node, "pharos_sharding_series")).as(as).isEqualTo((double) living);
    }

    /** Asks for the same day that is over, again and again, while series leave and come back. */
    private CompletableFuture<Integer> askAllTheTime(TestNode node, AtomicBoolean enough) {
        Map<String, Double> first = expected(START, START + DAY, true);
        return CompletableFuture.supplyAsync(() -> {
            int times = 0;
            try {
                while (!enough.get()) {
                    assertThat(asked(node, "sum_over_time(churn[24h])", START + DAY))
                            .isEqualTo(first);
                    times++;
                }
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
            return times;
        });
    }

    private void run(TestNode node, int from, int to) throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Integer> asking =
                from == 0 ? CompletableFuture.completedFuture(1) : askAllTheTime(node, enough);
        try {
            for (int generation = from; generation < to; generation++) {
                String as = "generation " + generation;
                live(node, generation);
                if (generation > 5 && generation % 3 == 0) {
                    importSome(node, generation);
                }
                if (generation > 5 && generation % 7 == 0) {
                    deleteSome(node);
                }
                if (generation % 4 == 0) {
                    check(node, as);
                }
                node.runtime.checkpoint().toCompletableFuture().get(2, TimeUnit.MINUTES);
                checkMemory(node, as);
                check(node, as + ", checkpointed");
            }
        } finally {
            enough.set(true);
        }
        assertThat(asking.get(2, TimeUnit.MINUTES)).isPositive();
        left += metric(node, "pharos_sharding_series_left");
    }

    @Test
    void seriesThatEndedLeaveMemoryAndAreFoundInTheirDaysAndComeBack() throws Exception {
        int[] ends = {6, 28, GENERATIONS};
        int from = 0;
        double sentAgain = 0;
        for (int end : ends) {
            try (TestNode node = new TestNode(stores.stores(), ChurnTest::settings, clock).awaitReady()) {
                run(node, from, end);
                sentAgain += metric(node, "pharos_sharding_ingest_parts_resent");
                if (end == 28) {
                    node.runtime.stop().toCompletableFuture().get(2, TimeUnit.MINUTES);
                } else {
                    // What came after the last checkpoint is in the log only.
                    live(node, GENERATIONS + end);
                    node.kill();
                }
            }
            from = end;
        }
        try (TestNode node = new TestNode(stores.stores(), ChurnTest::settings, clock).awaitReady()) {
            check(node, "at the end");
        }
        assertThat(model).hasSizeGreaterThan(GENERATIONS * BORN);
        assertThat(left).isGreaterThan(GENERATIONS * BORN / 2);
        assertThat(sentAgain).as("parts with refs of series that had left").isPositive();
    }
}
