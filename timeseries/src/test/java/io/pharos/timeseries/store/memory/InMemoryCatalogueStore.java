package io.pharos.timeseries.store.memory;

import static io.pharos.timeseries.store.memory.StoreOperation.Port.CATALOGUE;

import io.pharos.timeseries.store.CatalogueStore;
import io.pharos.timeseries.store.Copies;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The catalogue in memory. */
record InMemoryCatalogueStore(InMemoryState state, InMemoryStores.Client client) implements CatalogueStore {
    @Override
    public CompletionStage<Void> writeBlock(int shard, YearMonth month, long epoch, int number, ByteBuffer block) {
        ByteBuffer copy = Copies.of(block);
        return client.run(StoreOperation.of(CATALOGUE, "writeBlock", shard, month, epoch, number, copy), (Runnable)
                () -> state.blocks.put(new InMemoryState.BlockKey(shard, ordinal(month), epoch, number), copy));
    }

    private static int ordinal(YearMonth month) {
        return month.getYear() * 12 + month.getMonthValue();
    }

    @Override
    public CompletionStage<Void> readBlocks(int shard, YearMonth month, Consumer<ByteBuffer> consumer) {
        return client.<List<ByteBuffer>>read(
                StoreOperation.of(CATALOGUE, "readBlocks", shard, month),
                () -> state.blocks.entrySet().stream()
                        .filter(entry -> entry.getKey().shard() == shard
                                && entry.getKey().month() == ordinal(month))
                        .map(Map.Entry::getValue)
                        .toList(),
                blocks -> {
                    blocks.forEach(block -> consumer.accept(block.duplicate()));
                });
    }

    @Override
    public CompletionStage<Void> writeActivity(int shard, LocalDate day, long epoch, ByteBuffer activity) {
        ByteBuffer copy = Copies.of(activity);
        return client.run(StoreOperation.of(CATALOGUE, "writeActivity", shard, day, epoch, copy), (Runnable)
                () -> state.activity.put(new InMemoryState.ActivityKey(shard, day, epoch), copy));
    }

    @Override
    public CompletionStage<Void> readActivity(int shard, YearMonth month, BiConsumer<LocalDate, ByteBuffer> consumer) {
        return client.<Map<InMemoryState.ActivityKey, ByteBuffer>>read(
                StoreOperation.of(CATALOGUE, "readActivity", shard, month),
                () -> {
                    TreeMap<InMemoryState.ActivityKey, ByteBuffer> days = new TreeMap<>(state.activity);
                    days.keySet()
                            .removeIf(key -> key.shard() != shard
                                    || !YearMonth.from(key.day()).equals(month));
                    return days;
                },
                days -> {
                    days.forEach((key, blob) -> consumer.accept(key.day(), blob.duplicate()));
                });
    }
}
