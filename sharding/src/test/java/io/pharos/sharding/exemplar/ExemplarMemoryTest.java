package io.pharos.sharding.exemplar;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.Exemplar;
import io.pharos.timeseries.sample.ExemplarRefusal;
import io.pharos.timeseries.store.ExemplarStore;
import io.pharos.timeseries.store.StoreUnavailableException;
import io.pharos.timeseries.store.memory.InMemoryStores;
import io.pharos.timeseries.store.memory.StoreInterceptor;
import io.pharos.timeseries.store.memory.StoreOperation;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExemplarMemoryTest {
    private static final long HOUR = 3_600_000;
    private static final long NOW = 1_800_000_000_000L;
    private static final long WINDOW = 60_000;
    private static final long AHEAD = 600_000;
    private static final Labels SERIES = Labels.of("__name__", "x_bucket", "le", "1.0");

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ExemplarMetrics metrics = new ExemplarMetrics(registry);
    private final AtomicBoolean away = new AtomicBoolean();
    private final InMemoryStores stores = new InMemoryStores();
    private final ExemplarStore store = stores.stores(new StoreInterceptor() {
                @Override
                public Fate before(StoreOperation operation) {
                    return away.get() ? new Fate.Fail("away") : new Fate.Proceed();
                }
            })
            .exemplars();

    private static ExemplarSettings settings(long memory, int seriesMax, long dayMax) {
        return new ExemplarSettings(Duration.ofDays(2), memory, seriesMax, dayMax, Duration.ofSeconds(1), 100);
    }

    private ExemplarMemory memory(ExemplarSettings settings) {
        return new ExemplarMemory(settings, WINDOW, AHEAD, metrics);
    }

    private ExemplarFlusher flusher(ExemplarMemory memory, ExemplarSettings settings) {
        return new ExemplarFlusher(memory, store, settings, InstantSource.fixed(Instant.ofEpochMilli(NOW)), metrics);
    }

    private static Exemplar exemplar(long time, String trace) {
        return new Exemplar(Labels.of("trace_id", trace), 0.5, time, true);
    }

    private static @Nullable ExemplarRefusal add(ExemplarMemory memory, Labels series, Exemplar exemplar) {
        return memory.add(1, 7, series, exemplar, NOW, labels -> true);
    }

    private static List<String> traces(ExemplarMemory memory, int shard, long from, long to) {
        List<String> found = new ArrayList<>();
        memory.find(
                shard,
                7,
                labels -> true,
                from,
                to,
                NOW,
                (labels, one) -> found.add(one.labels().valueOf("trace_id")));
        return found;
    }

    private List<String> stored() {
        List<String> found = new ArrayList<>();
        store.read(
                        1,
                        null,
                        0,
                        Long.MAX_VALUE,
                        row -> ExemplarList.read(row)
                                .forEach(series -> series.exemplars()
                                        .forEach(one -> found.add(one.labels().valueOf("trace_id")))))
                .toCompletableFuture()
                .join();
        return found;
    }

    private double count(String name) {
        for (MetricSnapshot metric : registry.scrape()) {
            if (metric.getMetadata().getPrometheusName().equals(name)) {
                return ((CounterSnapshot) metric).getDataPoints().get(0).getValue();
            }
        }
        throw new IllegalStateException("no metric " + name);
    }

    @Test
    void repeatedOnesAreTakenSilentlyAndOldOnesInsideTheWindow() {
        ExemplarMemory memory = memory(settings(1 << 20, 10, 1 << 20));
        assertThat(add(memory, SERIES, exemplar(NOW, "a"))).isNull();
        assertThat(add(memory, SERIES, exemplar(NOW, "a"))).isNull();
        assertThat(add(memory, SERIES, exemplar(NOW, "b"))).isNull();
        assertThat(add(memory, SERIES, exemplar(NOW - WINDOW, "c"))).isNull();
        assertThat(add(memory, SERIES, exemplar(NOW - WINDOW - 1, "d"))).isEqualTo(ExemplarRefusal.OUT_OF_ORDER);
        assertThat(traces(memory, 1, NOW - HOUR, NOW)).containsExactly("a", "b", "c");
        assertThat(traces(memory, 1, NOW - 1, NOW)).containsExactly("a", "b");
        assertThat(traces(memory, 2, 0, NOW)).isEmpty();
        assertThat(count("pharos_exemplars_repeated")).isEqualTo(1);
    }

    @Test
    void oneWithoutATimeOfItsOwnIsTheSameAtTheNextScrape() {
        ExemplarMemory memory = memory(settings(1 << 20, 10, 1 << 20));
        Labels trace = Labels.of("trace_id", "a");
        assertThat(add(memory, SERIES, new Exemplar(trace, 1, NOW, false))).isNull();
        assertThat(add(memory, SERIES, new Exemplar(trace, 1, NOW + 15_000, false)))
                .isNull();
        assertThat(add(memory, SERIES, new Exemplar(trace, 2, NOW + 30_000, false)))
                .isNull();
        assertThat(traces(memory, 1, NOW - HOUR, NOW + HOUR)).hasSize(2);
    }

    @Test
    void whatIsOutsideAllTimesOrOfNoSeriesIsRefused() {
        ExemplarMemory memory = memory(settings(1 << 20, 10, 1 << 20));
        assertThat(add(memory, SERIES, exemplar(NOW + AHEAD + 1, "a"))).isEqualTo(ExemplarRefusal.TOO_FAR_AHEAD);
        assertThat(add(memory, SERIES, exemplar(NOW - 48 * HOUR, "a"))).isEqualTo(ExemplarRefusal.TOO_OLD);
        assertThat(memory.add(1, 7, SERIES, exemplar(NOW, "a"), NOW, labels -> false))
                .isEqualTo(ExemplarRefusal.UNKNOWN_SERIES);
        assertThat(memory.bytes()).isZero();
    }

    @Test
    void theOldestMakeRoomAndThoseThatWereNotStoredAreCounted() {
        ExemplarSettings settings = settings(20_000, 4, 1 << 20);
        ExemplarMemory memory = memory(settings);
        for (int i = 0; i < 6; i++) {
            add(memory, SERIES, exemplar(NOW + i, "s" + i));
        }
        assertThat(traces(memory, 1, 0, NOW + HOUR)).containsExactly("s2", "s3", "s4", "s5");
        assertThat(count("pharos_exemplars_dropped")).isEqualTo(2);
        flusher(memory, settings).flushAll().toCompletableFuture().join();
        assertThat(memory.waiting()).isZero();
        for (int i = 0; i < 200; i++) {
            add(memory, Labels.of("__name__", "y", "i", "" + i), exemplar(NOW + i, "t" + i));
            assertThat(memory.bytes()).isLessThanOrEqualTo(20_000);
        }
        List<String> left = traces(memory, 1, 0, NOW + HOUR);
        assertThat(left).contains("t199").doesNotContain("s2", "t0");
        // Of the 200 those that are left, and those stored before, cost nothing.
        assertThat(count("pharos_exemplars_dropped")).isEqualTo(2 + 200 - left.size());
        assertThat(stored()).containsExactlyInAnyOrder("s2", "s3", "s4", "s5");
    }

    @Test
    void whileTheStoreIsAwayTheyWaitAndAreWrittenOnceLater() {
        ExemplarSettings settings = settings(1 << 20, 10, 1 << 20);
        ExemplarMemory memory = memory(settings);
        ExemplarFlusher flusher = flusher(memory, settings);
        add(memory, SERIES, exemplar(NOW, "a"));
        add(memory, SERIES, exemplar(NOW + HOUR / 12, "b"));
        away.set(true);
        flusher.flushAll().toCompletableFuture().join();
        assertThat(memory.waiting()).isEqualTo(2);
        assertThat(traces(memory, 1, 0, NOW + HOUR)).containsExactly("a", "b");
        away.set(false);
        flusher.flushAll().toCompletableFuture().join();
        flusher.flushAll().toCompletableFuture().join();
        assertThat(memory.waiting()).isZero();
        assertThat(stored()).containsExactlyInAnyOrder("a", "b");
        assertThat(count("pharos_exemplars_write_failures")).isEqualTo(1);
    }

    @Test
    void aShardThatLeftIsForgottenWhenItIsStored() {
        ExemplarSettings settings = settings(1 << 20, 10, 1 << 20);
        ExemplarMemory memory = memory(settings);
        add(memory, SERIES, exemplar(NOW, "a"));
        memory.closed(1);
        assertThat(memory.waiting()).isEqualTo(1);
        flusher(memory, settings).flushAll().toCompletableFuture().join();
        assertThat(memory.bytes()).isZero();
        assertThat(memory.shards()).isEmpty();
        assertThat(stored()).containsExactly("a");
    }

    @Test
    void theStoreIsAskedOnlyForWhatMemoryMayNotHave() {
        ExemplarMemory memory = memory(settings(1 << 20, 2, 1 << 20));
        add(memory, SERIES, exemplar(NOW + 1, "a"));
        assertThat(memory.find(1, 7, labels -> true, NOW, NOW + HOUR, NOW, (labels, one) -> {}))
                .as("its last owner may have taken some that lie ahead")
                .isFalse();
        assertThat(memory.find(1, 7, labels -> true, NOW + AHEAD + 1, NOW + HOUR, NOW, (labels, one) -> {}))
                .isTrue();
        long later = NOW + HOUR;
        for (int i = 0; i < 3; i++) {
            memory.add(1, 7, SERIES, exemplar(later + i, "b" + i), later, labels -> true);
        }
        assertThat(memory.find(1, 7, labels -> true, later + 1, later + HOUR, later, (labels, one) -> {}))
                .isTrue();
        assertThat(memory.find(1, 7, labels -> true, later, later + HOUR, later, (labels, one) -> {}))
                .as("one of that time made room")
                .isFalse();
        assertThat(memory.find(1, 8, labels -> true, later + 1, later + HOUR, later, (labels, one) -> {}))
                .as("another owner was between")
                .isFalse();
    }

    @Test
    void aShardStoresSoMuchADay() {
        ExemplarSettings settings = settings(1 << 20, 10, 20);
        ExemplarMemory memory = memory(settings);
        assertThat(add(memory, SERIES, exemplar(NOW, "a".repeat(100)))).isNull();
        flusher(memory, settings).flushAll().toCompletableFuture().join();
        assertThat(add(memory, SERIES, exemplar(NOW + 1, "b"))).isEqualTo(ExemplarRefusal.SHARD_LIMIT);
        assertThat(memory.add(1, 7, SERIES, exemplar(NOW + 24 * HOUR, "c"), NOW + 24 * HOUR, labels -> true))
                .isNull();
    }

    @Test
    void aFailureOfTheStoreIsNoFailureOfTheFlush() {
        ExemplarSettings settings = settings(1 << 20, 10, 1 << 20);
        ExemplarMemory memory = memory(settings);
        add(memory, SERIES, exemplar(NOW, "a"));
        ExemplarStore throwing = new ExemplarStore() {
            @Override
            public java.util.concurrent.CompletionStage<Void> write(
                    int shard, List<io.pharos.timeseries.store.ExemplarRow> rows) {
                throw new StoreUnavailableException("broken");
            }

            @Override
            public java.util.concurrent.CompletionStage<Void> read(
                    int shard,
                    java.util.@Nullable SortedSet<Long> metrics,
                    long fromMillis,
                    long toMillis,
                    java.util.function.Consumer<java.nio.ByteBuffer> consumer) {
                throw new StoreUnavailableException("broken");
            }
        };
        new ExemplarFlusher(memory, throwing, settings, InstantSource.fixed(Instant.ofEpochMilli(NOW)), metrics)
                .flushAll()
                .toCompletableFuture()
                .join();
        assertThat(memory.waiting()).isEqualTo(1);
    }
}
