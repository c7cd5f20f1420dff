package io.pharos.timeseries.store.memory;

import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.CheckpointId;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.LogPosition;
import io.pharos.timeseries.store.SettingsStore;
import io.pharos.timeseries.store.ShardRecord;
import java.nio.ByteBuffer;
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
    final TreeMap<BlockKey, ByteBuffer> blocks = new TreeMap<>(BlockKey.ORDER);
    final TreeMap<ActivityKey, ByteBuffer> activity = new TreeMap<>(ActivityKey.ORDER);
    final Map<String, SettingsStore.Setting> settings = new HashMap<>();

    record HeadKey(int shard, CheckpointId checkpoint) {}

    record ChunkKey(int shard, long metricHash, SeriesId series, long startMillis, long epoch, int sequence) {
        static final Comparator<ChunkKey> ORDER = Comparator.comparingInt(ChunkKey::shard)
                .thenComparingLong(ChunkKey::metricHash)
                .thenComparing(ChunkKey::series)
                .thenComparingLong(ChunkKey::startMillis)
                .thenComparingLong(ChunkKey::epoch)
                .thenComparingInt(ChunkKey::sequence);
    }

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
