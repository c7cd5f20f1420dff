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
import io.pharos.timeseries.store.StorageTiers;
import io.pharos.timeseries.store.memory.InMemoryStores;
import io.pharos.timeseries.store.memory.StoreInterceptor;
import io.pharos.timeseries.store.memory.StoreOperation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Series that come and go over half a year, and owners with them: whatever is kept is found in its days, as if one owner had lived. */
class PastSeriesTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    /** The first of a month, 2024-10-01. */
    private static final long START = 19_997 * DAY;

    private static final int DAYS = 130;
    private static final int DAYS_AT_ONCE = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final AtomicLong now = new AtomicLong(START);
    private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    private final InMemoryStores stores = new InMemoryStores(ForkJoinPool.commonPool(), clock, StorageTiers.DEFAULT);
    private final AtomicBoolean catalogueAway = new AtomicBoolean();
    private final SortedMap<String, TreeSet<Long>> model = new TreeMap<>();

    private static ShardingSettings settings(ShardingSettings settings) {
        TierRules tiers = settings.rollUp().tiers();
        return settings.withShardCount(2)
                .withShard(Shards.withHotSpan(settings.shard(), Duration.ofHours(1)))
                .withRollUp(
                        new RollUpSettings(tiers, Duration.ofDays(1), Duration.ZERO, Duration.ZERO, 64, Duration.ZERO));
    }

    private TestNode node() throws Exception {
        return new TestNode(
                        stores.stores(new StoreInterceptor() {
                            @Override
                            public Fate before(StoreOperation operation) {
                                return catalogueAway.get() && operation.is(StoreOperation.Port.CATALOGUE, "readBlocks")
                                        ? new Fate.Fail("told to fail")
                                        : new Fate.Proceed();
                            }
                        }),
                        PastSeriesTest::settings,
                        clock)
                .awaitReady();
    }

    private static Labels labels(String id) {
        return Labels.of("__name__", "churn", "id", id, "kind", id.substring(0, 1));
    }

    private void sample(SampleBatchBuilder batch, String id, long time) {
        if (model.computeIfAbsent(id, added -> new TreeSet<>()).add(time)) {
            batch.add(labels(id), time, 1);
        }
    }

    /** Ten days: one series is always there, some live for hours, one in a while comes back, some meet midnight. */
    private SampleBatchBuilder churn(int fromDay, Random random) {
        long from = START + (long) fromDay * DAY;
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (long time = from; time < from + DAYS_AT_ONCE * DAY; time += 2 * HOUR) {
            sample(batch, "always", time);
        }
        for (int i = 0; i < 6; i++) {
            String id = random.nextInt(4) == 0 ? "back" + (i + 6 * random.nextInt(2)) : "once" + fromDay + "-" + i;
            long begin = from + (long) random.nextInt(DAYS_AT_ONCE * 24 - 3) * HOUR;
            if (random.nextInt(3) == 0) {
                begin = Math.floorDiv(begin, DAY) * DAY; // at midnight
            }
            int count = 1 + random.nextInt(12);
            for (int k = 0; k < count; k++) {
                sample(batch, id, begin + (long) k * 15 * MINUTE);
            }
        }
        return batch;
    }

    private void live(TestNode node, int fromDay, Random random) throws Exception {
        SampleBatchBuilder batch = churn(fromDay, random);
        now.set(START + (fromDay + DAYS_AT_ONCE) * DAY);
        int count = batch.sampleCount();
        AppendResult result = node.runtime
                .sink()
                .append(batch.build(), clock.instant().plus(PATIENCE))
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
        assertThat(result).isEqualTo(AppendResult.Decided.allOf(count));
        now.addAndGet(4 * HOUR);
        node.runtime.checkpoint().toCompletableFuture().get(2, TimeUnit.MINUTES);
        node.runtime.rollUp().toCompletableFuture().get(2, TimeUnit.MINUTES);
    }

    /** How many samples of each series lie after one time and up to another. */
    private Map<String, Double> expected(long after, long to) {
        Map<String, Double> counts = new HashMap<>();
        model.forEach((id, times) -> {
            int count = times.subSet(after + 1, to + 1).size();
            if (count > 0) {
                counts.put(id, (double) count);
            }
        });
        return counts;
    }

    private static Map<String, Double> counted(TestNode node, String expression, long time) throws Exception {
        QueryValue.Vector vector = (QueryValue.Vector) node.runtime
                .queries()
                .instant(expression, time, QueryOptions.defaults())
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES)
                .value();
        Map<String, Double> counts = new HashMap<>();
        vector.samples().forEach(sample -> {
            String id = sample.labels().valueOf("id");
            assertThat(counts.put(id, sample.value())).as("%s comes once", id).isNull();
        });
        return counts;
    }

    /** Series by the UTC days they lived on. */
    private SortedSet<String> livedOn(long fromDay, long toDay) {
        TreeSet<String> ids = new TreeSet<>();
        model.forEach((id, times) -> {
            if (!times.subSet(fromDay * DAY, (toDay + 1) * DAY).isEmpty()) {
                ids.add(id);
            }
        });
        return ids;
    }

    private void checkWindows(TestNode node, int days, Random random) throws Exception {
        for (int i = 0; i < 10; i++) {
            int length = Math.min(days - 1, 1 + random.nextInt(random.nextInt(4) == 0 ? 80 : 2));
            long to = START + (length + random.nextInt(days - length)) * DAY + random.nextInt(24) * HOUR;
            long after = to - length * DAY;
            assertThat(counted(node, "count_over_time(churn[" + length + "d])", to))
                    .as("day %s, %s days", (to - START) / (double) DAY, length)
                    .isEqualTo(expected(after, to));
        }
    }

    private void checkListings(TestNode node, int days, Random random) throws Exception {
        for (int i = 0; i < 8; i++) {
            // Days that only an owner's months know: what memory has is known to the sample.
            long fromDay = START / DAY + random.nextInt(Math.max(1, days - 70));
            long toDay = fromDay + random.nextInt(i < 4 ? 2 : 60);
            List<List<LabelMatcher>> all = List.of(List.of(LabelMatcher.equal("__name__", "churn")));
            List<String> series = node
                    .runtime
                    .queries()
                    .series(all, fromDay * DAY, (toDay + 1) * DAY - 1, QueryOptions.defaults())
                    .toCompletableFuture()
                    .get(2, TimeUnit.MINUTES)
                    .values()
                    .stream()
                    .map(labels -> labels.valueOf("id"))
                    .toList();
            assertThat(series).as("days %s to %s", fromDay, toDay).doesNotHaveDuplicates();
            assertThat(new TreeSet<>(series))
                    .as("days %s to %s", fromDay, toDay)
                    .isEqualTo(livedOn(fromDay, toDay));
            assertThat(node.runtime
                            .queries()
                            .labelValues("id", all, fromDay * DAY, (toDay + 1) * DAY - 1, QueryOptions.defaults())
                            .toCompletableFuture()
                            .get(2, TimeUnit.MINUTES)
                            .values())
                    .as("days %s to %s", fromDay, toDay)
                    .isEqualTo(new ArrayList<>(livedOn(fromDay, toDay)));
        }
        assertThat(node.runtime
                        .queries()
                        .labelValues("id", List.of(), 0, now.get(), QueryOptions.defaults())
                        .toCompletableFuture()
                        .get(2, TimeUnit.MINUTES)
                        .values())
                .isEqualTo(new ArrayList<>(model.keySet()));
    }

    private void checkAwayStore(TestNode node) throws Exception {
        catalogueAway.set(true);
        String[] told = new String[1];
        node.runtime
                .queries()
                .instant("count_over_time(churn[1d])", START + 3 * DAY, QueryOptions.defaults())
                .handle((result, failure) -> told[0] = String.valueOf(failure))
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
        catalogueAway.set(false);
        assertThat(told[0]).contains("the catalogue of 2024-10 of shard ").contains("cannot be read now");
    }

    @Test
    void whatEndedLongAgoIsFoundInItsDaysByEveryLaterOwner() throws Exception {
        Random random = new Random(5);
        int day = 0;
        for (int owners = 1; day < DAYS; owners++) {
            try (TestNode node = node()) {
                int until = owners == 4 ? DAYS : Math.min(DAYS, day + DAYS_AT_ONCE * (4 + random.nextInt(5)));
                while (day < until) {
                    live(node, day, random);
                    day += DAYS_AT_ONCE;
                }
                checkWindows(node, day, random);
                node.kill();
            }
        }
        try (TestNode node = node()) {
            checkAwayStore(node);
            checkWindows(node, day, random);
            checkListings(node, day, random);
            assertThat(node.registry.scrape().stream()
                            .filter(metric ->
                                    metric.getMetadata().getPrometheusName().equals("pharos_sharding_past_bytes"))
                            .toList())
                    .isNotEmpty();
        }
    }
}
