package io.pharos.timeseries.store.memory;

import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.CheckpointId;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.ExemplarRow;
import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.LogPosition;
import io.pharos.timeseries.store.RollupProgressStore;
import io.pharos.timeseries.store.RollupTier;
import io.pharos.timeseries.store.SettingsStore;
import io.pharos.timeseries.store.ShardRecord;
import io.pharos.timeseries.store.StorageTiers;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The tables; guarded by its own monitor. */
final class InMemoryState {
    final Map<Integer, ShardRecord> shardRecords = new HashMap<>();
    final Set<Incarnation> alive = new HashSet<>();
    final Map<Incarnation, Map<Integer, Long>> fences = new HashMap<>();
    final Map<Incarnation, Set<Integer>> segments = new HashMap<>();
    final Map<Incarnation, TreeMap<LogPosition, ByteBuffer>> logs = new HashMap<>();
    final Map<HeadKey, TreeMap<Integer, ByteBuffer>> heads = new HashMap<>();
    final TreeMap<ChunkKey, ChunkRow> chunks = new TreeMap<>(ChunkKey.ORDER);
    /** When chunks go, where that is ever. */
    final Map<ChunkKey, Long> chunkExpiry = new HashMap<>();

    final TreeMap<RollupKey, ChunkRow> rollups = new TreeMap<>(RollupKey.ORDER);
    final Map<Integer, Map<Long, InMemoryRollupProgressStore.Progress>> rolledUntil = new HashMap<>();
    final Map<Integer, Set<RollupProgressStore.Mark>> marks = new HashMap<>();
    final TreeMap<BlockKey, ByteBuffer> blocks = new TreeMap<>(BlockKey.ORDER);
    final TreeMap<ActivityKey, ByteBuffer> activity = new TreeMap<>(ActivityKey.ORDER);
    final Map<ExemplarKey, ExemplarRow> exemplars = new HashMap<>();
    final TreeMap<MaskKey, MaskRow> masks = new TreeMap<>(MaskKey.ORDER);
    final Map<String, SettingsStore.Setting> settings = new HashMap<>();

    final InstantSource clock;

    /** Rows live by a clock. */
    InMemoryState(InstantSource clock) {
        this.clock = clock;
    }

    /** Lets go of what is older than its retention by now. */
    void expire() {
        long now = clock.millis();
        chunkExpiry.entrySet().removeIf(chunk -> {
            boolean gone = chunk.getValue() <= now;
            if (gone) {
                chunks.remove(chunk.getKey());
            }
            return gone;
        });
        masks.values().removeIf(mask -> mask.expiryMillis() <= now);
        rollups.entrySet()
                .removeIf(row -> StorageTiers.expiryMillis(row.getKey().tier(), row.getValue()) <= now);
        exemplars.values().removeIf(row -> row.expiryMillis() <= now);
    }

    record HeadKey(int shard, CheckpointId checkpoint) {}

    record ChunkKey(int shard, long metricHash, SeriesId series, long startMillis, long epoch, int sequence) {
        static ChunkKey of(int shard, ChunkRow row) {
            return new ChunkKey(shard, row.metricHash(), row.series(), row.startMillis(), row.epoch(), row.sequence());
        }

        static final Comparator<ChunkKey> ORDER = Comparator.comparingInt(ChunkKey::shard)
                .thenComparingLong(ChunkKey::metricHash)
                .thenComparing(ChunkKey::series)
                .thenComparingLong(ChunkKey::startMillis)
                .thenComparingLong(ChunkKey::epoch)
                .thenComparingInt(ChunkKey::sequence);
    }

    record RollupKey(int shard, RollupTier tier, ChunkKey row) {
        static final Comparator<RollupKey> ORDER = Comparator.comparingInt(RollupKey::shard)
                .thenComparing(RollupKey::tier)
                .thenComparing(RollupKey::row, ChunkKey.ORDER);
    }

    record ExemplarKey(int shard, long metricHash, long startMillis, long epoch, int number) {}

    record MaskKey(int shard, long epoch, int sequence) {
        static final Comparator<MaskKey> ORDER = Comparator.comparingInt(MaskKey::shard)
                .thenComparingLong(MaskKey::epoch)
                .thenComparingInt(MaskKey::sequence);
    }

    record MaskRow(ByteBuffer data, long expiryMillis) {}

    record BlockKey(int shard, int month, long epoch, int number) {
        static final Comparator<BlockKey> ORDER = Comparator.comparingInt(BlockKey::shard)
                .thenComparingInt(BlockKey::month)
                .thenComparingLong(BlockKey::epoch)
                .thenComparingInt(BlockKey::number);
    }

    record ActivityKey(int shard, LocalDate day, long epoch) {
        static final Comparator<ActivityKey> ORDER = Comparator.comparingInt(ActivityKey::shard)
                .thenComparing(ActivityKey::day)
                .thenComparingLong(ActivityKey::epoch);
    }
}
