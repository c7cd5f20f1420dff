package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryValue;
import io.pharos.sharding.rollup.RollUpSettings;
import io.pharos.sharding.tier.TierHistory;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.Stores;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Sixty days of three classes of series, with another list of tiers in the second half: nothing is missing at any time, and raw
 * samples are read as long as each series' rules say, and no longer.
 */
class RawRetentionTest {
    private static final long SEED = 20261122;
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long START = 20_000 * DAY;
    private static final long EVERY = 10 * MINUTE;
    private static final long WINDOW = 3 * HOUR;
    private static final int RAW_COUNT = (int) (WINDOW / EVERY);
    private static final int CHANGED = 30;
    private static final int DAYS = 60;
    private static final List<String> JOBS = List.of("api", "debug", "audit");
    private static final QueryOptions OPTIONS = QueryOptions.defaults().withLookback(Duration.ofMinutes(15));

    /** How long raw samples of the jobs are kept, in days. */
    private record Kept(int api, int debug, int audit) {
        static final Kept BEFORE = new Kept(7, 1, 20);
        static final Kept AFTER = new Kept(12, 3, 10);

        int days(String job) {
            return switch (job) {
                case "debug" -> debug;
                case "audit" -> audit;
                default -> api;
            };
        }
    }

    private final AtomicLong now = new AtomicLong(START);
    private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    private final Random random = new Random(SEED);
    private final TierRules before = rules(Kept.BEFORE, 15);
    private final TierRules after = rules(Kept.AFTER, 25);
    private final InMemoryStores first = new InMemoryStores(ForkJoinPool.commonPool(), clock, before.stored());
    private final InMemoryStores second = first.withTiers(after.stored());

    private static TierRules rules(Kept kept, int halfHours) {
        StringBuilder list = new StringBuilder("pharos.storage.tiers = [");
        for (String job : List.of("debug", "audit")) {
            list.append("{selector = \"m{job=\\\"" + job + "\\\"}\", resolution = raw, retention = " + kept.days(job)
                    + "d},");
        }
        list.append("{resolution = raw, retention = " + kept.days("api") + "d},");
        list.append("{resolution = 30m, retention = " + halfHours + "d}, {resolution = 3h, retention = 1y}]");
        return TierRules.of(ConfigFactory.parseString(list.toString()));
    }

    private static Labels labels(String job) {
        return Labels.of("__name__", "m", "job", job);
    }

    /** Falls as often as it rises, or it would be rolled up as a counter. */
    private static double value(String job, long time) {
        return JOBS.indexOf(job) + Math.floorMod(time / EVERY * 7919, 1000);
    }

    private TestNode node(Stores stores, TierRules rules) throws Exception {
        return new TestNode(
                        stores,
                        settings -> settings.withShardCount(2)
                                .withShard(Shards.withHotSpan(settings.shard(), Duration.ofHours(1)))
                                .withRollUp(new RollUpSettings(
                                        rules, Duration.ofDays(1), Duration.ZERO, Duration.ZERO, 8, Duration.ZERO)),
                        clock)
                .awaitReady();
    }

    /** Two days pass. */
    private void live(TestNode node, int day) throws Exception {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (String job : JOBS) {
            for (long t = START + day * DAY + EVERY; t <= START + (day + 2) * DAY; t += EVERY) {
                batch.add(labels(job), t, value(job, t));
            }
        }
        now.set(START + (day + 2) * DAY);
        node.append(batch);
        now.addAndGet(4 * HOUR);
        node.runtime.checkpoint().toCompletableFuture().get(2, TimeUnit.MINUTES);
        node.runtime.rollUp().toCompletableFuture().get(2, TimeUnit.MINUTES);
    }

    /** All windows there ever were are whole, each out of what is there of it. */
    private void checkWhole(TestNode node, int day) throws Exception {
        long end = START + day * DAY;
        for (String function : List.of("count_over_time", "sum_over_time")) {
            QueryValue.Matrix matrix = (QueryValue.Matrix) node.runtime
                    .queries()
                    .range(function + "(m[3h])", START + WINDOW, end, WINDOW, OPTIONS)
                    .toCompletableFuture()
                    .get(2, TimeUnit.MINUTES)
                    .value();
            assertThat(matrix.series()).hasSize(JOBS.size());
            for (QueryValue.MatrixSeries series : matrix.series()) {
                String job = String.valueOf(series.labels().get("job"));
                assertThat(series.values()).hasSize((int) (day * DAY / WINDOW));
                for (int i = 0; i < series.values().length; i++) {
                    long t = series.timestampsMillis()[i];
                    double expected = 0;
                    for (long at = t - WINDOW + EVERY; at <= t; at += EVERY) {
                        expected += function.startsWith("count") ? 1 : value(job, at);
                    }
                    assertThat(series.values()[i])
                            .as("%s of %s on day %s, asked on day %s", function, job, (t - START) / (double) DAY, day)
                            .isEqualTo(expected);
                }
            }
        }
    }

