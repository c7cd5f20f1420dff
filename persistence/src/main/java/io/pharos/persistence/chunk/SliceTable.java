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
import io.pharos.persistence.slice.Placement;
import io.pharos.persistence.slice.SliceKey;
import io.pharos.persistence.slice.SliceRange;
import io.pharos.persistence.slice.SliceSizes;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.StoredSeries;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A table of rows of series by days and slices, where a metric's series are neighbours. Writes are unlogged batches of one partition: with a
 * synchronous commit log single rows are ten times slower.
 */
final class SliceTable {
    private static final int BATCH_ROWS = 64;
    private static final int BATCH_BYTES = 512 * 1024;
    private static final int PAGE_ROWS = 1000;
    private static final int KEY_PAGE_ROWS = 5000;
    /** So many series are asked for by name; more are picked from a scan of all between the first and the last. */
    private static final int NAMED_SERIES = 64;

    /** A range of more partitions is first compared with those that are there; a year of ten days each is not. */
    private static final int PROBED_PARTITIONS = 64;

    private static final int SERIES_BYTES = 16;
    private static final SliceKey HIGHEST = SliceKey.lastOf(Long.MAX_VALUE);
    private static final Comparator<StoredSeries> IN_ORDER =
            Comparator.comparingLong(StoredSeries::metricHash).thenComparing(StoredSeries::series);

    private static final int SECOND_MILLIS = 1000;

