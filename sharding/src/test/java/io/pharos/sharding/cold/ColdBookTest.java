package io.pharos.sharding.cold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.timeseries.store.SettingsStore;
import io.pharos.timeseries.store.StoreUnavailableException;
import io.pharos.timeseries.store.memory.InMemoryStores;
import io.pharos.timeseries.store.memory.StoreInterceptor;
import io.pharos.timeseries.store.memory.StoreOperation;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The list of a shard has one owner, whoever else writes. */
class ColdBookTest {
    private static final int SHARD = 5;

    private final InMemoryStores stores = new InMemoryStores();
    private final SettingsStore settings = stores.stores().settings();

    private static ColdDay day(long number, long epoch, int version) {
        return new ColdDay(number, epoch, version, List.of(new ColdDay.Part(1000 + number, -number)));
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    @Test
    void theListIsReadBackAsItWasWritten() {
        TreeMap<Long, ColdDay> days = new TreeMap<>();
        for (long number : new long[] {-3, 0, 20_000, 20_001, 20_365}) {
            days.put(number, day(number, 3 + Math.abs(number), 7));
        }
        days.put(20_002L, new ColdDay(20_002, 1, 1, List.of()));
        days.put(20_003L, ColdDay.lost(20_003, 9));
        ColdManifest manifest = new ColdManifest(SHARD, 12, days);
        assertThat(ColdManifest.decode(manifest.encode(), SHARD)).isEqualTo(manifest);
        assertThat(manifest.has(20_002)).isTrue();
        assertThat(manifest.has(20_003)).isFalse();
        assertThat(manifest.has(20_004)).isFalse();
        assertThatThrownBy(() -> ColdManifest.decode(manifest.encode(), SHARD + 1))
                .hasMessageContaining("shard " + (SHARD + 1));
    }

    @Test
    void aFormerOwnerChangesNothingOnceTheNextOneReadTheList() {
        ColdBook first = new ColdBook(settings);
        ColdBook second = new ColdBook(settings);
        await(first.change(SHARD, 1, manifest -> manifest.with(day(10, 1, 1))));
        assertThat(await(second.read(SHARD, 2)).days()).containsOnlyKeys(10L);
        assertThatThrownBy(() -> await(first.change(SHARD, 1, manifest -> manifest.with(day(11, 1, 1)))))
                .hasCauseInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> await(first.read(SHARD, 1)))
                .hasCauseInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("epoch 2");
        await(second.change(SHARD, 2, manifest -> manifest.with(day(11, 2, 1))));
        assertThat(await(new ColdBook(settings).read(SHARD, 3)).days()).containsValues(day(10, 1, 1), day(11, 2, 1));
    }

    @Test
    void aChangeThatLandedThoughItFailedIsSeen() {
        AtomicBoolean failing = new AtomicBoolean();
        SettingsStore unsure = stores.stores(new StoreInterceptor() {
                    @Override
                    public Fate before(StoreOperation operation) {
                        return failing.get() && operation.is(StoreOperation.Port.SETTINGS, "replace")
                                ? new Fate.LandLate("late", CompletableFuture.completedFuture(null))
                                : new Fate.Proceed();
                    }
                })
                .settings();
        ColdBook book = new ColdBook(unsure);
        await(book.read(SHARD, 1));
        failing.set(true);
        assertThatThrownBy(() -> await(book.change(SHARD, 1, manifest -> manifest.with(day(10, 1, 1)))))
                .hasCauseInstanceOf(StoreUnavailableException.class);
        failing.set(false);
        assertThat(await(book.read(SHARD, 1)).days()).containsOnlyKeys(10L);
        await(book.change(SHARD, 1, manifest -> manifest.with(day(11, 1, 1))));
        assertThat(await(new ColdBook(settings).read(SHARD, 2)).days()).containsOnlyKeys(10L, 11L);
    }

    @Test
    void theFirstDayIsMadeOnceAndFoundByWhoComesLater() {
        ColdSince one = new ColdSince(settings);
        ColdSince other = new ColdSince(settings);
        assertThat(one.now()).isEmpty();
        assertThat(await(one.read())).isEmpty();
        await(one.look(20_000));
        await(other.look(20_005));
        assertThat(one.now()).hasValue(20_000);
        assertThat(other.now()).hasValue(20_000);
        ColdSince later = new ColdSince(settings);
        assertThat(later.now()).isEmpty();
        assertThat(await(later.read())).hasValue(20_000);
        assertThat(later.now()).hasValue(20_000);
    }
}
