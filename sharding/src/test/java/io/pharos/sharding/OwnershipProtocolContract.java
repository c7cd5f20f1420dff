package io.pharos.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.pharos.sharding.ControlledStores.Fate;
import io.pharos.sharding.ControlledStores.Step;
import io.pharos.sharding.shard.DeletePart;
import io.pharos.sharding.shard.DeleteReply;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.store.Stores;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What must hold whatever stops where: every acknowledged sample is read back, by value. Runs over any stores; each test gets
 * its own shard out of the ones an adapter offers. Several at a time: each waits for time-outs on most of its way.
 */
@Execution(ExecutionMode.CONCURRENT)
public abstract class OwnershipProtocolContract {
    /** Of a sender that may be left without an answer, and of one that must get one. */
    private static final Duration SHORT = Duration.ofSeconds(2);

    /** For what comes in the end, on a machine that has much else to do. */
    private static final Duration LONG = Duration.ofMinutes(2);

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<String, Long> acknowledged = new HashMap<>();
    private final List<CompletableFuture<?>> outcomes = new ArrayList<>();
    private final AtomicInteger values = new AtomicInteger();
    private final long start = System.currentTimeMillis() - 600_000;
    private ActorSystem<Void> system;
    private int batches;

    /** Fresh stores, with nothing in them. */
    protected abstract Stores stores();

    private Stores real;

