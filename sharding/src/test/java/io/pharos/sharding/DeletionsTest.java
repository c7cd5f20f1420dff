package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.pharos.sharding.shard.DeletePart;
import io.pharos.sharding.shard.DeleteReply;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deletions among appends, checkpoints, kills and moves: what is there is what a model has that forgot exactly those samples. */
class DeletionsTest {
    private static final int SERIES = 8;
    private static final int SHARDS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final long start = System.currentTimeMillis() - 3_000_000;
    private final InMemoryStores store = new InMemoryStores();
    private final List<ShardOwner> owners = new ArrayList<>();
    /** Bits of the value, or a histogram's mark, by series and time. */
    private final List<TreeMap<Long, Long>> model = new ArrayList<>();

    private final long[] lastTimes = new long[SERIES];
    /** Of series whose newest sample is in the store only, one of its time is refused also where that is deleted. */
    private final boolean[] lastInMemory = new boolean[SERIES];

    private final ActorSystem<Void> system = ActorSystem.create(
            Behaviors.empty(),
            "deletions",
            ConfigFactory.parseString("""
                            akka { loglevel = WARNING, loggers = ["akka.event.slf4j.Slf4jLogger"], actor.provider = local }
                            pharos.sharding {
                              shard-count = 2
                              seal { samples = 20, out-of-order-samples = 5 }
                              ingest { attempt-timeout = 1s, retry-pause = 20ms }
                              log { commit-deadline = 100s, retry-pause = 20ms, replay-gather = 5ms, segment-max = 2k }
                              shard { acquire-pause = 10ms, checkpoint-interval = 1h, masks-max = 30 }
                            }
                            """)
                    .withFallback(ConfigFactory.parseResources("pharos/reference.conf"))
                    .withFallback(ConfigFactory.load())
                    .resolve());

    DeletionsTest() {
        for (int series = 0; series < SERIES; series++) {
            model.add(new TreeMap<>());
        }
    }

    @AfterEach
    void stop() throws Exception {
        owners.forEach(ShardOwner::close);
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(2, TimeUnit.MINUTES);
    }

    private static Labels labels(int series) {
        return Labels.of("__name__", "m" + series % 3, "i", "" + series);
    }

    private ShardOwner start(ControlledStores stores) {
        ShardOwner owner = new ShardOwner(
                system, stores.stores(), ShardingSettings.of(system.settings().config()), InstantSource.system());
        owners.add(owner);
        await().atMost(PATIENCE).until(owner::open);
        Arrays.fill(lastInMemory, false);
        return owner;
    }

    private ShardOwner start() {
        return start(new ControlledStores(store.stores()));
    }

    private static void decided(CompletableFuture<AppendResult> result, int count) throws Exception {
        assertThat(result.get(2, TimeUnit.MINUTES)).isEqualTo(AppendResult.Decided.allOf(count));
    }

