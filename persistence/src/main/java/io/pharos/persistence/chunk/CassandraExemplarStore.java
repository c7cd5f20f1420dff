package io.pharos.persistence.chunk;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchStatementBuilder;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.DefaultBatchType;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.pharos.persistence.session.CassandraSession;
import io.pharos.timeseries.store.ExemplarRow;
import io.pharos.timeseries.store.ExemplarStore;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Exemplars in the table {@code exemplars}, a partition a shard and UTC day; a row's time to live is what is left of it. */
public final class CassandraExemplarStore implements ExemplarStore {
    private static final long DAY_MILLIS = 86_400_000;
    private static final long HOUR_MILLIS = 3_600_000;
    private static final int BATCH_ROWS = 64;
    private static final int BATCH_BYTES = 256 * 1024;
    private static final int BATCHES_AT_ONCE = 4;
    private static final int PAGE_ROWS = 200;

    private final CassandraSession session;
    private final int generation;
    private final InstantSource clock;
    private final BatchLimit limit = new BatchLimit(BATCHES_AT_ONCE);
    private final PreparedStatement write;
    private final PreparedStatement readMetric;
    private final PreparedStatement readAll;

    /** Prepares its statements, for one placement generation. Blocks: only for the start. */
    public CassandraExemplarStore(CassandraSession session, int generation, InstantSource clock) {
        this.session = session;
        this.generation = generation;
        this.clock = clock;
        write = session.prepareWrite(
                "INSERT INTO %s.exemplars"
                        + " (generation, shard, day, metric, start, epoch, number, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?) USING TTL ?");
        String partition = "SELECT data FROM %s.exemplars WHERE generation = ? AND shard = ? AND day = ?";
        String times = " AND start >= ? AND start <= ?";
        readMetric = session.prepareRead(partition + " AND metric = ?" + times, PAGE_ROWS);
        // What is skipped lies in the partition that is read anyway.
        readAll = session.prepareRead(partition + times + " ALLOW FILTERING", PAGE_ROWS);
    }

    @Override
    public CompletionStage<Void> write(int shard, List<ExemplarRow> rows) {
        long now = clock.millis();
        TreeMap<Long, List<ExemplarRow>> byDay = new TreeMap<>();
        for (ExemplarRow row : rows) {
            if (row.expiryMillis() > now) {
                byDay.computeIfAbsent(Math.floorDiv(row.startMillis(), DAY_MILLIS), day -> new ArrayList<>())
                        .add(row);
            }
        }
        List<CompletionStage<Void>> batches = new ArrayList<>();
        byDay.forEach((day, ofDay) -> {
            int from = 0;
            while (from < ofDay.size()) {
                int to = from;
                int bytes = 0;
                while (to < ofDay.size() && to - from < BATCH_ROWS && (to == from || bytes < BATCH_BYTES)) {
                    bytes += ofDay.get(to++).data().remaining();
                }
                List<ExemplarRow> part = ofDay.subList(from, to);
                batches.add(limit.run(() -> session.write(
                        batch(shard, LocalDate.ofEpochDay(day), part, now),
                        "write " + part.size() + " rows of exemplars of shard " + shard)));
                from = to;
            }
        });
        return CassandraSession.all(batches);
    }

    private BatchStatement batch(int shard, LocalDate day, List<ExemplarRow> rows, long now) {
        BatchStatementBuilder batch = BatchStatement.builder(DefaultBatchType.UNLOGGED);
        for (ExemplarRow row : rows) {
            long seconds = (row.expiryMillis() - now) / 1000 + 1;
            batch.addStatement(write.bind(
                    generation,
                    shard,
                    day,
                    row.metricHash(),
                    row.startMillis(),
                    row.epoch(),
                    row.number(),
                    row.data(),
                    (int) Math.min(Integer.MAX_VALUE, seconds)));
        }
        return batch.setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
                .setTimeout(session.settings().writeTimeout())
                .setIdempotence(true)
                .build();
    }

    @Override
    public CompletionStage<Void> read(
            int shard,
            @Nullable SortedSet<Long> metrics,
            long fromMillis,
            long toMillis,
            Consumer<ByteBuffer> consumer) {
        if (fromMillis > toMillis || metrics != null && metrics.isEmpty()) {
            return CompletableFuture.completedStage(null);
        }
        // A row lies in one hour, so none that begins before the hour of the first moment reaches it.
        long first = Math.floorDiv(fromMillis, HOUR_MILLIS) * HOUR_MILLIS;
        List<BoundStatement> reads = new ArrayList<>();
        for (long number = Math.floorDiv(fromMillis, DAY_MILLIS);
                number <= Math.floorDiv(toMillis, DAY_MILLIS);
                number++) {
            LocalDate day = LocalDate.ofEpochDay(number);
            if (metrics == null) {
                reads.add(readAll.bind(generation, shard, day, first, toMillis));
            } else {
                for (long metric : metrics) {
                    reads.add(readMetric.bind(generation, shard, day, metric, first, toMillis));
                }
            }
        }
        return session.read(reads, "read exemplars of shard " + shard, row -> {
            ByteBuffer data = row.getByteBuffer(0);
            if (data != null) {
                consumer.accept(data);
            }
        });
    }
}
