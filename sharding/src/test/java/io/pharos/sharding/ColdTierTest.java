package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryValue;
import io.pharos.sharding.cold.Cold;
import io.pharos.sharding.cold.ColdSettings;
import io.pharos.sharding.rollup.RollUpSettings;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.ColdStore;
import io.pharos.timeseries.store.StorageTiers;
import io.pharos.timeseries.store.memory.InMemoryColdStore;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A month with a cold tier in seconds: time is what the clock given says. */
class ColdTierTest {
    private static final long SECOND = 1000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long START = 20_700 * DAY;
    private static final long STEP = 150 * SECOND;
    private static final int DAYS = 30;
    private static final int SHARDS = 2;
    private static final Duration RETENTION = Duration.ofDays(40);
    private static final Labels TEMPERATURE = Labels.of("__name__", "temperature");
    private static final Labels REQUESTS = Labels.of("__name__", "requests_total");
    private static final Labels TARDY = Labels.of("__name__", "tardy");

    private final AtomicLong now = new AtomicLong(START);
    private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    private final InMemoryStores stores = new InMemoryStores(ForkJoinPool.commonPool(), clock, StorageTiers.DEFAULT);
    private final InMemoryColdStore objects = new InMemoryColdStore(ForkJoinPool.commonPool());

    private static ShardingSettings settings(ShardingSettings settings) {
        return settings.withShardCount(SHARDS)
                .withShard(Shards.withHotSpan(settings.shard(), Duration.ofHours(1)))
                .withRollUp(new RollUpSettings(
                        settings.rollUp().tiers(), Duration.ofDays(1), Duration.ZERO, Duration.ZERO, 1, Duration.ZERO));
    }

    /** Small objects, and nothing by itself: the test says when it is looked. */
    private static ColdSettings coldSettings() {
        return new ColdSettings(
                RETENTION,
                Duration.ofHours(36),
                Duration.ZERO,
                Duration.ofDays(1),
                1 << 10,
                1 << 20,
                1,
                Duration.ZERO,
                Duration.ofHours(1));
    }

    private TestNode node() throws Exception {
        return node(objects);
    }

    private TestNode node(ColdStore store) throws Exception {
        return new TestNode(stores.stores(), ColdTierTest::settings, clock, new Cold(store, coldSettings()))
                .awaitReady();
    }

    /** Takes no objects with a prefix, for a reason that waiting does not mend. */
    private record Unwilling(ColdStore store, String prefix) implements ColdStore {
        @Override
        public CompletionStage<Void> put(String name, ByteBuffer bytes) {
            return name.startsWith(prefix)
                    ? CompletableFuture.failedStage(new IllegalStateException("told to refuse " + name))
                    : store.put(name, bytes);
        }

        @Override
        public CompletionStage<ByteBuffer> read(String name, long offset, int length) {
            return store.read(name, offset, length);
        }

        @Override
        public CompletionStage<Void> list(String prefix, Consumer<Entry> consumer) {
            return store.list(prefix, consumer);
        }

        @Override
        public CompletionStage<Void> delete(String name) {
            return store.delete(name);
        }

        @Override
        public void close() {}
    }

    private static double temperature(long time) {
        return 20 + Math.floorMod(time / STEP * 7919, 1009) / 10.0;
    }

    private static double requests(long time) {
        return (time - START) / STEP * 3;
    }

    /** Days of samples, the last with the midnight that ends it; then all that is due is done. */
    private void live(TestNode node, int fromDay, int days) throws Exception {
        long to = START + (fromDay + days) * DAY;
        now.set(to);
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (long time = START + fromDay * DAY + STEP; time <= to; time += STEP) {
            batch.add(TEMPERATURE, time, temperature(time));
            batch.add(REQUESTS, time, requests(time));
        }
        node.append(batch);
        now.set(to + 4 * HOUR);
        work(node);
    }

    private static void work(TestNode node) throws Exception {
        node.runtime.checkpoint().toCompletableFuture().get(2, TimeUnit.MINUTES);
        node.runtime.rollUp().toCompletableFuture().get(2, TimeUnit.MINUTES);
        node.runtime.cool().toCompletableFuture().get(2, TimeUnit.MINUTES);
    }

    private static QueryValue.Matrix range(TestNode node, String expression, long from, long to, long step)
            throws Exception {
        QueryResult result = node.runtime
                .queries()
                .range(expression, from, to, step, QueryOptions.defaults())
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
        return (QueryValue.Matrix) result.value();
    }

