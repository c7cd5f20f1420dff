package io.pharos.persistence.shard;

import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.pharos.persistence.session.CassandraSession;
import io.pharos.timeseries.store.RollupProgressStore;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;

/** Progress in the table {@code rollup_progress}, marks in {@code rollup_due}; a shard is a partition of each. */
public final class CassandraRollupProgressStore implements RollupProgressStore {
    private static final int PAGE_ROWS = 1000;
    /**
     * Timestamps of progress are epochs above this, and so above every clock: the write of the highest epoch wins, and of two with
     * one timestamp Cassandra keeps the greater number, which is further. Rows of versions that wrote by the clock lie below.
     */
    private static final long EPOCH_TIMESTAMP = 1L << 60;

    private final CassandraSession session;
    private final int generation;
    private final IntConsumer found;
    private final PreparedStatement read;
    private final PreparedStatement advance;
    private final PreparedStatement mark;
    private final PreparedStatement marks;
    private final PreparedStatement unmark;

    /**
     * Prepares its statements, for one placement generation. Blocks: only for the start.
     *
     * @param found hears of a shard whose progress or marks were read, before the reader does: another owner may have written
     *     them, and rows before, into slices that this process does not know
     */
    public CassandraRollupProgressStore(CassandraSession session, int generation, IntConsumer found) {
        this.session = session;
        this.found = found;
        this.generation = generation;
        read = session.prepareRead(
                "SELECT resolution, until FROM %s.rollup_progress WHERE generation = ? AND shard = ?", PAGE_ROWS);
        advance = session.prepareWrite("INSERT INTO %s.rollup_progress (generation, shard, resolution, until)"
                + " VALUES (?, ?, ?, ?) USING TIMESTAMP ?");
        mark = session.prepareWrite(
                "INSERT INTO %s.rollup_due (generation, shard, resolution, day, id) VALUES (?, ?, ?, ?, ?)");
        marks = session.prepareRead(
                "SELECT resolution, day, id FROM %s.rollup_due WHERE generation = ? AND shard = ?", PAGE_ROWS);
        unmark = session.prepareWrite("DELETE FROM %s.rollup_due"
                + " WHERE generation = ? AND shard = ? AND resolution = ? AND day = ? AND id = ?");
    }

    @Override
    public CompletionStage<Map<Long, Long>> read(int shard) {
        Map<Long, Long> until = new HashMap<>();
        return session.read(
                        List.of(read.bind(generation, shard)), "read how far shard " + shard + " is rolled up", row -> {
                            if (row.getLong(1) > 0) {
                                until.put(row.getLong(0), row.getLong(1));
                            }
                        })
                .thenApply(done -> {
                    found.accept(shard);
                    return Map.copyOf(until);
                });
    }

    @Override
    public CompletionStage<Void> advance(int shard, long epoch, long resolutionMillis, long untilMillis) {
        return session.write(
                advance.bind(generation, shard, resolutionMillis, untilMillis, EPOCH_TIMESTAMP + epoch),
                "write how far shard " + shard + " is rolled up");
    }

    @Override
    public CompletionStage<Void> mark(int shard, Mark due) {
        return session.write(
                mark.bind(generation, shard, due.resolutionMillis(), LocalDate.ofEpochDay(due.day()), due.id()),
                "mark a day of shard " + shard + " as due again");
    }

    @Override
    public CompletionStage<List<Mark>> marks(int shard) {
        List<Mark> due = new ArrayList<>();
        return session.read(
                        List.of(marks.bind(generation, shard)),
                        "read which days of shard " + shard + " are due",
                        row -> {
                            LocalDate day = row.getLocalDate(1);
                            UUID id = row.getUuid(2);
                            if (day != null && id != null) {
                                due.add(new Mark(row.getLong(0), day.toEpochDay(), id));
                            }
                        })
                .thenApply(done -> {
                    found.accept(shard);
                    return due;
                });
    }

    @Override
    public CompletionStage<Void> unmark(int shard, Collection<Mark> gone) {
        List<CompletionStage<Void>> deletes = new ArrayList<>();
        for (Mark each : gone) {
            deletes.add(session.write(
                    unmark.bind(
                            generation, shard, each.resolutionMillis(), LocalDate.ofEpochDay(each.day()), each.id()),
                    "take a mark of shard " + shard + " away"));
        }
        return CassandraSession.all(deletes);
    }
}