    private void delete(ShardOwner owner, List<List<LabelMatcher>> selectors, long from, long to) throws Exception {
        DeletePart part = new DeletePart(UUID.randomUUID(), selectors, from, to, from);
        List<CompletableFuture<DeleteReply>> replies = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            replies.add(owner.delete(shard, part));
        }
        for (CompletableFuture<DeleteReply> reply : replies) {
            assertThat(reply.get(2, TimeUnit.MINUTES))
                    .extracting(DeleteReply::outcome)
                    .isEqualTo(DeleteReply.Outcome.DONE);
        }
        for (int series = 0; series < SERIES; series++) {
            Labels labels = labels(series);
            boolean matches = selectors.stream()
                    .anyMatch(selector -> selector.stream()
                            .allMatch(matcher -> matcher.matches(
                                    java.util.Objects.requireNonNullElse(labels.get(matcher.name()), ""))));
            if (matches && from <= to) {
                model.get(series).subMap(from, true, to, true).clear();
            }
        }
    }

    private Map<String, Long> expected() {
        Map<String, Long> all = new HashMap<>();
        for (int series = 0; series < SERIES; series++) {
            Labels labels = labels(series);
            model.get(series).forEach((time, bits) -> all.put(labels + "@" + time, bits));
        }
        return all;
    }

    /** In order, late, and at times that had a sample before it was deleted: each with a value of its own. */
    private void append(ShardOwner owner, Random random) throws Exception {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (int series = 0; series < SERIES; series++) {
            if (random.nextInt(3) == 0) {
                continue;
            }
            batch.series(labels(series));
            for (int i = 0; i < 1 + random.nextInt(6); i++) {
                long last = Math.max(start, lastTimes[series]);
                int kind = random.nextInt(6);
                if (kind == 0 && !lastInMemory[series]) {
                    continue;
                }
                long time = kind == 0
                        ? last
                        : kind == 1 ? last - random.nextInt(120) * 1000L : last + 1000L * (1 + random.nextInt(20));
                if (model.get(series).containsKey(time)) {
                    continue;
                }
                lastInMemory[series] |= time > lastTimes[series];
                lastTimes[series] = Math.max(lastTimes[series], time);
                double value = random.nextInt(1_000_000) / 8.0;
                if (series % 4 == 0 && random.nextInt(3) > 0) {
                    Histogram histogram = Histogram.custom(
                            new double[] {1, 2}, 2 * value, (double) time, HistogramBuckets.from(1, value, value));
                    batch.histogram(time, histogram);
                    value = EncodedHistogram.of(histogram).mark();
                } else {
                    batch.sample(time, value);
                }
                model.get(series).put(time, Double.doubleToRawLongBits(value));
            }
        }
        int count = batch.sampleCount();
        if (count > 0) {
            decided(owner.append(batch.build(), PATIENCE), count);
        }
    }

    private void deleteSomething(ShardOwner owner, Random random) throws Exception {
        List<List<LabelMatcher>> selectors = switch (random.nextInt(4)) {
            case 0 -> List.of(List.of(LabelMatcher.equal("i", "" + random.nextInt(SERIES))));
            case 1 -> List.of(List.of(LabelMatcher.equal("__name__", "m" + random.nextInt(3))));
            case 2 ->
                List.of(
                        List.of(LabelMatcher.equal("i", "1")),
                        List.of(
                                LabelMatcher.equal("__name__", "m2"),
                                LabelMatcher.of(LabelMatcher.Type.REGEX, "i", "2|5")));
            default -> List.of(List.of(LabelMatcher.of(LabelMatcher.Type.NOT_EQUAL, "none", "x")));
        };
        long until = start;
        for (long last : lastTimes) {
            until = Math.max(until, last);
        }
        long from = random.nextInt(4) == 0 ? Long.MIN_VALUE : start + random.nextLong(until - start + 1);
        long to = random.nextInt(3) == 0 ? Long.MAX_VALUE : Math.max(from, start) + random.nextLong(100_000);
        delete(owner, selectors, from, to);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3})
    void whatIsThereIsWhatAModelHasThatForgotTheSame(long seed) throws Exception {
        Random random = new Random(seed);
        ShardOwner owner = start();
        for (int step = 0; step < 35; step++) {
            append(owner, random);
            int dice = random.nextInt(100);
            if (dice < 35) {
                deleteSomething(owner, random);
                assertThat(owner.everything()).as("seed %s step %s", seed, step).isEqualTo(expected());
            } else if (dice < 45) {
                owner.checkpoint(random.nextInt(SHARDS)).get(2, TimeUnit.MINUTES);
            } else if (dice < 57) {
                owner.close();
                owner = start();
                assertThat(owner.everything())
                        .as("seed %s step %s, recovered", seed, step)
                        .isEqualTo(expected());
            } else if (dice < 65) {
                for (int shard = 0; shard < SHARDS; shard++) {
                    owner.handOver(shard);
                }
                await().atMost(PATIENCE).until(owner::gone);
                owner = start();
                assertThat(owner.everything())
                        .as("seed %s step %s, moved", seed, step)
                        .isEqualTo(expected());
            }
        }
        assertThat(owner.everything()).as("seed %s", seed).isEqualTo(expected());
    }

    private void appendOne(ShardOwner owner, long time, double value) throws Exception {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        batch.add(labels(1), time, value);
        decided(owner.append(batch.build(), PATIENCE), 1);
        model.get(1).put(time, Double.doubleToRawLongBits(value));
    }

    private static final List<List<LabelMatcher>> FIRST = List.of(List.of(LabelMatcher.equal("i", "1")));

    /** Its row has a position behind the cut of a checkpoint made meanwhile: whoever recovers the shard reads it. */
    @Test
    void whatTheLogWasStillWritingIsNotBroughtBackByItsReplay() throws Exception {
        ControlledStores stores = new ControlledStores(store.stores());
        ShardOwner owner = start(stores);
        appendOne(owner, start, 1);
        stores.stopAt(new ControlledStores.Step("LogStore.append", true), 0);
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (int i = 1; i <= 5; i++) {
            batch.add(labels(1), start + 1000L * i, i);
        }
        CompletableFuture<AppendResult> pending = owner.append(batch.build(), PATIENCE);
        await().atMost(PATIENCE).until(stores::stopped);
        DeletePart part = new DeletePart(UUID.randomUUID(), FIRST, Long.MIN_VALUE, Long.MAX_VALUE, start);
        List<CompletableFuture<DeleteReply>> replies = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            replies.add(owner.delete(shard, part));
        }
        stores.resume();
        decided(pending, 5);
        for (CompletableFuture<DeleteReply> reply : replies) {
            assertThat(reply.get(2, TimeUnit.MINUTES).outcome()).isEqualTo(DeleteReply.Outcome.DONE);
        }
        model.get(1).clear();
        assertThat(owner.everything()).isEqualTo(expected());
        appendOne(owner, start + 3000, 33);
        assertThat(owner.everything()).isEqualTo(expected());
        owner.close();
        assertThat(start().everything()).isEqualTo(expected());
    }

    /** A deletion that was asked for again is the same one; one too many is refused, and one of a store that is away is not done. */
    @Test
    void aDeletionIsDoneRefusedOrToBeAskedForAgain() throws Exception {
        ControlledStores stores = new ControlledStores(store.stores());
        ShardOwner owner = start(stores);
        appendOne(owner, start, 1);
        DeletePart part = new DeletePart(UUID.randomUUID(), FIRST, start, start, start);
        assertThat(owner.delete(0, part).get(2, TimeUnit.MINUTES).outcome()).isEqualTo(DeleteReply.Outcome.DONE);
        assertThat(owner.delete(0, part).get(2, TimeUnit.MINUTES).outcome()).isEqualTo(DeleteReply.Outcome.DONE);
        stores.fates(operation ->
                operation.equals("MaskStore.write") ? ControlledStores.Fate.FAIL : ControlledStores.Fate.PROCEED);
        DeletePart other = new DeletePart(UUID.randomUUID(), FIRST, start + 1, start + 1, start);
        DeleteReply failed = owner.delete(0, other).get(2, TimeUnit.MINUTES);
        assertThat(failed.outcome()).isEqualTo(DeleteReply.Outcome.NOT_NOW);
        stores.fates(operation -> ControlledStores.Fate.PROCEED);
        for (int i = 1; i < 30; i++) {
            DeletePart next = new DeletePart(UUID.randomUUID(), FIRST, start - i, start - i, start);
            assertThat(owner.delete(0, next).get(2, TimeUnit.MINUTES).outcome()).isEqualTo(DeleteReply.Outcome.DONE);
        }
        DeleteReply refused = owner.delete(0, other).get(2, TimeUnit.MINUTES);
        assertThat(refused.outcome()).isEqualTo(DeleteReply.Outcome.REFUSED);
        assertThat(refused.why()).contains("30 deletions").contains("masks-max");
        // A deletion that covers others takes their place.
        DeletePart all = new DeletePart(UUID.randomUUID(), FIRST, Long.MIN_VALUE, Long.MAX_VALUE, start);
        assertThat(owner.delete(0, all).get(2, TimeUnit.MINUTES).outcome()).isEqualTo(DeleteReply.Outcome.DONE);
        await().atMost(PATIENCE)
                .until(() -> store.stores()
                                .masks()
                                .read(0)
                                .toCompletableFuture()
                                .get()
                                .size()
                        == 1);
    }
}
