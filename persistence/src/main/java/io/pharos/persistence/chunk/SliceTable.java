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
import io.pharos.timeseries.store.StoredSeries;
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
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A table of rows of series by days, where a metric's series are neighbours. Writes are unlogged batches of one partition: with a
 * synchronous commit log single rows are ten times slower.
 */
final class SliceTable {
    /** A small cluster has one slice a partition; see docs/format/tables.md. */
    private static final int SLICE = 0;

    private static final int BATCH_ROWS = 64;
    private static final int BATCH_BYTES = 512 * 1024;
    private static final int PAGE_ROWS = 1000;
    private static final int KEY_PAGE_ROWS = 5000;
    /** So many series are asked for by name; more are picked from a scan of all between the first and the last. */
    private static final int NAMED_SERIES = 64;

    /** A range of more partitions is first compared with those that are there; a year of ten days each is not. */
    private static final int PROBED_PARTITIONS = 64;

    private static final int SERIES_BYTES = 16;
    private static final int SECOND_MILLIS = 1000;

    private final CassandraSession session;
    private final int generation;
    private final String name;
    private final int days;
    private final LongUnaryOperator dayOf;
    private final ToLongFunction<ChunkRow> leftMillis;
    private final BatchLimit limit;
    private final PreparedStatement write;
    private final PreparedStatement partitions;
    private final PreparedStatement readMetric;
    private final PreparedStatement readBetween;
    private final PreparedStatement readNamed;
    private final PreparedStatement readKeys;

    /**
     * Prepares its statements. Blocks: only for the start.
     *
     * @param days in a partition
     * @param dayOf first day of the partition of a time
     * @param leftMillis how long a row is to live; one that is not to live at all is not written
     * @param limit of writes at one time
     */
    SliceTable(
            CassandraSession session,
            int generation,
            String name,
            int days,
            LongUnaryOperator dayOf,
            ToLongFunction<ChunkRow> leftMillis,
            BatchLimit limit) {
        this.session = session;
        this.generation = generation;
        this.name = name;
        this.days = days;
        this.dayOf = dayOf;
        this.leftMillis = leftMillis;
        this.limit = limit;
        String table = "%s." + name;
        write = session.prepareWrite("INSERT INTO " + table
                + " (generation, shard, day, slice, metric, series, start, epoch, sequence, end, data)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TTL ?");
        partitions = session.prepareRead("SELECT DISTINCT generation, shard, day, slice FROM " + table, PAGE_ROWS);
        String select = "SELECT series, start, end, epoch, sequence, data FROM " + table
                + " WHERE generation = ? AND shard = ? AND day = ? AND slice = ? AND metric = ?";
        // The server skips the rows of other times inside the slice that it reads anyway; it scans nothing else.
        String times = " AND start <= ? AND end >= ? ALLOW FILTERING";
        readMetric = session.prepareRead(select + times, PAGE_ROWS);
        readBetween = session.prepareRead(select + " AND series >= ? AND series <= ?" + times, PAGE_ROWS);
        readNamed = session.prepareRead(select + " AND series IN ?" + times, PAGE_ROWS);
        readKeys = session.prepareRead(
                "SELECT metric, series FROM " + table + " WHERE generation = ? AND shard = ? AND day = ? AND slice = ?",
                KEY_PAGE_ROWS);
    }

