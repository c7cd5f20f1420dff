package io.pharos.persistence.chunk;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchStatementBuilder;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.DefaultBatchType;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.pharos.persistence.session.CassandraSession;
import io.pharos.persistence.session.Failures;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.ChunkStore;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Chunks in the table {@code chunks}, where a metric's series are neighbours. Writes are unlogged batches of one partition: with a
 * synchronous commit log single rows are ten times slower.
 */
public final class CassandraChunkStore implements ChunkStore {
    private static final long DAY_MILLIS = 86_400_000;
    /** A small cluster has one slice a day; see docs/format/tables.md. */
    private static final int SLICE = 0;

    private static final int BATCH_ROWS = 64;
    private static final int BATCH_BYTES = 512 * 1024;
    private static final int BATCHES_AT_ONCE = 16;
    private static final int PAGE_ROWS = 1000;
    /** So many series are asked for by name; more are picked from a scan of all between the first and the last. */
    private static final int NAMED_SERIES = 64;

    /** A range of more days is first compared with the days that are there. */
    private static final int PROBED_DAYS = 32;

    private static final int SERIES_BYTES = 16;

    private final CassandraSession session;
    private final int generation;
    private final BatchLimit limit = new BatchLimit(BATCHES_AT_ONCE);
    private final PreparedStatement write;
    private final PreparedStatement partitions;
    private final PreparedStatement readMetric;
    private final PreparedStatement readBetween;
    private final PreparedStatement readNamed;

