package io.pharos.sharding.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.LogPosition;
import io.pharos.timeseries.store.Stores;
import io.pharos.timeseries.store.memory.InMemoryStores;
import io.pharos.timeseries.store.memory.StoreInterceptor;
import io.pharos.timeseries.store.memory.StoreOperation;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SampleLogTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final Incarnation self = new Incarnation(UUID.randomUUID());
    private final AtomicInteger deaths = new AtomicInteger();
    private final InMemoryStores store = new InMemoryStores();

    @AfterEach
    void end() {
        executor.shutdownNow();
    }

    private SampleLog log(Stores stores, long segmentMax) {
        return log(stores, segmentMax, Duration.ofMillis(5));
    }

    private SampleLog log(Stores stores, long segmentMax, Duration interval) {
        return log(stores, segmentMax, interval, PATIENCE);
    }

    private SampleLog log(Stores stores, long segmentMax, Duration interval, Duration deadline) {
        stores.incarnations().register(self).toCompletableFuture().join();
        return new SampleLog(
                stores.logs(),
                stores.incarnations(),
                self,
                new LogSettings(
                        64 << 10,
                        256 << 10,
                        segmentMax,
                        interval,
                        interval.multipliedBy(8),
                        4,
                        1 << 20,
                        deadline,
                        Duration.ofMillis(20),
                        1),
                executor,
                new LogMetrics(new PrometheusRegistry()),
                deaths::incrementAndGet);
    }

    private static CompletableFuture<LogSection.Outcome> submit(SampleLog log, int shard, long epoch, int samples) {
        CompletableFuture<LogSection.Outcome> outcome = new CompletableFuture<>();
        log.submit(new LogSection(
                shard,
                epoch,
                samples,
                new int[samples],
                new long[samples],
                new double[samples],
                new LogSection.Definition[0],
                outcome::complete));
        return outcome;
    }

    @Test
    void whileARowIsUnderWayTheNextOneGathers() {
        CompletableFuture<Void> open = new CompletableFuture<>();
        AtomicInteger rows = new AtomicInteger();
        AtomicInteger fenceReads = new AtomicInteger();
        SampleLog log = log(
                store.stores(new StoreInterceptor() {
                    @Override
                    public Fate before(StoreOperation operation) {
                        if (operation.is(StoreOperation.Port.LOGS, "append")) {
                            rows.incrementAndGet();
                            return new Fate.Delay(open);
                        }
                        if (operation.is(StoreOperation.Port.INCARNATIONS, "read")) {
                            fenceReads.incrementAndGet();
                        }
                        return new Fate.Proceed();
                    }
                }),
                1 << 20);
        List<CompletableFuture<LogSection.Outcome>> outcomes = new ArrayList<>();
        outcomes.add(submit(log, 0, 1, 10));
        await().atMost(PATIENCE).until(() -> rows.get() == 1);
        for (int i = 0; i < 64; i++) {
            outcomes.add(submit(log, i, 1, 10));
        }
        open.complete(null);
        outcomes.forEach(outcome -> assertThat(outcome.join()).isEqualTo(LogSection.Outcome.ACKNOWLEDGED));
        assertThat(rows).hasValue(2);
        assertThat(fenceReads.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void aRowThatTimedOutIsWrittenAgainWithTheSameBytesAtTheSamePosition() {
        Map<LogPosition, List<ByteBuffer>> sent = new ConcurrentHashMap<>();
        AtomicInteger failures = new AtomicInteger(3);
        SampleLog log = log(
                store.stores(new StoreInterceptor() {
                    @Override
                    public Fate before(StoreOperation operation) {
                        if (operation.is(StoreOperation.Port.LOGS, "append")) {
                            sent.computeIfAbsent(
                                            (LogPosition) operation.arguments().get(1), key -> new ArrayList<>())
                                    .add((ByteBuffer) operation.arguments().get(2));
                            if (failures.getAndDecrement() > 0) {
                                return new Fate.Fail("busy");
                            }
                        }
                        return new Fate.Proceed();
                    }
                }),
                1 << 20);
        assertThat(submit(log, 3, 1, 5).join()).isEqualTo(LogSection.Outcome.ACKNOWLEDGED);
        assertThat(sent).hasSize(1);
        List<ByteBuffer> rows = sent.values().iterator().next();
        assertThat(rows).hasSize(4);
        assertThat(rows).allMatch(row -> row.equals(rows.get(0)));
    }

    @Test
    void afterTheDeadlineTheSectionsFailAndTheLogGoesOn() {
        java.util.concurrent.atomic.AtomicBoolean away = new java.util.concurrent.atomic.AtomicBoolean(true);
        SampleLog log = log(
                store.stores(new StoreInterceptor() {
                    @Override
                    public Fate before(StoreOperation operation) {
                        return away.get() && operation.is(StoreOperation.Port.LOGS, "append")
                                ? new Fate.Fail("away")
                                : new Fate.Proceed();
                    }
                }),
                1 << 20,
                Duration.ofMillis(5),
                Duration.ofMillis(400));
        assertThat(submit(log, 0, 1, 5).join()).isEqualTo(LogSection.Outcome.FAILED);
        assertThat(log.answering()).isFalse();
        assertThat(log.pendingBytes()).isZero();
        away.set(false);
        assertThat(submit(log, 0, 1, 5).join()).isEqualTo(LogSection.Outcome.ACKNOWLEDGED);
        assertThat(log.answering()).isTrue();
    }

    @Test
    void onlySectionsBelowAFenceAreHeldBack() {
        Stores stores = store.stores();
        SampleLog log = log(stores, 1 << 20);
        stores.incarnations().fence(self, 4, 7).toCompletableFuture().join();
        assertThat(submit(log, 4, 6, 1).join()).isEqualTo(LogSection.Outcome.FENCED);
        assertThat(submit(log, 4, 7, 1).join()).isEqualTo(LogSection.Outcome.ACKNOWLEDGED);
        assertThat(submit(log, 5, 1, 1).join()).isEqualTo(LogSection.Outcome.ACKNOWLEDGED);
        log.raiseEpoch(5, 2);
        assertThat(submit(log, 5, 1, 1).join()).isEqualTo(LogSection.Outcome.FENCED);
        stores.incarnations().delete(self).toCompletableFuture().join();
        assertThat(submit(log, 5, 2, 1).join()).isEqualTo(LogSection.Outcome.FAILED);
        assertThat(submit(log, 5, 2, 1).join()).isEqualTo(LogSection.Outcome.FAILED);
        assertThat(deaths).hasValue(1);
    }

    @Test
    void beyondTheBudgetSectionsAreRefusedAtOnce() {
        CompletableFuture<Void> open = new CompletableFuture<>();
        SampleLog log = log(
                store.stores(new StoreInterceptor() {
                    @Override
                    public Fate before(StoreOperation operation) {
                        return operation.is(StoreOperation.Port.LOGS, "append")
                                ? new Fate.Delay(open)
                                : new Fate.Proceed();
                    }
                }),
                1 << 20);
        List<CompletableFuture<LogSection.Outcome>> outcomes = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            outcomes.add(submit(log, 0, 1, 4000));
        }
        assertThat(outcomes.get(29)).isCompletedWithValue(LogSection.Outcome.FAILED);
        assertThat(log.pendingBytes()).isLessThanOrEqualTo(1 << 20);
        open.complete(null);
        assertThat(outcomes.get(0).join()).isEqualTo(LogSection.Outcome.ACKNOWLEDGED);
    }

    @Test
    void aSegmentIsDroppedOnlyWhenEveryShardInItIsBeyondIt() {
        Stores stores = store.stores();
        SampleLog log = log(stores, 1);
        log.segments().acquired(0, LogPosition.START);
        log.segments().acquired(1, LogPosition.START);
        submit(log, 0, 1, 5).join();
        submit(log, 1, 1, 5).join();
        submit(log, 0, 1, 5).join();
        assertThat(log.segments().count()).isEqualTo(3);
        log.segments().checkpointed(0, log.nextPosition());
        log.dropCovered().toCompletableFuture().join();
        assertThat(log.segments().count()).isEqualTo(2);
        log.segments().lost(1);
        assertThat(log.segments().lostShards()).containsExactly(1);
        log.segments().lostNeeds(1, new LogPosition(1, 0));
        log.dropCovered().toCompletableFuture().join();
        assertThat(log.segments().count()).isEqualTo(2);
        log.segments().lostNeeds(1, null);
        log.dropCovered().toCompletableFuture().join();
        assertThat(log.segments().count()).isEqualTo(1);
    }

    @Test
    void aRowThatCannotBeMadeFailsItsSectionsAndTheLogGoesOn() {
        SampleLog log = log(store.stores(), 1 << 20);
        CompletableFuture<LogSection.Outcome> broken = new CompletableFuture<>();
        log.submit(new LogSection(
                1, 1, 5, new int[3], new long[5], new double[5], new LogSection.Definition[0], broken::complete));
        assertThat(broken.orTimeout(2, TimeUnit.MINUTES).join()).isEqualTo(LogSection.Outcome.FAILED);
        assertThat(log.pendingBytes()).isZero();
        assertThat(log.answering()).isTrue();
        assertThat(submit(log, 1, 1, 5).orTimeout(2, TimeUnit.MINUTES).join())
                .isEqualTo(LogSection.Outcome.ACKNOWLEDGED);
    }

    @Test
    void anOutcomeThatNobodyTakesHoldsNobodyElseUp() {
        CompletableFuture<Void> open = new CompletableFuture<>();
        AtomicInteger rows = new AtomicInteger();
        SampleLog log = log(
                store.stores(new StoreInterceptor() {
                    @Override
                    public Fate before(StoreOperation operation) {
                        if (operation.is(StoreOperation.Port.LOGS, "append")) {
                            rows.incrementAndGet();
                            return new Fate.Delay(open);
                        }
                        return new Fate.Proceed();
                    }
                }),
                1 << 20);
        CompletableFuture<LogSection.Outcome> first = submit(log, 0, 1, 5);
        await().atMost(PATIENCE).until(() -> rows.get() == 1);
        log.submit(new LogSection(
                1, 1, 1, new int[1], new long[1], new double[1], new LogSection.Definition[0], outcome -> {
                    throw new IllegalStateException("not taken: " + outcome);
                }));
        CompletableFuture<LogSection.Outcome> beside = submit(log, 2, 1, 5);
        open.complete(null);
        for (CompletableFuture<LogSection.Outcome> outcome : List.of(first, beside, submit(log, 3, 1, 5))) {
            assertThat(outcome.orTimeout(2, TimeUnit.MINUTES).join()).isEqualTo(LogSection.Outcome.ACKNOWLEDGED);
        }
        assertThat(log.pendingBytes()).isZero();
    }

    @Test
    void smallRowsWaitForTheirIntervalAndLargeOnesDoNot() {
        AtomicInteger rows = new AtomicInteger();
        Stores stores = store.stores(new StoreInterceptor() {
            @Override
            public Fate before(StoreOperation operation) {
                if (operation.is(StoreOperation.Port.LOGS, "append")) {
                    rows.incrementAndGet();
                }
                return new Fate.Proceed();
            }
        });
        SampleLog log = log(stores, 1 << 20, Duration.ofMinutes(10));
        assertThat(submit(log, 0, 1, 10).orTimeout(2, TimeUnit.MINUTES).join())
                .isEqualTo(LogSection.Outcome.ACKNOWLEDGED);
        CompletableFuture<LogSection.Outcome> small = submit(log, 0, 1, 10);
        assertThat(small).isNotDone();
        assertThat(rows).hasValue(1);
        CompletableFuture<LogSection.Outcome> large = submit(log, 1, 1, 6000);
        assertThat(large.orTimeout(2, TimeUnit.MINUTES).join()).isEqualTo(LogSection.Outcome.ACKNOWLEDGED);
        assertThat(small.orTimeout(2, TimeUnit.MINUTES).join()).isEqualTo(LogSection.Outcome.ACKNOWLEDGED);
        assertThat(rows).hasValue(2);
    }
}
