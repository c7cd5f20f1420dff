package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.sharding.shard.AppendPart;
import io.pharos.sharding.shard.AppendReply;
import io.pharos.sharding.shard.DeletePart;
import io.pharos.sharding.shard.DeleteReply;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.shard.SeriesShard;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is still said of a series after it left memory: by senders, by the log, by deletions. */
class SeriesLeaveTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long DAY = 86_400_000L;
    private static final Labels ENDED = Labels.of("__name__", "m", "i", "ended");
    private static final Labels LIVING = Labels.of("__name__", "m", "i", "living");

    private final long start = System.currentTimeMillis() - 10 * DAY;
    private final AtomicLong now = new AtomicLong(start);
    private final InMemoryStores store = new InMemoryStores();
    private final List<ShardOwner> owners = new ArrayList<>();

    private final ActorSystem<Void> system = ActorSystem.create(
            Behaviors.empty(),
            "leaving",
            ConfigFactory.parseString("""
                            akka { loglevel = WARNING, loggers = ["akka.event.slf4j.Slf4jLogger"], actor.provider = local }
                            pharos.sharding {
                              shard-count = 1
                              log { commit-deadline = 100s, replay-gather = 5ms }
                              shard { acquire-pause = 10ms, checkpoint-interval = 1h }
                            }
                            """)
                    .withFallback(ConfigFactory.parseResources("pharos/reference.conf"))
                    .withFallback(ConfigFactory.load())
                    .resolve());

    @AfterEach
    void stop() throws Exception {
        owners.forEach(ShardOwner::close);
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(2, TimeUnit.MINUTES);
    }

    private ShardOwner start(ControlledStores stores) {
        ShardOwner owner = new ShardOwner(
                system,
                stores.stores(),
                ShardingSettings.of(system.settings().config()),
                () -> Instant.ofEpochMilli(now.get()));
        owners.add(owner);
        await().atMost(PATIENCE).until(owner::open);
        return owner;
    }

    private ShardOwner start() {
        return start(new ControlledStores(store.stores()));
    }

    private static OpenShard shard(ShardOwner owner) {
        return owner.node.registry().open().get(0);
    }

    private static SampleBatch batch(long time, double value, Labels... series) {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (Labels each : series) {
            batch.add(each, time, value);
        }
        return batch.build();
    }

    private static void decided(CompletableFuture<AppendResult> result, int count) throws Exception {
        assertThat(result.get(2, TimeUnit.MINUTES)).isEqualTo(AppendResult.Decided.allOf(count));
    }

    private static void done(CompletableFuture<SeriesShard.CheckpointReply> checkpoint) throws Exception {
        assertThat(checkpoint.get(2, TimeUnit.MINUTES).done()).isTrue();
    }

    /** The first series ended three days ago and left; the second one lives. */
    private ShardOwner afterOneLeft() throws Exception {
        ShardOwner owner = start();
        decided(owner.append(batch(start, 1, ENDED), PATIENCE), 1);
        done(owner.checkpoint(0));
        now.addAndGet(3 * DAY);
        decided(owner.append(batch(now.get(), 1, LIVING), PATIENCE), 1);
        done(owner.checkpoint(0));
        return owner;
    }

    @Test
    void aRefOfASeriesThatLeftIsUnknownAndItsSenderIsHeardWithLabels() throws Exception {
        ShardOwner owner = afterOneLeft();
        OpenShard shard = shard(owner);
        SeriesTable table = shard.table();
        assertThat(table.liveCount()).isEqualTo(1);
        assertThat(table.slotOrNull(0)).isNull();
        CompletableFuture<AppendReply> reply = new CompletableFuture<>();
        long time = now.get() + 1;
        AppendPart part = new AppendPart(
                0,
                77,
                shard.epoch(),
                new int[] {1, 0},
                0,
                AppendPart.NO_BYTES,
                AppendPart.NO_INTS,
                null,
                new long[] {time, time},
                new double[] {2, 2});
        shard.commands().tell(new SeriesShard.Append(part, reply::complete));
        assertThat(reply.get(2, TimeUnit.MINUTES)).isEqualTo(new AppendReply.UnknownRefs(0, 77, shard.epoch()));
        assertThat(table.lastTime(1)).as("nothing of the part was taken").isEqualTo(now.get());
        // The router remembers the ref of the first life.
        decided(owner.append(batch(now.get() + 2, 3, ENDED, LIVING), PATIENCE), 2);
        assertThat(table.liveCount()).isEqualTo(2);
        assertThat(table.slotOrNull(0)).isNull();
        assertThat(table.slot(2).view().hotFromMillis()).isEqualTo(table.knownFromMillis());
        Map<String, Long> all = owner.everything();
        assertThat(all).hasSize(4).containsKey(ENDED + "@" + start);
        owner.close();
        assertThat(start().everything()).isEqualTo(all);
    }

    /** A repeat of its last sample is in the log behind the cut after which the series leaves: deleted, it must not come back from there. */
    @Test
    void whatTheLogStillHasOfASeriesThatLeftIsDeletedWithIt() throws Exception {
        ControlledStores stores = new ControlledStores(store.stores());
        ShardOwner owner = start(stores);
        decided(owner.append(batch(start, 1, ENDED), PATIENCE), 1);
        done(owner.checkpoint(0));
        now.addAndGet(3 * DAY);
        decided(owner.append(batch(now.get(), 1, LIVING), PATIENCE), 1);
        stores.stopAt(new ControlledStores.Step("ShardRecordStore.replace", true), 0);
        CompletableFuture<SeriesShard.CheckpointReply> checkpoint = owner.checkpoint(0);
        await().atMost(PATIENCE).until(stores::stopped);
        CompletableFuture<AppendResult> repeat = owner.append(batch(start, 1, ENDED), PATIENCE);
        stores.resume();
        decided(repeat, 1);
        done(checkpoint);
        assertThat(shard(owner).table().liveCount()).isEqualTo(1);
        DeletePart part = new DeletePart(
                UUID.randomUUID(),
                List.of(List.of(LabelMatcher.equal("i", "ended"))),
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                now.get());
        assertThat(owner.delete(0, part).get(2, TimeUnit.MINUTES).outcome()).isEqualTo(DeleteReply.Outcome.DONE);
        owner.close();
        assertThat(start().everything()).containsOnlyKeys(LIVING + "@" + now.get());
    }
}