    private static void checkRaw(TestNode node, long from, long to) throws Exception {
        // In pieces, since a series has at most 11,000 steps.
        for (long at = from; at < to; at += 10 * DAY) {
            long end = Math.min(to, at + 10 * DAY);
            QueryValue.Matrix matrix = range(node, "temperature", at, end, STEP);
            assertThat(matrix.series()).hasSize(1);
            double[] values = matrix.series().get(0).values();
            assertThat(values).hasSize((int) ((end - at) / STEP) + 1);
            for (int i = 0; i < values.length; i++) {
                assertThat(values[i])
                        .as("%d s after the start", (at - START) / SECOND + i * STEP / SECOND)
                        .isEqualTo(temperature(at + i * STEP));
            }
        }
    }

    private List<ChunkRow> stored(Labels labels) {
        List<ChunkRow> rows = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            stores.stores()
                    .chunks()
                    .read(shard, SeriesIdentity.of(labels).metricHash(), null, 0, Long.MAX_VALUE / 2, rows::add)
                    .toCompletableFuture()
                    .join();
        }
        return rows;
    }

    @Test
    void aMonthOfRawSamplesStaysQueryableAfterTheChunkStoreLetThemGo() throws Exception {
        try (TestNode node = node()) {
            live(node, 0, 3);
            for (int day = 3; day < 15; day += 2) {
                live(node, day, 2);
            }
            node.kill();
        }
        // Another owner goes on, with what the one before left.
        objects.damage("shard-0/2026-09-05/e1-v9-p0", ByteBuffer.allocate(10));
        try (TestNode node = node()) {
            for (int day = 15; day < DAYS - 1; day += 2) {
                live(node, day, 2);
            }
            live(node, DAYS - 1, 1);
            long end = START + DAYS * DAY;
            assertThat(stored(TEMPERATURE)).noneMatch(row -> row.endMillis() < end - 8 * DAY);
            assertThat(node.runtime.coldUntil()).hasValue(end - 2 * DAY);
            checkRaw(node, START + STEP, end);
            checkFunctions(node, end);
            late(node, end);
            lostObject(node, end);
            expire(node);
            node.kill();
        }
    }

    /** One shard's day is lost, another day's object goes later: all other days and shards are answered as if nothing were. */
    @Test
    void aLostDayOfAShardFailsQuestionsAboutItAndNoOthers() throws Exception {
        int shard = SeriesIdentity.of(TEMPERATURE).shard(SHARDS);
        Labels other = labelsOfAnotherShard(shard);
        long lost = START / DAY + 4;
        String name = "shard-" + shard + "/" + LocalDate.ofEpochDay(lost) + "/";
        try (TestNode node = node(new Unwilling(objects, name))) {
            for (int day = 0; day < 16; day += 2) {
                SampleBatchBuilder batch = new SampleBatchBuilder();
                now.set(START + (day + 2) * DAY);
                for (long time = START + day * DAY + STEP; time <= now.get(); time += STEP) {
                    batch.add(other, time, temperature(time));
                }
                node.append(batch);
                live(node, day, 2);
            }
            node.kill();
        }
        // Also for who was not there when it happened.
        try (TestNode node = node()) {
            work(node);
            long from = lost * DAY + HOUR;
            assertThatThrownBy(() -> range(node, "temperature", from, from + HOUR, STEP))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining(
                            "samples of shard " + shard + " on " + LocalDate.ofEpochDay(lost) + " are lost");
            checkRaw(node, START + 3 * DAY + STEP, lost * DAY - STEP);
            // Each looks five minutes back.
            checkRaw(node, (lost + 1) * DAY + 3 * STEP, START + 16 * DAY);
            assertThat(range(node, other.toString(), from, from + HOUR, STEP).series())
                    .hasSize(1);
            // Where points of roll-ups are as good they are what is read, there too.
            assertThat(range(node, "avg_over_time(temperature[1h])", from, from + HOUR, HOUR)
                            .series())
                    .hasSize(1);
            partial(node, other, from, "samples of shard " + shard + " on " + LocalDate.ofEpochDay(lost));

            long next = lost + 1;
            String folder = "shard-" + shard + "/" + LocalDate.ofEpochDay(next) + "/";
            objects.objects().keySet().stream()
                    .filter(each -> each.startsWith(folder))
                    .forEach(objects::lose);
            partial(node, other, next * DAY + HOUR, folder);
            node.kill();
        }
    }

    private static Labels labelsOfAnotherShard(int shard) {
        for (int i = 0; ; i++) {
            Labels labels = Labels.of("__name__", "elsewhere_" + i);
            if (SeriesIdentity.of(labels).shard(SHARDS) != shard) {
                return labels;
            }
        }
    }

    /** Asked for a part of the answer, the shard that has all is answered, and what is missing is named. */
    private static void partial(TestNode node, Labels other, long from, String missing) throws Exception {
        QueryResult result = node.runtime
                .queries()
                .range(
                        "{__name__=~\"temperature|elsewhere_.*\"}",
                        from,
                        from + HOUR,
                        STEP,
                        QueryOptions.defaults().withPartialAllowed(true))
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
        assertThat(((QueryValue.Matrix) result.value()).series())
                .singleElement()
                .satisfies(series -> assertThat(series.labels()).isEqualTo(other));
        assertThat(result.warnings())
                .anyMatch(warning -> warning.startsWith("partial result") && warning.contains(missing));
    }

    private static void checkFunctions(TestNode node, long end) throws Exception {
        long old = end - 20 * DAY;
        // Windows and steps shorter than any roll-up that is left of that time, and a bare range of samples.
        QueryValue.Matrix rates = range(node, "increase(requests_total[10m])", old, old + HOUR, 30 * SECOND);
        assertThat(rates.series()).hasSize(1);
        assertThat(rates.series().get(0).values()).hasSize(121);
        for (double value : rates.series().get(0).values()) {
            assertThat(value).isCloseTo(12, within(1e-9));
        }
        QueryResult raw = node.runtime
                .queries()
                .instant("temperature[1h]", old, QueryOptions.defaults())
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
        assertThat(((QueryValue.Matrix) raw.value()).series().get(0).values()).hasSize(24);
    }

    /** Samples of a day that is cold and gone from the chunk store come by an import's way: late ones, of a new series. */
    private void late(TestNode node, long end) throws Exception {
        long begin = end - 3 * DAY;
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (int i = 0; i < 60; i++) {
            batch.add(TARDY, begin + i * MINUTE, 40 + i);
        }
        node.append(batch);
        TreeMap<String, ByteBuffer> before = new TreeMap<>(objects.objects());
        work(node);
        assertThat(objects.objects().keySet()).anyMatch(name -> name.contains("-v2-") && !before.containsKey(name));
        now.addAndGet(2 * HOUR);
        work(node);
        // What was there of the day before is gone, and what a dead owner left too.
        assertThat(objects.objects().keySet()).noneMatch(name -> name.contains("2026-09-05/e1-v9"));
        for (int day = 1; day < 8; day++) {
            now.addAndGet(DAY);
            work(node);
        }
        assertThat(stored(TARDY)).isEmpty();
        double[] values = range(node, "tardy", begin, begin + 59 * MINUTE, 30 * SECOND)
                .series()
                .get(0)
                .values();
        assertThat(values).hasSize(59 * 2 + 1);
        assertThat(values[0]).isEqualTo(40);
        assertThat(values[values.length - 1]).isEqualTo(99);
        checkRaw(node, START + STEP, end);
    }

    private void lostObject(TestNode node, long end) throws Exception {
        long day = (end - 15 * DAY) / DAY;
        String folder = "/" + LocalDate.ofEpochDay(day) + "/";
        TreeMap<String, ByteBuffer> all = new TreeMap<>(objects.objects());
        all.keySet().stream().filter(name -> name.contains(folder)).forEach(objects::lose);
        assertThatThrownBy(() -> range(node, "temperature", day * DAY, day * DAY + HOUR, STEP))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining(folder);
        all.forEach(objects::damage);
        checkRaw(node, day * DAY, day * DAY + HOUR);
    }

    private void expire(TestNode node) throws Exception {
        now.set(START + 60 * DAY);
        work(node);
        now.addAndGet(2 * HOUR);
        work(node);
        // Weeks in which nothing came are no lost ones.
        long silent = START + 40 * DAY;
        assertThat(range(node, "temperature", silent, silent + HOUR, STEP).series())
                .isEmpty();
        String first =
                LocalDate.ofEpochDay(now.get() / DAY - RETENTION.toDays()).toString();
        assertThat(objects.objects().keySet())
                .isNotEmpty()
                .allMatch(name -> name.split("/", -1)[1].compareTo(first) >= 0);
    }
}
