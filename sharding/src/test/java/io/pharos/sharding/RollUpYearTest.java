package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryValue;
import io.pharos.sharding.rollup.RollUpSettings;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.RollupTier;
import io.pharos.timeseries.store.StorageTiers;
import io.pharos.timeseries.store.memory.InMemoryStores;
import io.pharos.timeseries.store.memory.StoreInterceptor;
import io.pharos.timeseries.store.memory.StoreOperation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A year and more of two series in seconds: time is what the clock given says. */
class RollUpYearTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long START = 19_990 * DAY;
    private static final int DAYS = 400;
    private static final int DAYS_AT_ONCE = 5;
    /** Ownership moves in the middle of a piece then. */
    private static final int MOVED = 200;
    /** A series comes then whose samples are three days old. */
    private static final int LATE = 300;

    private static final int SHARDS = 2;
    private static final double PER_SECOND = 0.1;
    private static final Labels REQUESTS = Labels.of("__name__", "requests_total");
    private static final Labels TEMPERATURE = Labels.of("__name__", "temperature");
    private static final Labels TARDY = Labels.of("__name__", "tardy");

    private final AtomicLong now = new AtomicLong(START);
    private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    private final InMemoryStores stores = new InMemoryStores(ForkJoinPool.commonPool(), clock, StorageTiers.DEFAULT);

    private static ShardingSettings settings(ShardingSettings settings) {
        TierRules tiers = settings.rollUp().tiers();
        return settings.withShardCount(SHARDS)
                .withShard(Shards.withHotSpan(settings.shard(), Duration.ofHours(1)))
                .withRollUp(
                        new RollUpSettings(tiers, Duration.ofDays(1), Duration.ZERO, Duration.ZERO, 1, Duration.ZERO));
    }

    private static long step(long time) {
        return time < START + (DAYS - 12) * DAY ? 5 * MINUTE : 30_000;
    }

    /** Counts up, and begins anew every week. */
    private static double requests(long time) {
        return Math.floorMod(time - START, 7 * DAY) / 1000.0 * PER_SECOND;
    }

    /** A slow wave, and a peak of five minutes on day 250. */
    private static double temperature(long time) {
        boolean peak = time == START + 250 * DAY + 7 * HOUR;
        return peak ? 99 : 20 + 10 * Math.sin((time - START) * Math.PI / (20 * DAY));
    }

    private TestNode node(StoreInterceptor interceptor) throws Exception {
        return new TestNode(stores.stores(interceptor), RollUpYearTest::settings, clock).awaitReady();
    }

    private void live(TestNode node, int fromDay) throws Exception {
        long to = START + (fromDay + DAYS_AT_ONCE) * DAY;
        now.set(to);
        SampleBatchBuilder batch = new SampleBatchBuilder();
        long from = START + fromDay * DAY;
        // With midnight, as what is collected goes on when a day is closed.
        for (long time = fromDay == 0 ? from : from + step(from); time <= to; time += step(time)) {
            batch.add(REQUESTS, time, requests(time));
            batch.add(TEMPERATURE, time, temperature(time));
        }
        node.append(batch);
        now.set(to + 4 * HOUR);
        rollUp(node);
    }

    private static void rollUp(TestNode node) throws Exception {
        node.runtime.checkpoint().toCompletableFuture().get(2, TimeUnit.MINUTES);
        node.runtime.rollUp().toCompletableFuture().get(2, TimeUnit.MINUTES);
    }

    private void late(TestNode node) throws Exception {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (int i = 0; i < 60; i++) {
            batch.add(TARDY, START + (LATE - 3) * DAY + i * MINUTE, 40 + i);
        }
        node.append(batch);
        rollUp(node);
    }

    /** Rolls the first series of a piece up, and dies. */
    private void dieInAPiece() throws Exception {
        AtomicInteger written = new AtomicInteger();
        try (TestNode node = node(new StoreInterceptor() {
            @Override
            public Fate before(StoreOperation operation) {
                return operation.is(StoreOperation.Port.ROLLUPS, "write") && written.incrementAndGet() > 1
                        ? new Fate.Fail("told to fail")
                        : new Fate.Proceed();
            }
        })) {
            live(node, MOVED);
            assertThat(written).hasValueGreaterThan(1);
            node.kill();
        }
    }

    @Test
    void aYearIsLivedThrough() throws Exception {
        try (TestNode node = node(StoreInterceptor.NONE)) {
            for (int day = 0; day < MOVED; day += DAYS_AT_ONCE) {
                live(node, day);
            }
            node.kill();
        }
        dieInAPiece();
        try (TestNode node = node(StoreInterceptor.NONE)) {
            rollUp(node);
            for (int day = MOVED + DAYS_AT_ONCE; day < DAYS; day += DAYS_AT_ONCE) {
                live(node, day);
                if (day + DAYS_AT_ONCE == LATE) {
                    late(node);
                }
            }
            assertThat(node.runtime.rolledUntil())
                    .containsEntry(MINUTE, START + DAYS * DAY)
                    .containsEntry(HOUR, START + DAYS * DAY);
            checkStored();
            checkAnswers(node);
            node.kill();
        }
    }

    private List<ChunkRow> stored(Labels labels, @org.jspecify.annotations.Nullable RollupTier tier) {
        SeriesIdentity identity = SeriesIdentity.of(labels);
        List<ChunkRow> rows = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            (tier == null
                            ? stores.stores()
                                    .chunks()
                                    .read(shard, identity.metricHash(), null, START, now.get(), rows::add)
                            : stores.stores()
                                    .rollups()
                                    .read(shard, tier, identity.metricHash(), null, START, now.get(), rows::add))
                    .toCompletableFuture()
                    .join();
        }
        assertThat(rows).isNotEmpty();
        return rows;
    }

    private static long first(List<ChunkRow> rows) {
        return rows.stream().mapToLong(ChunkRow::startMillis).min().orElseThrow();
    }

    private void checkStored() {
        for (Labels labels : List.of(REQUESTS, TEMPERATURE)) {
            assertThat(first(stored(labels, null)))
                    .isBetween(now.get() - (8 + DAYS_AT_ONCE) * DAY, now.get() - 6 * DAY);
            List<ChunkRow> minutes =
                    stored(labels, StorageTiers.DEFAULT.rollups().get(0));
            assertThat(first(minutes)).isBetween(now.get() - 32 * DAY, now.get() - 29 * DAY);
            assertThat(minutes).hasSizeBetween(29, 34);
            List<ChunkRow> hours = stored(labels, StorageTiers.DEFAULT.rollups().get(1));
            assertThat(first(hours)).isBetween(now.get() - 376 * DAY, now.get() - 364 * DAY);
            assertThat(hours).hasSizeBetween(36, 42);
        }
    }

    private static double average(long from, long to) {
        double sum = 0;
        int count = 0;
        for (long time = from; time < to; time += 5 * MINUTE) {
            sum += temperature(time);
            count++;
        }
        return sum / count;
    }

    private void checkAnswers(TestNode node) throws Exception {
        long end = START + DAYS * DAY;
        assertThat(node.number("rate(requests_total[1h])", end)).isCloseTo(PER_SECOND, within(1e-9));
        for (int days : new int[] {10, 40, 180}) {
            String window = "[" + days + "d]";
            double seconds = days * DAY / 1000.0;
            // At each new beginning a counter loses what it grew since its last sample.
            assertThat(node.number("increase(requests_total" + window + ")", end))
                    .as(window)
                    .isCloseTo(PER_SECOND * seconds, within(0.002 * PER_SECOND * seconds));
            assertThat(node.number("rate(requests_total" + window + ")", end))
                    .isCloseTo(PER_SECOND, within(0.002 * PER_SECOND));
        }
        assertThat(node.number("max_over_time(temperature[180d])", end)).isEqualTo(99);
        assertThat(node.number("max_over_time(temperature[40d])", end)).isCloseTo(30, within(0.01));
        // Weighted alike: a stretch that was collected at one interval.
        long before = START + (DAYS - 20) * DAY;
        assertThat(node.number("avg_over_time(temperature[150d])", before))
                .isCloseTo(average(before - 150 * DAY, before), within(0.01));
        assertThat(node.number("max_over_time(tardy[1d])", START + (LATE - 2) * DAY))
                .isEqualTo(99);
        assertThat(node.number("count_over_time(tardy[1d])", START + (LATE - 2) * DAY))
                .isEqualTo(59); // not the one at the very begin of the window
        assertThat(((QueryValue.Vector) node.value("temperature", START + 5 * DAY)).samples())
                .isEmpty();
        QueryResult range = node.runtime
                .queries()
                .range("rate(requests_total[6h])", end - 300 * DAY, end, 6 * HOUR, QueryOptions.defaults())
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
        QueryValue.Matrix matrix = (QueryValue.Matrix) range.value();
        assertThat(matrix.series()).hasSize(1);
        checkSeamless(matrix, end);
    }

    private static void checkSeamless(QueryValue.Matrix matrix, long end) {
        double[] values = matrix.series().get(0).values();
        assertThat(values).hasSize(300 * 4 + 1);
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i])
                    .as("%d steps before the end", values.length - 1 - i)
                    .isCloseTo(PER_SECOND, within(0.03 * PER_SECOND));
        }
        assertThat(matrix.series().get(0).timestampsMillis()[values.length - 1]).isEqualTo(end);
    }
}
