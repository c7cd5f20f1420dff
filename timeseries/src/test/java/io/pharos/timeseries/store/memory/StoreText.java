package io.pharos.timeseries.store.memory;

import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.CheckpointId;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.LogPosition;
import io.pharos.timeseries.store.RollupTier;
import io.pharos.timeseries.store.SettingsStore;
import io.pharos.timeseries.store.ShardRecord;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Everything a store holds as text, a line a row: its kind, its key in order, its bytes in base 64. What a version of Pharos wrote
 * is kept so, and opened by the ones after it.
 */
public final class StoreText {
    private static final String NONE = "-";

    private StoreText() {}

    /** The rows of a store, sorted. */
    public static String of(InMemoryStores stores) {
        SortedSet<String> lines = new TreeSet<>();
        InMemoryState state = stores.state();
        synchronized (state) {
            state.shardRecords.values().forEach(record -> lines.add(line(record)));
            state.alive.forEach(incarnation -> lines.add("alive " + incarnation));
            state.fences.forEach((incarnation, epochs) ->
                    epochs.forEach((shard, epoch) -> lines.add("fence " + incarnation + " " + shard + " " + epoch)));
            state.segments.forEach((incarnation, open) ->
                    open.forEach(segment -> lines.add("segment " + incarnation + " " + segment)));
            state.logs.forEach((incarnation, rows) -> rows.forEach(
                    (position, row) -> lines.add("log " + incarnation + " " + position.toLong() + " " + text(row))));
            state.heads.forEach((key, parts) -> parts.forEach((part, blob) -> lines.add("head " + key.shard() + " "
                    + key.checkpoint().epoch() + " " + key.checkpoint().number() + " " + part + " " + text(blob))));
            state.chunks.forEach((key, row) -> lines.add("chunk " + key.shard() + " " + row.metricHash() + " "
                    + row.series().high() + " " + row.series().low() + " " + row.startMillis() + " " + row.endMillis()
                    + " " + row.epoch() + " " + row.sequence() + " " + text(row.chunk())));
            state.rollups.forEach((key, row) -> lines.add("rollup " + key.shard() + " "
                    + key.tier().resolutionMillis() + " " + key.tier().retentionMillis() + " " + row.metricHash() + " "
                    + row.series().high() + " " + row.series().low() + " " + row.startMillis() + " " + row.endMillis()
                    + " " + row.epoch() + " " + row.sequence() + " " + text(row.chunk())));
            state.rolledUntil.forEach(
                    (shard, until) -> until.forEach((resolution, progress) -> lines.add("rolled-until " + shard + " "
                            + resolution + " " + progress.untilMillis() + " " + progress.epoch())));
            state.blocks.forEach((key, block) -> lines.add("block " + key.shard() + " " + key.month() + " "
                    + key.epoch() + " " + key.number() + " " + text(block)));
            state.activity.forEach((key, blob) ->
                    lines.add("activity " + key.shard() + " " + key.day() + " " + key.epoch() + " " + text(blob)));
            state.settings.forEach((name, setting) ->
                    lines.add("setting " + name + " " + setting.version() + " " + text(setting.value())));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String line(ShardRecord record) {
        StringBuilder sources = new StringBuilder();
        new TreeMap<>(record.sources())
                .forEach((incarnation, position) -> sources.append(sources.isEmpty() ? "" : ",")
                        .append(incarnation)
                        .append('=')
                        .append(position.toLong()));
        return "shard " + record.shard() + " " + record.epoch() + " "
                + record.owner().map(Incarnation::toString).orElse(NONE) + " "
                + record.checkpoint().map(id -> id.epoch() + ":" + id.number()).orElse(NONE) + " "
                + (sources.isEmpty() ? NONE : sources);
    }

    private static String text(ByteBuffer bytes) {
        byte[] all = new byte[bytes.remaining()];
        bytes.duplicate().get(all);
        return all.length == 0 ? NONE : Base64.getEncoder().withoutPadding().encodeToString(all);
    }

    /** A store with these rows. */
    public static InMemoryStores read(String text) {
        InMemoryStores stores = new InMemoryStores();
        InMemoryState state = stores.state();
        synchronized (state) {
            text.lines()
                    .filter(line -> !line.isEmpty() && line.charAt(0) != '#')
                    .forEach(line -> add(state, line));
        }
        return stores;
    }

    private static void add(InMemoryState state, String line) {
        String[] field = line.split(" ", -1);
        switch (field[0]) {
            case "shard" -> {
                ShardRecord record = record(field);
                state.shardRecords.put(record.shard(), record);
            }
            case "alive" -> state.alive.add(incarnation(field[1]));
            case "fence" ->
                state.fences
                        .computeIfAbsent(incarnation(field[1]), added -> new HashMap<>())
                        .put(Integer.parseInt(field[2]), Long.parseLong(field[3]));
            case "segment" ->
                state.segments
                        .computeIfAbsent(incarnation(field[1]), added -> new TreeSet<>())
                        .add(Integer.parseInt(field[2]));
            case "log" ->
                state.logs
                        .computeIfAbsent(incarnation(field[1]), added -> new TreeMap<>())
                        .put(LogPosition.ofLong(Long.parseLong(field[2])), bytes(field[3]));
            case "head" ->
                state.heads
                        .computeIfAbsent(
                                new InMemoryState.HeadKey(
                                        Integer.parseInt(field[1]),
                                        new CheckpointId(Long.parseLong(field[2]), Integer.parseInt(field[3]))),
                                added -> new TreeMap<>())
                        .put(Integer.parseInt(field[4]), bytes(field[5]));
            case "chunk" -> {
                int shard = Integer.parseInt(field[1]);
                ChunkRow row = row(field, 2);
                state.chunks.put(InMemoryState.ChunkKey.of(shard, row), row);
            }
            case "rollup" -> {
                int shard = Integer.parseInt(field[1]);
                RollupTier tier = new RollupTier(Long.parseLong(field[2]), Long.parseLong(field[3]));
                ChunkRow row = row(field, 4);
                state.rollups.put(new InMemoryState.RollupKey(shard, tier, InMemoryState.ChunkKey.of(shard, row)), row);
            }
            case "rolled-until" ->
                state.rolledUntil
                        .computeIfAbsent(Integer.parseInt(field[1]), added -> new HashMap<>())
                        .put(
                                Long.parseLong(field[2]),
                                new InMemoryRollupProgressStore.Progress(
                                        field.length > 4 ? Long.parseLong(field[4]) : 0, Long.parseLong(field[3])));
            case "block" ->
                state.blocks.put(
                        new InMemoryState.BlockKey(
                                Integer.parseInt(field[1]),
                                Integer.parseInt(field[2]),
                                Long.parseLong(field[3]),
                                Integer.parseInt(field[4])),
                        bytes(field[5]));
            case "activity" ->
                state.activity.put(
                        new InMemoryState.ActivityKey(
                                Integer.parseInt(field[1]), LocalDate.parse(field[2]), Long.parseLong(field[3])),
                        bytes(field[4]));
            case "setting" ->
                state.settings.put(field[1], new SettingsStore.Setting(Long.parseLong(field[2]), bytes(field[3])));
            default -> throw new IllegalArgumentException("a row of an unknown kind: " + line);
        }
    }

    private static ShardRecord record(String[] field) {
        Map<Incarnation, LogPosition> sources = new HashMap<>();
        if (!field[5].equals(NONE)) {
            for (String source : field[5].split(",", -1)) {
                int equals = source.indexOf('=');
                sources.put(
                        incarnation(source.substring(0, equals)),
                        LogPosition.ofLong(Long.parseLong(source.substring(equals + 1))));
            }
        }
        int colon = field[4].indexOf(':');
        return new ShardRecord(
                Integer.parseInt(field[1]),
                Long.parseLong(field[2]),
                field[3].equals(NONE) ? Optional.empty() : Optional.of(incarnation(field[3])),
                colon < 0
                        ? Optional.empty()
                        : Optional.of(new CheckpointId(
                                Long.parseLong(field[4].substring(0, colon)),
                                Integer.parseInt(field[4].substring(colon + 1)))),
                Map.copyOf(sources));
    }

    /** The row whose first word stands at a place. */
    private static ChunkRow row(String[] field, int first) {
        return new ChunkRow(
                Long.parseLong(field[first]),
                new SeriesId(Long.parseLong(field[first + 1]), Long.parseLong(field[first + 2])),
                Long.parseLong(field[first + 3]),
                Long.parseLong(field[first + 4]),
                Long.parseLong(field[first + 5]),
                Integer.parseInt(field[first + 6]),
                bytes(field[first + 7]));
    }

    private static Incarnation incarnation(String text) {
        return new Incarnation(UUID.fromString(text));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(
                        text.equals(NONE) ? new byte[0] : Base64.getDecoder().decode(text))
                .asReadOnlyBuffer();
    }
}
