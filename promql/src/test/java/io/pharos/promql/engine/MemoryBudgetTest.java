package io.pharos.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.promql.query.Cancellation;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.script.MemorySource;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private final MemorySource source = new MemorySource();

    MemoryBudgetTest() {
        for (int series = 0; series < 50; series++) {
            for (int i = 0; i <= 100; i++) {
                source.add(Labels.of("__name__", "x", "n", Integer.toString(series)), i * 15_000L, i);
            }
        }
    }

    @Test
    void anEvaluationGivesBackWhatItDrewHoweverItEnds() {
        MemoryBudget budget = new MemoryBudget(1 << 20);
        Engine engine = new Engine(EngineSettings.defaults(), budget);
        Cancellation cancelled = new Cancellation();
        cancelled.cancel();
        for (String query : List.of("x", "sort(x)", "x / on (n) x", "x / on () x", "topk(5, x)", "x[5m]", "1")) {
            for (QueryOptions options :
                    List.of(QueryOptions.defaults(), QueryOptions.defaults().withCancellation(cancelled))) {
                try {
                    engine.instant(query, 1_500_000, options, source);
                } catch (QueryException expected) {
                    assertThat(expected.kind()).isIn(QueryException.Kind.EXECUTION, QueryException.Kind.CANCELED);
                }
                assertThat(budget.drawnBytes()).as(query).isZero();
            }
        }
    }

    @Test
    void whoFindsItEmptyIsToldTheSettingAndMayComeAgain() {
        MemoryBudget budget = new MemoryBudget(600 << 10);
        Engine engine = new Engine(EngineSettings.defaults(), budget);
        MemoryBudget.Share other = budget.open();
        other.hold(560 << 10);
        assertThatThrownBy(() -> range(engine))
                .isInstanceOfSatisfying(
                        QueryException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(QueryException.Kind.UNAVAILABLE))
                .hasMessageContaining("more than 600 KiB")
                .hasMessageContaining("(pharos.promql.memory-heap-share)");
        assertThat(budget.drawnBytes()).isBetween(560L << 10, 600L << 10);
        other.close();
        assertThat(budget.drawnBytes()).isZero();
        range(engine);
        assertThat(budget.drawnBytes()).isZero();
    }

    @Test
    void whoNeedsMoreThanThereIsNeedNotComeAgain() {
        Engine engine = new Engine(EngineSettings.defaults(), new MemoryBudget(100 << 10));
        assertThatThrownBy(() -> range(engine))
                .isInstanceOfSatisfying(
                        QueryException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(QueryException.Kind.EXECUTION))
                .hasMessageContaining("(pharos.promql.memory-heap-share)");
    }

    @Test
    void whoHoldsLittleIsServedBesideWhoHoldsAllThereIs() {
        MemoryBudget budget = new MemoryBudget(16 << 20);
        Engine engine = new Engine(EngineSettings.defaults(), budget);
        MemoryBudget.Share large = budget.open();
        large.hold(16 << 20);
        range(engine);
        assertThatThrownBy(() -> large.hold(1)).hasMessageContaining("memory-heap-share");
        MemoryBudget.Share small = budget.open();
        small.hold(1 << 20);
        assertThatThrownBy(() -> small.hold(1)).hasMessageContaining("memory-heap-share");
        assertThat(budget.drawnBytes()).isEqualTo(17 << 20);
    }

    private void range(Engine engine) {
        engine.range("x", 0, 1_500_000, 5_000, QueryOptions.defaults(), source);
    }

    @Test
    void manyAtOnceNeverDrawMoreThanThereIsAndItsReserveAndLeaveNothing() throws Exception {
        MemoryBudget budget = new MemoryBudget(1 << 20);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int seed = thread;
                running.add(threads.submit(() -> {
                    Random random = new Random(seed);
                    for (int round = 0; round < 500; round++) {
                        MemoryBudget.Share share = budget.open();
                        try {
                            for (int i = 0; i < 20; i++) {
                                share.hold(random.nextInt(40_000));
                                assertThat(budget.drawnBytes()).isBetween(0L, 5L << 18);
                            }
                        } catch (QueryException full) {
                            assertThat(full).hasMessageContaining("memory-heap-share");
                        } finally {
                            share.close();
                        }
                        share.hold(1 << 30);
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(budget.drawnBytes()).isZero();
    }

    @Test
    void aShareOfTheHeapIsAShare() {
        long heap = Runtime.getRuntime().maxMemory();
        assertThatThrownBy(() -> MemoryBudget.ofHeap(0)).hasMessageContaining("pharos.promql.memory-heap-share is 0.0");
        assertThatThrownBy(() -> MemoryBudget.ofHeap(1.5)).hasMessageContaining("at most 1");
        MemoryBudget.Share half = MemoryBudget.ofHeap(0.5).open();
        half.hold(heap / 2 - 1);
        assertThatThrownBy(() -> half.hold(2)).isInstanceOf(QueryException.class);
    }
}
