package io.pharos.timeseries.store.memory;

import static io.pharos.timeseries.store.memory.StoreOperation.Port.EXEMPLARS;

import io.pharos.timeseries.store.Copies;
import io.pharos.timeseries.store.ExemplarRow;
import io.pharos.timeseries.store.ExemplarStore;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Exemplars in memory; a row that crosses an hour is refused, since it could not be found by its start. */
record InMemoryExemplarStore(InMemoryState state, InMemoryStores.Client client) implements ExemplarStore {
    private static final long HOUR_MILLIS = 3_600_000;

    @Override
    public CompletionStage<Void> write(int shard, List<ExemplarRow> rows) {
        List<ExemplarRow> copies =
                rows.stream().map(InMemoryExemplarStore::copy).toList();
        return client.run(StoreOperation.of(EXEMPLARS, "write", shard, copies), (Runnable) () -> {
            for (ExemplarRow row : copies) {
                if (Math.floorDiv(row.startMillis(), HOUR_MILLIS) != Math.floorDiv(row.endMillis(), HOUR_MILLIS)) {
                    throw new IllegalArgumentException("exemplars cross an hour: " + row);
                }
                if (row.expiryMillis() > state.clock.millis()) {
                    state.exemplars.put(
                            new InMemoryState.ExemplarKey(
                                    shard, row.metricHash(), row.startMillis(), row.epoch(), row.number()),
                            row);
                }
            }
        });
    }

    @Override
    public CompletionStage<Void> read(
            int shard,
            @Nullable SortedSet<Long> metrics,
            long fromMillis,
            long toMillis,
            Consumer<ByteBuffer> consumer) {
        return client.<List<ExemplarRow>>read(
                StoreOperation.of(
                        EXEMPLARS, "read", shard, metrics == null ? List.of() : metrics, fromMillis, toMillis),
                () -> {
                    state.expire();
                    return state.exemplars.entrySet().stream()
                            .filter(entry -> entry.getKey().shard() == shard)
                            .map(entry -> entry.getValue())
                            .filter(row -> metrics == null || metrics.contains(row.metricHash()))
                            .filter(row -> row.startMillis() <= toMillis && row.endMillis() >= fromMillis)
                            .toList();
                },
                rows -> rows.forEach(row -> consumer.accept(row.data().duplicate())));
    }

    private static ExemplarRow copy(ExemplarRow row) {
        return new ExemplarRow(
                row.metricHash(),
                row.startMillis(),
                row.endMillis(),
                row.epoch(),
                row.number(),
                row.expiryMillis(),
                Copies.of(row.data()));
    }
}