    CompletionStage<Void> write(int shard, List<ChunkRow> rows) {
        Map<Long, List<ChunkRow>> byDay = new HashMap<>();
        for (ChunkRow row : rows) {
            if (leftMillis.applyAsLong(row) > 0) {
                byDay.computeIfAbsent(dayOf.applyAsLong(row.startMillis()), day -> new ArrayList<>())
                        .add(row);
            }
        }
        List<CompletionStage<Void>> batches = new ArrayList<>();
        byDay.forEach((day, ofDay) -> writeDay(shard, LocalDate.ofEpochDay(day), ofDay, batches));
        return CassandraSession.all(batches).exceptionallyCompose(failure -> {
            throw Failures.of("write " + name + " of shard " + shard, failure);
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
            batches.add(limit.run(() -> session.write(
                    batch(shard, day, part), "write " + part.size() + " rows of " + name + " of shard " + shard)));
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
                    row.chunk(),
                    secondsToLive(row)));
        }
        return batch.setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
                .setTimeout(session.settings().writeTimeout())
                .setIdempotence(true)
                .build();
    }

    private int secondsToLive(ChunkRow row) {
        long seconds = Math.floorDiv(leftMillis.applyAsLong(row), SECOND_MILLIS) + 1;
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, seconds));
    }

    CompletionStage<Void> read(
            int shard,
            long metricHash,
            @Nullable SortedSet<SeriesId> series,
            long fromMillis,
            long toMillis,
            Consumer<ChunkRow> consumer) {
        if (fromMillis > toMillis || series != null && series.isEmpty()) {
            return CompletableFuture.completedStage(null);
        }
        return partitions(shard, fromMillis, toMillis).thenCompose(found -> {
            List<BoundStatement> reads = new ArrayList<>(found.size());
            for (long day : found) {
                reads.add(select(shard, metricHash, LocalDate.ofEpochDay(day), series, fromMillis, toMillis));
            }
            return session.read(reads, "read " + name + " of shard " + shard, row -> {
                ChunkRow chunk = chunk(metricHash, row);
                if (series == null || series.contains(chunk.series())) {
                    consumer.accept(chunk);
                }
            });
        });
    }

    private CompletionStage<List<Long>> partitions(int shard, long fromMillis, long toMillis) {
        long first = dayOf.applyAsLong(fromMillis);
        long last = dayOf.applyAsLong(toMillis);
        List<Long> found = new ArrayList<>();
        if ((last - first) / days <= PROBED_PARTITIONS) {
            for (long day = first; day <= last; day += days) {
                found.add(day);
            }
            return CompletableFuture.completedStage(found);
        }
        return session.read(List.of(partitions.bind()), "list the days of " + name + " of shard " + shard, row -> {
                    LocalDate day = row.getLocalDate(2);
                    if (row.getInt(0) == generation && row.getInt(1) == shard && day != null) {
                        found.add(day.toEpochDay());
                    }
                })
                .thenApply(done -> {
                    found.removeIf(day -> day < first || day > last);
                    found.sort(null);
                    return found;
                });
    }

    /** The series of a partition, each once, in order of metric and id. */
    CompletionStage<Void> series(int shard, long firstDay, Consumer<StoredSeries> consumer) {
        StoredSeries[] before = new StoredSeries[1];
        return session.read(
                List.of(readKeys.bind(generation, shard, LocalDate.ofEpochDay(firstDay), SLICE)),
                "list the series of " + name + " of shard " + shard,
                row -> {
                    StoredSeries series = new StoredSeries(row.getLong(0), id(row, 1));
                    if (!series.equals(before[0])) {
                        before[0] = series;
                        consumer.accept(series);
                    }
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
        List<ByteBuffer> names = series.stream().map(SliceTable::bytes).toList();
        return readNamed.bind(generation, shard, day, SLICE, metricHash, names, toMillis, fromMillis);
    }

    private ChunkRow chunk(long metricHash, Row row) {
        SeriesId id = id(row, 0);
        ByteBuffer data = row.getByteBuffer(5);
        if (data == null) {
            throw damaged(row);
        }
        return new ChunkRow(metricHash, id, row.getLong(1), row.getLong(2), row.getLong(3), row.getInt(4), data);
    }

    private SeriesId id(Row row, int column) {
        ByteBuffer id = row.getByteBuffer(column);
        if (id == null || id.remaining() != SERIES_BYTES) {
            throw damaged(row);
        }
        return new SeriesId(id.getLong(id.position()), id.getLong(id.position() + Long.BYTES));
    }

    private IllegalStateException damaged(Row row) {
        return new IllegalStateException("a row of the table " + name + " is damaged: " + row.getFormattedContents());
    }

    /** Big-endian, so that Cassandra's order of bytes is the order of ids. */
    private static ByteBuffer bytes(SeriesId id) {
        return ByteBuffer.allocate(SERIES_BYTES)
                .putLong(id.high())
                .putLong(id.low())
                .flip();
    }
}
