package io.pharos.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import io.pharos.persistence.session.CassandraSettings;
import io.pharos.persistence.session.Connector;
import io.pharos.persistence.slice.SliceSizes;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.ChunkStore;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Slices of a shard that moves between two nodes, as they lie in a real Cassandra. */
class CassandraSlicesIT {
    /** No other test's. */
    private static final int SHARD = 1_000_003;

    private static final long METRIC = -77;
    private static final long DAY = 20_500;
    private static final long MIDNIGHT = DAY * 86_400_000;
    /** The limit is 60,000. */
    private static final long NEVER_OVER = 75_000;

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static ChunkRow row(int number, long epoch) {
        SeriesId id = new SeriesId(0x9e3779b97f4a7c15L * number, number);
        return new ChunkRow(
                METRIC, id, MIDNIGHT + number, MIDNIGHT + number + 9, epoch, number, ByteBuffer.wrap(new byte[500]));
    }

    private static List<ChunkRow> rows(int from, int to, long epoch) {
        List<ChunkRow> rows = new ArrayList<>();
        for (int i = from; i < to; i++) {
            rows.add(row(i, epoch));
        }
        return rows;
    }

    private static List<ChunkRow> read(ChunkStore chunks) {
        List<ChunkRow> found = new ArrayList<>();
        get(chunks.read(SHARD, METRIC, null, MIDNIGHT, MIDNIGHT + 86_399_999, found::add));
        return found;
    }

    private static Map<Integer, Long> bytesBySlice(CqlSession cql, CassandraSettings settings) {
        Map<Integer, Long> bytes = new HashMap<>();
        for (Row row : cql.execute("SELECT day, slice, data, shard FROM " + settings.keyspace() + ".chunks")) {
            if (row.getInt(3) != SHARD) {
                continue;
            }
            ByteBuffer data = row.getByteBuffer(2);
            assertThat(row.getLocalDate(0)).isEqualTo(LocalDate.ofEpochDay(DAY));
            bytes.merge(row.getInt(1), SliceSizes.ROW_BYTES + (data == null ? 0L : data.remaining()), Long::sum);
        }
        return bytes;
    }

    @Test
    void aShardThatMovesKeepsEveryRowFoundAndEveryPartitionSmall() {
        CassandraSettings settings = SharedServer.sliced();
        try (CassandraStores here = SharedServer.connectSliced();
                CassandraStores there = SharedServer.connectSliced();
                CqlSession cql = Connector.open(settings)) {
            ChunkStore first = here.stores().chunks();
            ChunkStore second = there.stores().chunks();
            // Without records: what an earlier version wrote.
            ChunkRow plain = row(0, 1);
            cql.execute(
                    "INSERT INTO " + settings.keyspace() + ".chunks"
                            + " (generation, shard, day, slice, metric, series, start, epoch, sequence, end, data)"
                            + " VALUES (1, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)",
                    SHARD,
                    LocalDate.ofEpochDay(DAY),
                    METRIC,
                    ByteBuffer.allocate(16),
                    plain.startMillis(),
                    1L,
                    0,
                    plain.endMillis(),
                    plain.chunk());
            assertThat(read(first)).containsExactly(plain);

            List<ChunkRow> all = new ArrayList<>(List.of(plain));
            List<ChunkStore> owners = List.of(first, second);
            for (int turn = 1; turn <= 4; turn++) {
                ChunkStore owner = owners.get(turn % 2);
                get(owner.taken(SHARD));
                // Several writes are under way at once, as flushes and imports are.
                List<CompletionStage<Void>> writes = new ArrayList<>();
                for (int part = 0; part < 4; part++) {
                    int from = turn * 1000 + part * 40;
                    List<ChunkRow> rows = rows(from, from + 40, turn + 1);
                    writes.add(owner.write(SHARD, rows));
                    all.addAll(rows);
                }
                writes.forEach(CassandraSlicesIT::get);
                assertThat(read(owner)).containsExactlyInAnyOrderElementsOf(all);
            }
            get(first.taken(SHARD));
            assertThat(read(first)).containsExactlyInAnyOrderElementsOf(all);
            Map<Integer, Long> slices = bytesBySlice(cql, settings);
            assertThat(slices).hasSizeBetween(5, 40).containsKey(0);
            assertThat(slices.values()).allMatch(bytes -> bytes <= NEVER_OVER);
        }
    }
}
