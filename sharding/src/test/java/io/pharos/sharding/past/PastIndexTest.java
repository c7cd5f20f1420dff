package io.pharos.sharding.past;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.pharos.promql.query.QueryException;
import io.pharos.sharding.recovery.CatalogueBlob;
import io.pharos.sharding.recovery.CatalogueBlob.BlockId;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.sharding.series.SeriesView;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.shard.RolledDays;
import io.pharos.sharding.shard.SeriesShard;
import io.pharos.timeseries.index.StringPool;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.store.CatalogueStore;
import io.pharos.timeseries.store.StorageTiers;
import io.pharos.timeseries.store.Stores;
import io.pharos.timeseries.store.memory.InMemoryStores;
import io.pharos.timeseries.store.memory.StoreInterceptor;
import io.pharos.timeseries.store.memory.StoreOperation;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PastIndexTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final long DAY = 86_400_000L;
    private static final LocalDate TODAY = LocalDate.of(2025, 8, 20);
    private static final YearMonth MARCH = YearMonth.of(2025, 3);
    private static final long YEAR = 365 * DAY;

    private final AtomicInteger reads = new AtomicInteger();
    private final InstantSource clock = () -> Instant.ofEpochMilli(TODAY.toEpochDay() * DAY);
    private final Stores stores = new InMemoryStores(Runnable::run, clock, StorageTiers.DEFAULT)
            .stores(new StoreInterceptor() {
                @Override
                public Fate before(StoreOperation operation) {
                    if (operation.is(StoreOperation.Port.CATALOGUE, "readActivity")) {
                        reads.incrementAndGet();
                    }
                    return new Fate.Proceed();
                }
            });
    private final CatalogueStore catalogue = stores.catalogue();
    private final SeriesTable table = new SeriesTable(new StringPool(), 1, 1);
    private final OpenShard shard = new OpenShard(
            3,
            7,
            table,
            KIT.createTestProbe(SeriesShard.Command.class).ref(),
            new RolledDays(stores.rollupProgress(), 3, 1, RolledDays.Rules.NONE, clock));

    PastIndexTest() {
        table.knownFrom(LocalDate.of(2025, 7, 2).toEpochDay() * DAY);
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private PastIndex index(long bytesMax) {
        return new PastIndex(catalogue, clock, YEAR, new PastSettings(bytesMax), new PrometheusRegistry());
    }

    private static Labels labels(String id) {
        return Labels.of("__name__", "m", "id", id);
    }

    private int live(String id) {
        SeriesIdentity identity = SeriesIdentity.of(labels(id));
        return table.add(labels(id), identity, SeriesView.COLD).ref();
    }

    private void block(YearMonth month, BlockId id, String... series) {
        List<byte[]> bytes = new ArrayList<>();
        for (String each : series) {
            bytes.add(labels(each).canonicalBytes());
        }
        catalogue
                .writeBlock(3, month, id.epoch(), id.number(), CatalogueBlob.block(3, id, bytes))
                .toCompletableFuture()
                .join();
    }

    private void lived(LocalDate day, long epoch, BlockId block, int... places) {
        BitSet bits = new BitSet();
        for (int place : places) {
            bits.set(place);
        }
        catalogue
                .writeActivity(3, day, epoch, CatalogueBlob.activity(3, Map.of(block, bits)))
                .toCompletableFuture()
                .join();
    }

    private PastMonth month(PastIndex past, YearMonth month) throws Exception {
        return past.month(shard, month).toCompletableFuture().get(1, TimeUnit.MINUTES);
    }

    private static Set<String> gone(PastMonth month, LocalDate from, LocalDate to) {
        TreeSet<String> found = new TreeSet<>();
        month.gone(
                List.of(LabelMatcher.equal("__name__", "m")),
                from.toEpochDay(),
                to.toEpochDay(),
                (id, metric, labels) -> {
                    SeriesIdentity identity = SeriesIdentity.of(labels);
                    assertThat(id).isEqualTo(identity.id());
                    assertThat(metric).isEqualTo(identity.metricHash());
                    assertThat(found.add(labels.valueOf("id"))).isTrue();
                });
        return found;
    }

    @Test
    void aSeriesIsFoundInItsDaysWhateverBlockOfWhateverMonthNamesIt() throws Exception {
        int here = live("live");
        block(MARCH, new BlockId(1, 0), "first", "live", "never");
        block(MARCH, new BlockId(2, 0), "first", "second");
        block(MARCH.plusMonths(1), new BlockId(2, 1), "turned");
        block(MARCH.minusMonths(1), new BlockId(1, 9), "early");
        block(MARCH.plusMonths(4), new BlockId(5, 1), "recovered");
        LocalDate tenth = MARCH.atDay(10);
        lived(MARCH.atDay(1), 1, new BlockId(1, 9), 0);
        lived(tenth, 1, new BlockId(1, 0), 0, 1);
        lived(tenth, 2, new BlockId(2, 0), 1);
        lived(MARCH.atDay(11), 2, new BlockId(2, 0), 0);
        lived(MARCH.atDay(31), 2, new BlockId(2, 1), 0);
        lived(MARCH.atDay(12), -5, new BlockId(5, 1), 0);
        PastMonth march = month(index(1 << 20), MARCH);
        assertThat(gone(march, MARCH.atDay(1), MARCH.atDay(31)))
                .containsExactly("early", "first", "recovered", "second", "turned");
        assertThat(gone(march, tenth, tenth)).containsExactly("first", "second");
        assertThat(gone(march, MARCH.atDay(11), MARCH.atDay(11))).containsExactly("first");
        assertThat(gone(march, MARCH.atDay(13), MARCH.atDay(30))).isEmpty();
        assertThat(gone(march, LocalDate.of(2024, 1, 1), MARCH.atDay(1))).containsExactly("early");
        assertThat(gone(march, MARCH.atDay(31), LocalDate.of(2026, 1, 1))).containsExactly("turned");
        BitSet alive = new BitSet();
        march.alive(tenth.toEpochDay(), tenth.toEpochDay(), alive);
        assertThat(alive.stream().toArray()).containsExactly(here);
        alive.clear();
        march.alive(MARCH.atDay(11).toEpochDay(), MARCH.atDay(31).toEpochDay(), alive);
        assertThat(alive.isEmpty()).isTrue();
        TreeSet<String> values = new TreeSet<>();
        march.values("id", List.of(), 0, Long.MAX_VALUE, values);
        assertThat(values).hasSize(5);
        values.clear();
        march.values("id", List.of(), tenth.toEpochDay(), tenth.toEpochDay(), values);
        assertThat(values).containsExactly("first", "second");
    }

    @Test
    void monthsBeforeTheLiveIndexAndWithinTheRetentionAreAskedFor() {
        PastIndex past = index(1 << 20);
        long today = TODAY.toEpochDay();
        assertThat(past.months(shard, LocalDate.of(2025, 7, 2).toEpochDay(), today))
                .isEmpty();
        assertThat(past.months(shard, LocalDate.of(2025, 7, 1).toEpochDay(), today))
                .containsExactly(YearMonth.of(2025, 7));
        assertThat(past.months(
                        shard, MARCH.atDay(31).toEpochDay(), MARCH.atDay(31).toEpochDay() + 1))
                .containsExactly(MARCH, MARCH.plusMonths(1));
        assertThat(past.months(shard, Long.MIN_VALUE / DAY, today))
                .hasSize(12)
                .startsWith(YearMonth.of(2024, 8))
                .endsWith(YearMonth.of(2025, 7));
        table.knownFrom(Long.MIN_VALUE);
        assertThat(past.months(shard, 0, today)).isEmpty();
    }

    @Test
    void aMonthThatLacksABlockIsAnErrorAndNeverLess() {
        lived(MARCH.atDay(10), 1, new BlockId(1, 0), 0);
        assertThatThrownBy(() ->
                        index(1 << 20).month(shard, MARCH).toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("shard 3 lacks 1 blocks that days of 2025-03 name");
    }

    private void fill(YearMonth month, int series) {
        String[] names = new String[series];
        int[] places = new int[series];
        for (int i = 0; i < series; i++) {
            names[i] = month + "-" + i;
            places[i] = i;
        }
        BlockId id = new BlockId(1, month.getMonthValue());
        block(month, id, names);
        lived(month.atDay(3), 1, id, places);
    }

    @Test
    void theBudgetHoldsAndWhatWasAskedForLastStays() throws Exception {
        for (int i = 1; i <= 6; i++) {
            fill(YearMonth.of(2025, i), 1000);
        }
        long one;
        {
            PastIndex wide = index(1 << 30);
            month(wide, MARCH);
            one = wide.bytes();
            assertThat(one).isGreaterThan(100_000);
        }
        long budget = 5 * one + one / 2;
        PastIndex past = index(budget);
        reads.set(0);
        for (int round = 0; round < 2; round++) {
            for (int i = 1; i <= 5; i++) {
                assertThat(gone(month(past, YearMonth.of(2025, i)), LocalDate.MIN, LocalDate.MAX))
                        .hasSize(1000);
            }
        }
        assertThat(reads).hasValue(5);
        month(past, YearMonth.of(2025, 1));
        month(past, YearMonth.of(2025, 6));
        assertThat(past.bytes()).isLessThanOrEqualTo(budget);
        assertThat(reads).hasValue(6);
        month(past, YearMonth.of(2025, 1));
        assertThat(reads).hasValue(6);
        month(past, YearMonth.of(2025, 2));
        assertThat(reads).hasValue(7);
        past.keep(List.of());
        assertThat(past.bytes()).isZero();
        PastIndex narrow = index(one);
        assertThatThrownBy(
                        () -> narrow.month(shard, MARCH).toCompletableFuture().join())
                .hasCauseInstanceOf(QueryException.class)
                .hasMessageContaining("pharos.sharding.past.heap-share")
                .hasMessageContaining("2025-03");
        assertThat(narrow.bytes()).isZero();
    }
}
