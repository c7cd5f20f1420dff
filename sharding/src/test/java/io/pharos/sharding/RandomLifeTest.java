package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Owners that live at random: appends in and out of order, repeats, checkpoints, kills, stops and hand-overs. */
@Execution(ExecutionMode.CONCURRENT)
class RandomLifeTest {
    private static final int SERIES = 30;
    private static final int SHARDS = 4;

    private final long start = System.currentTimeMillis() - 3_000_000;
    private final InMemoryStores store = new InMemoryStores();
    private final Map<String, Long> acknowledged = new HashMap<>();
    private final long[] lastTimes = new long[SERIES];
    private final List<CompletableFuture<?>> outcomes = new ArrayList<>();

    private static Labels labels(int series) {
        return Labels.of("__name__", "m" + series % 3, "i", "" + series);
    }

    /** A sample's value follows from its place, so that whoever writes it again writes the same. */
    private static double value(int series, long time) {
        return (series * 31L + time) % 1000 / 4.0;
    }

    /** Some series change between numbers and histograms. */
    private static @Nullable Histogram histogram(int series, long time) {
        if (series % 5 != 0 || time % 3 == 0) {
            return null;
        }
        double count = value(series, time);
        return series % 2 == 0
                ? Histogram.custom(
                        new double[] {1, 2 + series}, 2 * count, (double) time, HistogramBuckets.from(1, count, count))
                : Histogram.exponential(
                        series % 9,
                        0.5,
                        1,
                        count + 8,
                        -1,
                        HistogramBuckets.from((int) time % 7, 7),
                        HistogramBuckets.NONE);
    }

    private void append(ShardOwner owner, Random random) {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        Map<String, Long> sent = new HashMap<>();
        for (int series = 0; series < SERIES; series++) {
            if (random.nextInt(3) == 0) {
                continue;
            }
            batch.series(labels(series));
            for (int i = 0; i < 1 + random.nextInt(4); i++) {
                boolean late = random.nextInt(5) == 0 && lastTimes[series] > start;
                long time = late
                        ? lastTimes[series] - random.nextInt(200_000)
                        : Math.max(start, lastTimes[series]) + 1 + random.nextInt(20_000);
                time = Math.max(1, time);
                lastTimes[series] = Math.max(lastTimes[series], time);
                Histogram histogram = histogram(series, time);
                double value = value(series, time);
                if (histogram == null) {
                    batch.sample(time, value);
                } else {
                    batch.histogram(time, histogram);
                    value = EncodedHistogram.of(histogram).mark();
                }
                sent.put(labels(series) + "@" + time, Double.doubleToRawLongBits(value));
            }
        }
        if (batch.sampleCount() == 0) {
            return;
        }
        int count = batch.sampleCount();
        outcomes.add(owner.append(batch.build(), Duration.ofSeconds(4)).thenAccept(outcome -> {
            if (outcome instanceof AppendResult.Decided decided) {
                assertThat(decided).isEqualTo(AppendResult.Decided.allOf(count));
                synchronized (acknowledged) {
                    acknowledged.putAll(sent);
                }
            }
        }));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyAcknowledgedSampleIsThereByValue(long seed) throws Exception {
        Random random = new Random(seed);
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "life",
                ConfigFactory.parseString("""
                                akka { loglevel = WARNING, loggers = ["akka.event.slf4j.Slf4jLogger"], actor.provider = local }
                                pharos.sharding {
                                  shard-count = 4
                                  seal { samples = 20, out-of-order-samples = 5 }
                                  ingest { attempt-timeout = 1s, retry-pause = 20ms }
                                  log { commit-deadline = 2s, retry-pause = 20ms, replay-gather = 5ms, segment-max = 2k }
                                  shard { acquire-pause = 10ms, checkpoint-interval = 1h }
                                }
                                """)
                        .withFallback(ConfigFactory.parseResources("pharos/reference.conf"))
                        .withFallback(ConfigFactory.load())
                        .resolve());
        List<ShardOwner> owners = new ArrayList<>();
        List<ControlledStores> stopped = new ArrayList<>();
        try {
            ControlledStores stores = new ControlledStores(store.stores());
            ShardOwner owner = start(system, stores, owners);
            for (int step = 0; step < 40; step++) {
                int dice = random.nextInt(100);
                append(owner, random);
                if (dice < 12) {
                    owner.checkpoint(random.nextInt(SHARDS));
                } else if (dice < 20) {
                    append(owner, random);
                    owner.checkpoint(random.nextInt(SHARDS));
                    append(owner, random);
                } else if (dice < 28) {
                    owner.close();
                    stores = new ControlledStores(store.stores());
                    owner = start(system, stores, owners);
                } else if (dice < 34) {
                    stores.stop();
                    stopped.add(stores);
                    append(owner, random);
                    stores = new ControlledStores(store.stores());
                    owner = start(system, stores, owners);
                } else if (dice < 38) {
                    for (int shard = 0; shard < SHARDS; shard++) {
                        owner.handOver(shard);
                    }
                    await().atMost(Duration.ofMinutes(2)).until(owner::gone);
                    stores = new ControlledStores(store.stores());
                    owner = start(system, stores, owners);
                } else if (dice < 45 && !stopped.isEmpty()) {
                    // It wakes up, and at once somebody takes everything from it again.
                    stopped.remove(0).resume();
                    stores = new ControlledStores(store.stores());
                    owner = start(system, stores, owners);
                } else {
                    CompletableFuture<?> last = outcomes.get(outcomes.size() - 1);
                    last.exceptionally(failure -> null).get(2, TimeUnit.MINUTES);
                }
            }
            stopped.forEach(ControlledStores::resume);
            for (CompletableFuture<?> outcome : outcomes) {
                outcome.get(2, TimeUnit.MINUTES);
            }
            owners.forEach(ShardOwner::close);
            for (ShardOwner each : owners) {
                await().atMost(Duration.ofMinutes(2)).until(each::gone);
            }
            ShardOwner last = start(system, new ControlledStores(store.stores()), owners);
            assertThat(acknowledged).as("seed " + seed).isNotEmpty();
            assertThat(last.everything()).as("seed " + seed).containsAllEntriesOf(acknowledged);
        } finally {
            stopped.forEach(ControlledStores::resume);
            owners.forEach(ShardOwner::close);
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().get(2, TimeUnit.MINUTES);
        }
    }

    private static ShardOwner start(ActorSystem<?> system, ControlledStores stores, List<ShardOwner> owners) {
        ShardOwner owner = new ShardOwner(
                system, stores.stores(), ShardingSettings.of(system.settings().config()), InstantSource.system());
        owners.add(owner);
        await().atMost(Duration.ofMinutes(2)).until(owner::open);
        return owner;
    }
}
