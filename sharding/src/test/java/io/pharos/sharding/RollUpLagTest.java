package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryValue;
import io.pharos.sharding.rollup.RollUpSettings;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.StorageTiers;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Roll-ups that are behind, or came too late: no query has less for it without a word. */
class RollUpLagTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long START = 19_990 * DAY;
    private static final Labels LABELS = Labels.of("__name__", "g");

    private final AtomicLong now = new AtomicLong(START);
    private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    private final InMemoryStores stores = new InMemoryStores(ForkJoinPool.commonPool(), clock, StorageTiers.DEFAULT);

    private TestNode node() throws Exception {
        return new TestNode(
                        stores.stores(),
                        settings -> settings.withShardCount(1)
                                .withShard(Shards.withHotSpan(settings.shard(), Duration.ofHours(1)))
                                .withRollUp(new RollUpSettings(
                                        settings.rollUp().tiers(),
                                        Duration.ofDays(1),
                                        Duration.ZERO,
                                        Duration.ZERO,
                                        100,
                                        Duration.ZERO)),
                        clock)
                .awaitReady();
    }

    /** A sample every ten minutes up to the end of a day, and a few hours without any. */
    private void live(TestNode node, int day) throws Exception {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (long time = START + day * DAY + 10 * MINUTE; time <= START + (day + 1) * DAY; time += 10 * MINUTE) {
            batch.add(LABELS, time, day);
        }
        now.set(START + (day + 1) * DAY);
        node.append(batch);
        now.addAndGet(4 * HOUR);
        node.runtime.checkpoint().toCompletableFuture().get(2, TimeUnit.MINUTES);
    }

    private static void rollUp(TestNode node) throws Exception {
        node.runtime.rollUp().toCompletableFuture().get(2, TimeUnit.MINUTES);
    }

    private QueryResult count(TestNode node, int fromDay, int toDay, QueryOptions options) throws Exception {
        return node.runtime
                .queries()
                .instant("count_over_time(g[" + (toDay - fromDay) + "d])", START + toDay * DAY, options)
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
    }

    private QueryResult count(TestNode node, int fromDay, int toDay) throws Exception {
        return count(node, fromDay, toDay, QueryOptions.defaults().withLookback(Duration.ofMinutes(30)));
    }

    private static double value(QueryResult result) {
        return ((QueryValue.Vector) result.value()).samples().get(0).value();
    }

    @Test
    void whatIsBehindOrCameTooLateIsSaid() throws Exception {
        try (TestNode node = node()) {
            live(node, 0);
            live(node, 1);
            rollUp(node);
            for (int day = 2; day < 11; day++) {
                live(node, day);
            }
            // Day 2 has been due since the margin after its end, 8 days before.
            assertThat(node.runtime.rollUpLags().get(MINUTE)).isBetween(Duration.ofDays(8), Duration.ofDays(9));
            // Days 2 and 3 are gone as they came, and of nothing after day 1 there are points.
            QueryResult behind = count(node, 0, 11);
            assertThat(value(behind)).isLessThan(11 * 144);
            assertThat(behind.warnings())
                    .singleElement()
                    .satisfies(warning -> assertThat(warning)
                            .startsWith(QueryResult.INCOMPLETE)
                            .contains("after " + Instant.ofEpochMilli(START + 2 * DAY))
                            .contains("shard 0")
                            .contains("the roll-up is behind"));
            assertThatThrownBy(() -> count(node, 0, 11, QueryOptions.defaults().withFreshness(Duration.ofMinutes(1))))
                    .hasMessageContaining("the roll-up is behind");
            assertThat(count(node, 5, 11).warnings()).isEmpty();
            assertThat(value(count(node, 5, 11))).isEqualTo(6 * 144);
            assertThat(count(node, 0, 2).warnings()).isEmpty();

            rollUp(node);
            assertThat(node.runtime.rolledUntil()).containsEntry(MINUTE, START + 11 * DAY);
            assertThat(node.runtime.rollUpLags()).containsEntry(MINUTE, Duration.ZERO);
            QueryResult late = count(node, 0, 11);
            assertThat(late.warnings())
                    .singleElement()
                    .satisfies(warning -> assertThat(warning).contains("the 1m roll-up came too late"));
            assertThat(count(node, 0, 2).warnings()).isEmpty();
            node.kill();
        }
        // Who takes the shard over knows it as well.
        try (TestNode node = node()) {
            assertThat(count(node, 0, 11).warnings()).hasSize(1);
            assertThat(count(node, 0, 2).warnings()).isEmpty();
            node.kill();
        }
    }
}
