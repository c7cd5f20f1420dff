package io.pharos.persistence.log;

import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.pharos.persistence.session.CassandraSession;
import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.LogPosition;
import io.pharos.timeseries.store.LogStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * Logs in the tables {@code log}, whose partitions are segments, and {@code log_segment}, which names them: a segment is there
 * before its first row, and its rows go before it.
 */
public final class CassandraLogStore implements LogStore {
    /** Rows are 64 to 256 KiB, so that a page is about 2 MB, the size read fastest. */
    private static final int PAGE_ROWS = 16;

    private static final int SEGMENT_PAGE_ROWS = 4096;
    /** As in the table of incarnations: timestamps of our own make a drop final. */
    private static final long OPENED_TIMESTAMP = 0;

    private static final long DROPPED_TIMESTAMP = 1L << 62;

    private final CassandraSession session;
    private final PreparedStatement open;
    private final PreparedStatement append;
    private final PreparedStatement segments;
    private final PreparedStatement read;
    private final PreparedStatement dropRows;
    private final PreparedStatement dropSegment;

    /** Prepares its statements. Blocks: only for the start. */
    public CassandraLogStore(CassandraSession session) {
        this.session = session;
        open = session.prepareWrite(
                "INSERT INTO %s.log_segment (incarnation, segment) VALUES (?, ?) USING TIMESTAMP " + OPENED_TIMESTAMP);
        append = session.prepareWrite("INSERT INTO %s.log (incarnation, segment, commit, data) VALUES (?, ?, ?, ?)");
        segments = session.prepareRead(
                "SELECT segment FROM %s.log_segment WHERE incarnation = ? AND segment >= ?", SEGMENT_PAGE_ROWS);
        read = session.prepareRead(
                "SELECT segment, commit, data FROM %s.log WHERE incarnation = ? AND segment = ? AND commit >= ?",
                PAGE_ROWS);
        dropRows = session.prepareWrite("DELETE FROM %s.log WHERE incarnation = ? AND segment = ?");
        dropSegment = session.prepareWrite("DELETE FROM %s.log_segment USING TIMESTAMP " + DROPPED_TIMESTAMP
                + " WHERE incarnation = ? AND segment = ?");
    }

    @Override
    public CompletionStage<Void> openSegment(Incarnation incarnation, int segment) {
        return session.write(
                open.bind(incarnation.id(), segment), "open segment " + segment + " of the log of " + incarnation);
    }

    @Override
    public CompletionStage<Void> append(Incarnation incarnation, LogPosition position, ByteBuffer blob) {
        return session.write(
                append.bind(incarnation.id(), position.segment(), position.commit(), blob),
                "append at " + position + " to the log of " + incarnation);
    }

    @Override
    public CompletionStage<Void> read(
            Incarnation incarnation, LogPosition from, BiConsumer<LogPosition, ByteBuffer> consumer) {
        return segments(incarnation, from.segment()).thenCompose(found -> {
            List<BoundStatement> statements = new ArrayList<>(found.size());
            for (int segment : found) {
                int commit = segment == from.segment() ? from.commit() : 0;
                statements.add(read.bind(incarnation.id(), segment, commit));
            }
            return session.read(statements, "read the log of " + incarnation, row -> {
                ByteBuffer blob = row.getByteBuffer(2);
                if (blob != null) {
                    consumer.accept(new LogPosition(row.getInt(0), row.getInt(1)), blob);
                }
            });
        });
    }

    private CompletionStage<List<Integer>> segments(Incarnation incarnation, int from) {
        List<Integer> found = new ArrayList<>();
        return session.read(
                        List.of(segments.bind(incarnation.id(), from)),
                        "list the segments of the log of " + incarnation,
                        row -> found.add(row.getInt(0)))
                .thenApply(done -> found);
    }

    @Override
    public CompletionStage<Void> dropSegment(Incarnation incarnation, int segment) {
        String attempt = "drop segment " + segment + " of the log of " + incarnation;
        return session.write(dropRows.bind(incarnation.id(), segment), attempt)
                .thenCompose(done -> session.write(dropSegment.bind(incarnation.id(), segment), attempt));
    }

    @Override
    public CompletionStage<Void> dropAll(Incarnation incarnation) {
        return segments(incarnation, 0).thenCompose(found -> {
            List<CompletionStage<Void>> drops = new ArrayList<>(found.size());
            for (int segment : found) {
                drops.add(dropSegment(incarnation, segment));
            }
            return CassandraSession.all(drops);
        });
    }
}