    private Map<String, Integer> countsOfSamples(TestNode node, long time) throws Exception {
        QueryValue.Matrix matrix = (QueryValue.Matrix) node.runtime
                .queries()
                .instant("m[3h]", time, OPTIONS)
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES)
                .value();
        Map<String, Integer> counts = new HashMap<>();
        for (QueryValue.MatrixSeries series : matrix.series()) {
            counts.put(String.valueOf(series.labels().get("job")), series.values().length);
        }
        return counts;
    }

    private void checkRaw(TestNode node, int day) throws Exception {
        for (int look = 0; look < 12; look++) {
            long time = START + WINDOW + random.nextInt((int) (day * DAY / WINDOW)) * WINDOW;
            double age = (now.get() - time + WINDOW) / (double) DAY;
            Map<String, Integer> counts = countsOfSamples(node, time);
            for (String job : JOBS) {
                String what = job + " of an age of " + age + " d on day " + day;
                int count = counts.getOrDefault(job, 0);
                assertThat(count).as(what).isPositive();
                if (isSurelyRaw(job, day, time - WINDOW)) {
                    assertThat(count).as(what).isEqualTo(RAW_COUNT);
                } else if (age > 3.5 && age > (day > CHANGED ? Kept.AFTER : Kept.BEFORE).days(job) + 0.5) {
                    // Younger ones may not be rolled up yet.
                    assertThat(count).as(what).isLessThan(RAW_COUNT);
                }
            }
        }
    }

    private boolean isSurelyRaw(String job, int day, long from) {
        if (day <= CHANGED) {
            return from >= now.get() - Kept.BEFORE.days(job) * DAY + WINDOW;
        }
        // The list before says of itself two days more than are true.
        boolean byNew = from >= START + (CHANGED + 3) * DAY;
        long kept = byNew ? Kept.AFTER.days(job) : Math.min(Kept.AFTER.days(job), Kept.BEFORE.days(job));
        return from >= now.get() - kept * DAY + WINDOW;
    }

    /** What the store still has of a series from some days ago. */
    private int stored(Stores stores, String job, int daysAgo) throws Exception {
        SeriesIdentity series = SeriesIdentity.of(labels(job));
        long at = now.get() - daysAgo * DAY;
        List<ChunkRow> rows = new ArrayList<>();
        for (int shard = 0; shard < 2; shard++) {
            stores.chunks()
                    .read(shard, series.metricHash(), new TreeSet<>(List.of(series.id())), at, at + DAY, rows::add)
                    .toCompletableFuture()
                    .get(1, TimeUnit.MINUTES);
        }
        return rows.size();
    }

    @Test
    void eachSeriesHasRawSamplesAsLongAsItsRuleSaysAndPointsAfterThat() throws Exception {
        Stores stores = first.stores();
        try (TestNode node = node(stores, before)) {
            for (int day = 0; day < CHANGED; day += 2) {
                live(node, day);
                if (day % 6 == 4) {
                    checkRaw(node, day + 2);
                }
            }
            checkWhole(node, CHANGED);
            assertThat(stored(stores, "audit", 18)).isPositive();
            assertThat(stored(stores, "api", 18)).isZero();
            assertThat(stored(stores, "api", 6)).isPositive();
            assertThat(stored(stores, "debug", 6)).isZero();
            // As a node does every hour.
            new TierHistory(stores.settings(), before, clock)
                    .look()
                    .toCompletableFuture()
                    .get(1, TimeUnit.MINUTES);
            node.kill();
        }
        try (TestNode node = node(second.stores(), after)) {
            checkWhole(node, CHANGED);
            for (int day = CHANGED; day < DAYS; day += 2) {
                live(node, day);
                if (day % 6 == 4) {
                    checkRaw(node, day + 2);
                    checkWhole(node, day + 2);
                }
            }
            checkWhole(node, DAYS);
            assertThat(stored(second.stores(), "audit", 18)).isZero();
            assertThat(stored(second.stores(), "api", 11)).isPositive();
        }
    }
}