    /** Prepares its statements, for one placement generation. Blocks: only for the start. */
    public CassandraChunkStore(CassandraSession session, int generation) {
        this.session = session;
        this.generation = generation;
        write = session.prepareWrite("INSERT INTO %s.chunks"
                + " (generation, shard, day, slice, metric, series, start, epoch, sequence, end, data)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        partitions = session.prepareRead("SELECT DISTINCT generation, shard, day, slice FROM %s.chunks", PAGE_ROWS);
        String select = "SELECT series, start, end, epoch, sequence, data FROM %s.chunks"
                + " WHERE generation = ? AND shard = ? AND day = ? AND slice = ? AND metric = ?";
        // The server skips the rows of other times inside the slice that it reads anyway; it scans nothing else.
        String times = " AND start <= ? AND end >= ? ALLOW FILTERING";
        readMetric = session.prepareRead(select + times, PAGE_ROWS);
        readBetween = session.prepareRead(select + " AND series >= ? AND series <= ?" + times, PAGE_ROWS);
        readNamed = session.prepareRead(select + " AND series IN ?" + times, PAGE_ROWS);
    }

    @Override
    public CompletionStage<Void> write(int shard, List<ChunkRow> rows) {
        Map<Long, List<ChunkRow>> byDay = new HashMap<>();
        for (ChunkRow row : rows) {
            byDay.computeIfAbsent(Math.floorDiv(row.startMillis(), DAY_MILLIS), day -> new ArrayList<>())
                    .add(row);
        }
        List<CompletionStage<Void>> batches = new ArrayList<>();
        byDay.forEach((day, ofDay) -> writeDay(shard, LocalDate.ofEpochDay(day), ofDay, batches));
        return CassandraSession.all(batches).exceptionallyCompose(failure -> {
            throw Failures.of("write chunks of shard " + shard, failure);
        });
    }

    private void writeDay(int shard, LocalDate day, List<ChunkRow> rows, List<CompletionStage<Void>> batches) {
        int from = 0;
        while (from < rows.size()) {
            int to = from;
            int bytes = 0;
            while (to < rows.size() && to - from < BATCH_ROWS && (bytes == 0 || bytes < BATCH_BYTES)) {
                bytes += rows.get(to).chunk().remaining();
                to++;
            }
            List<ChunkRow> part = rows.subList(from, to);
            batches.add(limit.run(() ->
                    session.write(batch(shard, day, part), "write " + part.size() + " chunks of shard " + shard)));
            from = to;
        }
    }

    private BatchStatement batch(int shard, LocalDate day, List<ChunkRow> rows) {
        BatchStatementBuilder batch = BatchStatement.builder(DefaultBatchType.UNLOGGED);
        for (ChunkRow row : rows) {
            batch.addStatement(write.bind(
                    generation,
                    shard,
                    day,
                    SLICE,
                    row.metricHash(),
                    bytes(row.series()),
                    row.startMillis(),
                    row.epoch(),
                    row.sequence(),
                    row.endMillis(),
                    row.chunk()));
        }
        return batch.setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
                .setTimeout(session.settings().writeTimeout())
                .setIdempotence(true)
                .build();
    }

    @Override
    public CompletionStage<Void> read(
            int shard,
            long metricHash,
            @Nullable SortedSet<SeriesId> series,
            long fromMillis,
            long toMillis,
            Consumer<ChunkRow> consumer) {
        if (fromMillis > toMillis || series != null && series.isEmpty()) {
            return CompletableFuture.completedStage(null);
        }
        return days(shard, fromMillis, toMillis).thenCompose(days -> {
            List<BoundStatement> reads = new ArrayList<>(days.size());
            for (long day : days) {
                reads.add(select(shard, metricHash, LocalDate.ofEpochDay(day), series, fromMillis, toMillis));
            }
            return session.read(reads, "read chunks of shard " + shard, row -> {
                ChunkRow chunk = chunk(metricHash, row);
                if (series == null || series.contains(chunk.series())) {
                    consumer.accept(chunk);
                }
            });
        });
    }

    private CompletionStage<List<Long>> days(int shard, long fromMillis, long toMillis) {
        long first = Math.floorDiv(fromMillis, DAY_MILLIS);
        long last = Math.floorDiv(toMillis, DAY_MILLIS);
        List<Long> days = new ArrayList<>();
        if (last - first <= PROBED_DAYS) {
            for (long day = first; day <= last; day++) {
                days.add(day);
            }
            return CompletableFuture.completedStage(days);
        }
        return session.read(List.of(partitions.bind()), "list the days of shard " + shard, row -> {
                    LocalDate day = row.getLocalDate(2);
                    if (row.getInt(0) == generation && row.getInt(1) == shard && day != null) {
                        days.add(day.toEpochDay());
                    }
                })
                .thenApply(done -> {
                    days.removeIf(day -> day < first || day > last);
                    days.sort(null);
                    return days;
                });
    }

    private BoundStatement select(
            int shard,
            long metricHash,
            LocalDate day,
            @Nullable SortedSet<SeriesId> series,
            long fromMillis,
            long toMillis) {
        if (series == null) {
            return readMetric.bind(generation, shard, day, SLICE, metricHash, toMillis, fromMillis);
        }
        if (series.size() > NAMED_SERIES) {
            return readBetween.bind(
                    generation,
                    shard,
                    day,
                    SLICE,
                    metricHash,
                    bytes(series.first()),
                    bytes(series.last()),
                    toMillis,
                    fromMillis);
        }
        List<ByteBuffer> names = series.stream().map(CassandraChunkStore::bytes).toList();
        return readNamed.bind(generation, shard, day, SLICE, metricHash, names, toMillis, fromMillis);
    }

    private static ChunkRow chunk(long metricHash, Row row) {
        ByteBuffer id = row.getByteBuffer(0);
        ByteBuffer data = row.getByteBuffer(5);
        if (id == null || id.remaining() != SERIES_BYTES || data == null) {
            throw new IllegalStateException("a row of the table chunks is damaged: " + row.getFormattedContents());
        }
        return new ChunkRow(
                metricHash,
                new SeriesId(id.getLong(id.position()), id.getLong(id.position() + Long.BYTES)),
                row.getLong(1),
                row.getLong(2),
                row.getLong(3),
                row.getInt(4),
                data);
    }

    /** Big-endian, so that Cassandra's order of bytes is the order of ids. */
    private static ByteBuffer bytes(SeriesId id) {
        return ByteBuffer.allocate(SERIES_BYTES)
                .putLong(id.high())
                .putLong(id.low())
                .flip();
    }
}