    private final CassandraSession session;
    private final int generation;
    private final String name;
    private final int days;
    private final LongUnaryOperator dayOf;
    private final ToLongFunction<ChunkRow> expiryMillis;
    private final InstantSource clock;
    private final SliceBook book;
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
     * @param mayBePlain whether the table is as old as to have rows that no record of slices tells of
     * @param expiryMillis when a row is to expire; one that is expired already is not written
     * @param sizes of partitions
     * @param limit of writes at one time
     */
    SliceTable(
            CassandraSession session,
            int generation,
            String name,
            int days,
            LongUnaryOperator dayOf,
            boolean mayBePlain,
            ToLongFunction<ChunkRow> expiryMillis,
            InstantSource clock,
            SliceSizes sizes,
            BatchLimit limit) {
        this.session = session;
        this.generation = generation;
        this.name = name;
        this.days = days;
        this.dayOf = dayOf;
        this.expiryMillis = expiryMillis;
        this.clock = clock;
        this.book = new SliceBook(session, generation, name, days, mayBePlain, sizes, clock);
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

    /** Forgets what is known of a shard's slices. */
    void taken(int shard) {
        book.forget(shard);
    }

    CompletionStage<Void> write(int shard, List<ChunkRow> rows) {
        long now = clock.millis();
        List<ChunkRow> alive =
                rows.stream().filter(row -> expiryMillis.applyAsLong(row) > now).toList();
        if (alive.isEmpty()) {
            return CompletableFuture.completedStage(null);
        }
        return place(shard, alive, now);
    }

    private CompletionStage<Void> place(int shard, List<ChunkRow> rows, long nowMillis) {
        return book.of(shard).thenCompose(slices -> {
            ShardSlices.Placed placed = slices.place(rows, dayOf, expiryMillis, nowMillis);
            return placed == null ? place(shard, rows, nowMillis) : write(shard, slices, placed);
        });
    }

    private CompletionStage<Void> write(int shard, ShardSlices slices, ShardSlices.Placed placed) {
        return placed.recorded()
                .whenComplete((recorded, failure) -> {
                    if (failure != null) {
                        book.forget(shard, slices);
                    }
                })
                .thenCompose(recorded -> {
                    List<CompletionStage<Void>> batches = new ArrayList<>();
                    placed.rows().forEach((part, ofPart) -> writePart(shard, part, ofPart, batches));
                    return CassandraSession.all(batches);
                })
                .exceptionallyCompose(failure -> {
                    throw Failures.of("write " + name + " of shard " + shard, failure);
                });
    }

    private void writePart(int shard, ShardSlices.Part part, List<ChunkRow> rows, List<CompletionStage<Void>> batches) {
        int from = 0;
        while (from < rows.size()) {
            int to = from;
            int bytes = 0;
            while (to < rows.size() && to - from < BATCH_ROWS && (bytes == 0 || bytes < BATCH_BYTES)) {
                bytes += rows.get(to).chunk().remaining();
                to++;
            }
            List<ChunkRow> together = rows.subList(from, to);
            batches.add(limit.run(() -> session.write(
                    batch(shard, part, together),
                    "write " + together.size() + " rows of " + name + " of shard " + shard)));
            from = to;
        }
    }

    private BatchStatement batch(int shard, ShardSlices.Part part, List<ChunkRow> rows) {
        LocalDate day = LocalDate.ofEpochDay(part.day());
        BatchStatementBuilder batch = BatchStatement.builder(DefaultBatchType.UNLOGGED);
        for (ChunkRow row : rows) {
            batch.addStatement(write.bind(
                    generation,
                    shard,
                    day,
                    part.slice(),
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
        long seconds = Math.floorDiv(expiryMillis.applyAsLong(row) - clock.millis(), SECOND_MILLIS) + 1;
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
        return book.of(shard)
                .thenCompose(slices -> days(shard, slices.placement(), fromMillis, toMillis)
                        .thenCompose(found -> {
                            List<BoundStatement> reads = new ArrayList<>(found.size());
                            for (long day : found) {
                                select(reads, shard, slices.placement(), day, metricHash, series, fromMillis, toMillis);
                            }
                            return session.read(reads, "read " + name + " of shard " + shard, row -> {
                                ChunkRow chunk = chunk(metricHash, row);
                                if (series == null || series.contains(chunk.series())) {
                                    consumer.accept(chunk);
                                }
                            });
                        }));
    }

    private CompletionStage<List<Long>> days(int shard, Placement placement, long fromMillis, long toMillis) {
        long first = dayOf.applyAsLong(fromMillis);
        long last = dayOf.applyAsLong(toMillis);
        if ((last - first) / days <= PROBED_PARTITIONS) {
            List<Long> each = new ArrayList<>();
            for (long day = first; day <= last; day += days) {
                each.add(day);
            }
            return CompletableFuture.completedStage(each);
        }
        TreeSet<Long> found = new TreeSet<>(placement.daysBetween(first, last));
        long plainUntil = Math.min(last, placement.plainUntilDay());
        if (first > plainUntil) {
            return CompletableFuture.completedStage(List.copyOf(found));
        }
        return session.read(List.of(partitions.bind()), "list the days of " + name + " of shard " + shard, row -> {
                    LocalDate day = row.getLocalDate(2);
                    if (row.getInt(0) == generation
                            && row.getInt(1) == shard
                            && day != null
                            && day.toEpochDay() >= first
                            && day.toEpochDay() <= plainUntil) {
                        found.add(day.toEpochDay());
                    }
                })
                .thenApply(done -> List.copyOf(found));
    }

    /** Reads one table after the other. */
    static CompletionStage<Void> each(List<SliceTable> tables, Function<SliceTable, CompletionStage<Void>> read) {
        CompletionStage<Void> done = read.apply(tables.get(0));
        for (SliceTable next : tables.subList(1, tables.size())) {
            done = done.thenCompose(before -> read.apply(next));
        }
        return done;
    }

    /** The series of a partition in some tables of one period, each once, in order of metric and id. */
    static CompletionStage<Void> series(
            List<SliceTable> tables, int shard, long firstDay, Consumer<StoredSeries> consumer) {
        SliceTable first = tables.get(0);
        StoredSeries[] before = new StoredSeries[1];
        Consumer<StoredSeries> distinct = series -> {
            if (!series.equals(before[0])) {
                before[0] = series;
                consumer.accept(series);
            }
        };
        String attempt = "list the series of " + first.name + " of shard " + shard;
        List<List<BoundStatement>> all = new ArrayList<>();
        return each(tables, table -> table.layers(shard, firstDay).thenAccept(all::addAll))
                .thenCompose(found -> all.size() <= 1
                        ? first.session.read(
                                all.isEmpty() ? List.of() : all.get(0), attempt, row -> distinct.accept(first.key(row)))
                        : first.session.merge(all, attempt, first::key, IN_ORDER, distinct));
    }

    /** Reads that each give the series of a partition in order. */
    private CompletionStage<List<List<BoundStatement>>> layers(int shard, long firstDay) {
        return book.of(shard).thenApply(slices -> {
            // Slices that follow each other are one read; where a wider one lies above them, it is a second one beside
            // it.
            List<SliceRange> reads = new ArrayList<>();
            List<List<BoundStatement>> layers = new ArrayList<>();
            for (SliceRange slice : slices.placement().slices(firstDay, SliceKey.LOWEST, HIGHEST)) {
                int layer = 0;
                while (layer < reads.size() && !reads.get(layer).isBefore(slice)) {
                    layer++;
                }
                if (layer == reads.size()) {
                    reads.add(slice);
                    layers.add(new ArrayList<>());
                } else {
                    reads.set(layer, slice);
                }
                layers.get(layer).add(readKeys.bind(generation, shard, LocalDate.ofEpochDay(firstDay), slice.number()));
            }
            return layers;
        });
    }

    private StoredSeries key(Row row) {
        return new StoredSeries(row.getLong(0), id(row, 1));
    }

    /** The reads of one day: of each slice that the series can be in, for those of them that can be in it. */
    private void select(
            List<BoundStatement> reads,
            int shard,
            Placement placement,
            long firstDay,
            long metric,
            @Nullable SortedSet<SeriesId> series,
            long fromMillis,
            long toMillis) {
        LocalDate day = LocalDate.ofEpochDay(firstDay);
        SliceKey lowest = series == null ? SliceKey.firstOf(metric) : SliceKey.of(metric, series.first());
        SliceKey highest = series == null ? SliceKey.lastOf(metric) : SliceKey.of(metric, series.last());
        for (SliceRange slice : placement.slices(firstDay, lowest, highest)) {
            int number = slice.number();
            if (series == null) {
                reads.add(readMetric.bind(generation, shard, day, number, metric, toMillis, fromMillis));
                continue;
            }
            SortedSet<SeriesId> inside = slice.of(metric, series);
            if (inside.isEmpty()) {
                continue;
            }
            if (inside.size() > NAMED_SERIES) {
                ByteBuffer first = bytes(inside.first());
                ByteBuffer last = bytes(inside.last());
                reads.add(readBetween.bind(generation, shard, day, number, metric, first, last, toMillis, fromMillis));
            } else {
                List<ByteBuffer> names = inside.stream().map(SliceTable::bytes).toList();
                reads.add(readNamed.bind(generation, shard, day, number, metric, names, toMillis, fromMillis));
            }
        }
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