    @BeforeEach
    void begin() {
        real = stores();
        system = ActorSystem.create(
                Behaviors.empty(),
                "owners",
                ConfigFactory.parseString("""
                                akka { loglevel = WARNING, loggers = ["akka.event.slf4j.Slf4jLogger"], actor.provider = local }
                                pharos.sharding {
                                  shard-count = 1
                                  ingest { attempt-timeout = 2s, retry-pause = 20ms }
                                  log { commit-deadline = 1500ms, retry-pause = 50ms, replay-gather = 5ms, segment-max = 64 }
                                  shard { acquire-pause = 20ms, checkpoint-interval = 1h, checkpoint-segments = 1000000 }
                                }
                                """)
                        .withFallback(ConfigFactory.parseResources("pharos/reference.conf"))
                        .withFallback(ConfigFactory.load())
                        .resolve());
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable owner : open) {
            owner.close();
        }
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(2, TimeUnit.MINUTES);
    }

    private ShardOwner owner(Stores stores) {
        ShardOwner owner = new ShardOwner(
                system, stores, ShardingSettings.of(system.settings().config()), InstantSource.system());
        open.add(owner);
        return owner;
    }

    private ShardOwner opened(Stores stores) {
        ShardOwner owner = owner(stores);
        awaitOpen(owner);
        return owner;
    }

    private static void awaitOpen(ShardOwner owner) {
        await().atMost(LONG).until(owner::open);
    }

    /** Appends to twenty series at the next time; what is acknowledged is remembered. */
    private CompletableFuture<AppendResult> append(ShardOwner owner) {
        return append(owner, SHORT);
    }

    private CompletableFuture<AppendResult> append(ShardOwner owner, Duration patience) {
        long time = start + 10_000L * batches;
        SampleBatchBuilder batch = new SampleBatchBuilder();
        Map<String, Long> sent = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            // One series of each batch is new, so that log and catalogue have something to name.
            Labels labels = Labels.of("__name__", "up", "instance", "host-" + (i == 0 ? "new-" + batches : i));
            double value = values.incrementAndGet();
            batch.add(labels, time, value);
            sent.put(labels + "@" + time, Double.doubleToRawLongBits(value));
        }
        batches++;
        CompletableFuture<AppendResult> result = owner.append(batch.build(), patience);
        outcomes.add(result.thenAccept(outcome -> {
            if (outcome.equals(AppendResult.Decided.allOf(20))) {
                synchronized (acknowledged) {
                    acknowledged.putAll(sent);
                }
            }
        }));
        return result;
    }

    private void appended(ShardOwner owner) throws Exception {
        assertThat(append(owner, PATIENCE).get(2, TimeUnit.MINUTES)).isEqualTo(AppendResult.Decided.allOf(20));
    }

    private static void checkpointed(ShardOwner owner) throws Exception {
        assertThat(owner.checkpoint(0).get(2, TimeUnit.MINUTES).done()).isTrue();
    }

    /** A last owner takes over from everybody and has every acknowledged sample. */
    private Map<String, Long> verify(ShardOwner... others) throws Exception {
        for (CompletableFuture<?> outcome : outcomes) {
            outcome.get(2, TimeUnit.MINUTES);
        }
        for (ShardOwner other : others) {
            other.close();
        }
        for (ShardOwner other : others) {
            await().atMost(LONG).until(other::gone);
        }
        ShardOwner last = opened(real);
        Map<String, Long> found = last.everything();
        synchronized (acknowledged) {
            assertThat(found).containsAllEntriesOf(acknowledged);
        }
        return found;
    }

    static Stream<Step> stepsOfAnOwner() {
        return bothSides(
                "LogStore.append",
                "IncarnationStore.read",
                "LogStore.openSegment",
                "ChunkStore.write",
                "CatalogueStore.writeBlock",
                "HeadStore.write",
                "ShardRecordStore.replace",
                "HeadStore.delete",
                "LogStore.dropSegment");
    }

    static Stream<Step> stepsOfAcquiring() {
        return bothSides(
                "ShardRecordStore.read",
                "ShardRecordStore.replace",
                "IncarnationStore.fence",
                "CatalogueStore.readBlocks",
                "HeadStore.read",
                "LogStore.read");
    }

    private static Stream<Step> bothSides(String... operations) {
        return Stream.of(operations).flatMap(name -> Stream.of(new Step(name, true), new Step(name, false)));
    }

    @ParameterizedTest
    @MethodSource("stepsOfAnOwner")
    void anOwnerStoppedAtAnyStepLosesNothing(Step step) throws Exception {
        ControlledStores controlled = new ControlledStores(real);
        ShardOwner first = opened(controlled.stores());
        appended(first);
        checkpointed(first);
        appended(first);
        appended(first);
        controlled.stopAt(step, 0);
        append(first);
        CompletableFuture<?> checkpoint = first.checkpoint(0);
        append(first);
        await().atMost(LONG).until(controlled::stopped);

        ShardOwner second = opened(real);
        appended(second);
        checkpointed(second);
        appended(second);

        controlled.resume();
        append(first);
        append(second);
        outcomes.add(checkpoint.handle((reply, failure) -> null));
        verify(first, second);
    }

    @ParameterizedTest
    @MethodSource("stepsOfAcquiring")
    void aNewOwnerStoppedAtAnyStepLosesNothing(Step step) throws Exception {
        ControlledStores deadOwner = new ControlledStores(real);
        ShardOwner first = opened(deadOwner.stores());
        appended(first);
        checkpointed(first);
        appended(first);
        append(first);
        deadOwner.stop();

        ControlledStores controlled = new ControlledStores(real);
        controlled.stopAt(step, 0);
        ShardOwner second = owner(controlled.stores());
        await().atMost(LONG).until(controlled::stopped);

        ShardOwner third = opened(real);
        appended(third);
        checkpointed(third);
        appended(third);

        controlled.resume();
        deadOwner.resume();
        append(second);
        append(first);
        append(third);
        verify(first, second, third);
    }

    static Stream<Step> stepsOfADeletion() {
        return bothSides("ShardRecordStore.replace", "MaskStore.write", "IncarnationStore.read");
    }

    /** Whoever is told that samples are deleted is told the truth, whoever has the shard then. */
    @ParameterizedTest
    @MethodSource("stepsOfADeletion")
    void aDeletionStoppedAtAnyStepHoldsIfItIsAnswered(Step step) throws Exception {
        ControlledStores controlled = new ControlledStores(real);
        ShardOwner first = opened(controlled.stores());
        appended(first);
        checkpointed(first);
        appended(first);
        for (CompletableFuture<?> outcome : outcomes) {
            outcome.get(2, TimeUnit.MINUTES);
        }
        Set<String> deleted = Set.copyOf(acknowledged.keySet());
        DeletePart part = new DeletePart(
                UUID.randomUUID(),
                List.of(List.of(LabelMatcher.equal("__name__", "up"))),
                start,
                start + 10_000L * batches - 1,
                start);
        controlled.stopAt(step, 0);
        CompletableFuture<DeleteReply> answer = first.delete(0, part);
        await().atMost(LONG).until(controlled::stopped);

        ShardOwner second = opened(real);
        appended(second);
        controlled.resume();
        if (answer.get(2, TimeUnit.MINUTES).outcome() == DeleteReply.Outcome.DONE) {
            assertThat(second.everything()).doesNotContainKeys(deleted.toArray(String[]::new));
        }
        assertThat(second.delete(0, part).get(2, TimeUnit.MINUTES).outcome()).isEqualTo(DeleteReply.Outcome.DONE);
        synchronized (acknowledged) {
            acknowledged.keySet().removeAll(deleted);
        }
        assertThat(second.everything()).doesNotContainKeys(deleted.toArray(String[]::new));
        appended(second);
        assertThat(verify(first, second)).doesNotContainKeys(deleted.toArray(String[]::new));
    }

    @Test
    void theSecondReadOfTheRecordIsTheOneThatCounts() throws Exception {
        ControlledStores controlledFirst = new ControlledStores(real);
        ShardOwner first = opened(controlledFirst.stores());
        appended(first);
        ControlledStores controlled = new ControlledStores(real);
        controlled.stopAt(new Step("ShardRecordStore.replace", true), 0);
        ShardOwner second = owner(controlled.stores());
        await().atMost(LONG).until(controlled::stopped);
        // Between the first read and the transaction the old owner checkpoints and drops its log.
        checkpointed(first);
        appended(first);
        controlled.resume();
        awaitOpen(second);
        appended(second);
        verify(first, second);
    }

    @Test
    void aCheckpointBetweenReadAndTransactionOfATakeoverIsNotTakenBack() throws Exception {
        ShardOwner first = opened(real);
        appended(first);
        checkpointed(first);
        ControlledStores controlled = new ControlledStores(real);
        controlled.stopAt(new Step("ShardRecordStore.replace", true), 0);
        ShardOwner second = owner(controlled.stores());
        await().atMost(LONG).until(controlled::stopped);
        // The second owner has read a record whose heads, and whose part of the log, are gone when it gets to its
        // transaction.
        appended(first);
        appended(first);
        checkpointed(first);
        appended(first);
        checkpointed(first);
        appended(first);
        controlled.resume();
        awaitOpen(second);
        appended(second);
        verify(first, second);
    }

    @Test
    void aHandOverBetweenReadAndTransactionOfATakeoverIsNotTakenBack() throws Exception {
        ShardOwner first = opened(real);
        appended(first);
        checkpointed(first);
        ControlledStores controlled = new ControlledStores(real);
        controlled.stopAt(new Step("ShardRecordStore.replace", true), 0);
        ShardOwner second = owner(controlled.stores());
        await().atMost(LONG).until(controlled::stopped);
        appended(first);
        first.handOver(0);
        await().atMost(LONG).until(first::gone);
        controlled.resume();
        awaitOpen(second);
        appended(second);
        verify(first, second);
    }

    @Test
    void aLogRowThatLandsAfterTheTakeoverIsNotAcknowledged() throws Exception {
        ControlledStores controlled = new ControlledStores(real);
        ShardOwner first = opened(controlled.stores());
        appended(first);
        controlled.fates(operation -> operation.equals("LogStore.append") ? Fate.LAND_LATE : Fate.PROCEED);
        CompletableFuture<AppendResult> hanging = append(first);
        ShardOwner second = opened(real);
        appended(second);
        controlled.landLate();
        controlled.fates(operation -> Fate.PROCEED);
        hanging.get(2, TimeUnit.MINUTES);
        appended(second);
        verify(first, second);
    }

    static Stream<Fate> unknownOutcomes() {
        return Stream.of(Fate.FAIL, Fate.FAIL_WITH_EFFECT, Fate.LAND_LATE);
    }

    @ParameterizedTest
    @MethodSource("unknownOutcomes")
    void aTransactionOfUnknownOutcomeLosesNothing(Fate fate) throws Exception {
        ControlledStores controlled = new ControlledStores(real);
        ShardOwner first = opened(controlled.stores());
        appended(first);
        checkpointed(first);
        appended(first);
        AtomicInteger failures = new AtomicInteger(2);
        controlled.fates(operation ->
                operation.equals("ShardRecordStore.replace") && failures.getAndDecrement() > 0 ? fate : Fate.PROCEED);
        first.checkpoint(0).get(2, TimeUnit.MINUTES);
        awaitOpen(first);
        appended(first);
        await().atMost(LONG).until(() -> {
            awaitOpen(first);
            return first.checkpoint(0).get(2, TimeUnit.MINUTES).done();
        });
        appended(first);
        controlled.landLate();
        appended(first);
        checkpointed(first);
        appended(first);
        verify(first);
    }

    @ParameterizedTest
    @MethodSource("unknownOutcomes")
    void anAcquisitionOfUnknownOutcomeLosesNothing(Fate fate) throws Exception {
        ShardOwner first = opened(real);
        appended(first);
        checkpointed(first);
        appended(first);
        first.close();
        ControlledStores controlled = new ControlledStores(real);
        AtomicInteger failures = new AtomicInteger(1);
        controlled.fates(operation ->
                operation.equals("ShardRecordStore.replace") && failures.getAndDecrement() > 0 ? fate : Fate.PROCEED);
        ShardOwner second = opened(controlled.stores());
        appended(second);
        controlled.landLate();
        appended(second);
        verify(first, second);
    }

    @Test
    void aHandOverLeavesNothingToReplay() throws Exception {
        ShardOwner first = opened(real);
        appended(first);
        append(first);
        first.handOver(0);
        await().atMost(LONG).until(first::gone);
        assertThat(real.shardRecords()
                        .read(0)
                        .toCompletableFuture()
                        .get(2, TimeUnit.MINUTES)
                        .sources())
                .isEmpty();
        assertThat(real.shardRecords()
                        .read(0)
                        .toCompletableFuture()
                        .get(2, TimeUnit.MINUTES)
                        .owner())
                .isEmpty();
        ShardOwner second = opened(real);
        appended(second);
        verify(first, second);
    }

    @ParameterizedTest
    @MethodSource("unknownOutcomes")
    void aHandOverOfUnknownOutcomeLosesNothing(Fate fate) throws Exception {
        ControlledStores controlled = new ControlledStores(real);
        ShardOwner first = opened(controlled.stores());
        appended(first);
        controlled.fates(operation -> operation.equals("ShardRecordStore.replace") ? fate : Fate.PROCEED);
        first.handOver(0);
        await().atMost(LONG).until(first::gone);
        ShardOwner second = opened(real);
        appended(second);
        controlled.landLate();
        appended(second);
        verify(first, second);
    }

    @Test
    void anIncarnationDeclaredDeadAcknowledgesNothingAndSaysSo() throws Exception {
        ShardOwner first = opened(real);
        appended(first);
        real.incarnations()
                .delete(first.node.incarnation())
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
        assertThat(append(first).get(2, TimeUnit.MINUTES)).isInstanceOf(AppendResult.Unavailable.class);
        await().atMost(LONG).untilTrue(first.declaredDead);
        verify(first);
    }

    @Test
    void whileTheLogIsAwaySamplesAreSeenButNotAcknowledgedAndARepeatIsLogged() throws Exception {
        ControlledStores controlled = new ControlledStores(real);
        ShardOwner first = opened(controlled.stores());
        appended(first);
        controlled.fates(operation -> operation.equals("LogStore.append") ? Fate.FAIL : Fate.PROCEED);
        int batch = batches;
        assertThat(append(first).get(2, TimeUnit.MINUTES)).isInstanceOf(AppendResult.Unavailable.class);
        // The sender may run out of time before the log gives up.
        await().atMost(LONG).until(() -> first.everything().size() == 40);
        await().atMost(LONG).until(() -> first.node.unloggedBytes().get() > 0);
        controlled.fates(operation -> Fate.PROCEED);
        // The sender repeats the very same samples.
        batches = batch;
        values.addAndGet(-20);
        appended(first);
        first.close();
        verify(first);
    }

    @Test
    void whenTheStoreIsBackWhatMemoryHeldBecomesDurableAndNothingHasToBeDone() throws Exception {
        ControlledStores controlled = new ControlledStores(real);
        ShardOwner first = opened(controlled.stores());
        appended(first);
        controlled.fates(operation -> Fate.FAIL);
        for (int i = 0; i < 10; i++) {
            append(first);
        }
        for (CompletableFuture<?> outcome : outcomes) {
            outcome.get(2, TimeUnit.MINUTES);
        }
        await().atMost(LONG).until(() -> first.node.unloggedBytes().get() > 0);
        controlled.fates(operation -> Fate.PROCEED);
        // No sample comes: the shard itself finds out.
        await().atMost(LONG).until(() -> first.node.unloggedBytes().get() == 0);
        appended(first);
        assertThat(first.everything()).hasSize(20 * batches);
        first.close();
        await().atMost(LONG).until(first::gone);
        ShardOwner second = opened(real);
        assertThat(second.everything()).hasSize(20 * batches);
        verify(second);
    }

    @Test
    void aShardNobodyOwnedForMonthsStillKnowsItsSeries() throws Exception {
        ShardOwner first = opened(real);
        appended(first);
        checkpointed(first);
        appended(first);
        first.close();
        await().atMost(LONG).until(first::gone);
        InstantSource later = InstantSource.offset(InstantSource.system(), Duration.ofDays(100));
        ShardOwner second = new ShardOwner(
                system, real, ShardingSettings.of(system.settings().config()), later);
        open.add(second);
        awaitOpen(second);
        assertThat(second.everything()).containsAllEntriesOf(acknowledged);
    }
}
