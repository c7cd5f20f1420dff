package io.pharos.timeseries.store.memory;

import static io.pharos.timeseries.store.memory.StoreOperation.Port.SHARD_RECORDS;

import io.pharos.timeseries.store.ShardRecord;
import io.pharos.timeseries.store.ShardRecordStore;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Shard records in memory. */
record InMemoryShardRecordStore(InMemoryState state, InMemoryStores.Client client) implements ShardRecordStore {
    @Override
    public CompletionStage<ShardRecord> read(int shard) {
        return client.run(StoreOperation.of(SHARD_RECORDS, "read", shard), () -> stored(shard));
    }

    private ShardRecord stored(int shard) {
        return state.shardRecords.getOrDefault(shard, ShardRecord.unowned(shard));
    }

    @Override
    public CompletionStage<Boolean> replace(ShardRecord expected, ShardRecord next) {
        ShardRecord copy = new ShardRecord(
                next.shard(), next.epoch(), next.owner(), next.checkpoint(), Map.copyOf(next.sources()));
        return client.run(StoreOperation.of(SHARD_RECORDS, "replace", expected.epoch(), copy), () -> {
            ShardRecord stored = stored(copy.shard());
            boolean current =
                    stored.epoch() == expected.epoch() && stored.checkpoint().equals(expected.checkpoint());
            if (current) {
                state.shardRecords.put(copy.shard(), copy);
            }
            return current;
        });
    }
}
