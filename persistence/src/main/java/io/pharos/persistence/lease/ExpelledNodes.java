package io.pharos.persistence.lease;

import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.pharos.persistence.session.CassandraSession;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs of nodes that a cluster went on without, in the table {@code expelled}. Such a run never becomes a member again, however long
 * it slept and whatever it still believes; a node that is started again is another run.
 */
public final class ExpelledNodes {
    private final CassandraSession session;
    private final PreparedStatement write;
    private final PreparedStatement read;

    /** Prepares its statements. Blocks: only for the start. */
    public ExpelledNodes(CassandraSession session) {
        this.session = session;
        write = session.prepareWrite("INSERT INTO %s.expelled (address, run) VALUES (?, ?)");
        read = session.prepareRead("SELECT run FROM %s.expelled WHERE address = ? AND run = ?", 1);
    }

    /**
     * Writes down that a run is a member no more, at quorum; harmless when that is written already.
     *
     * @param address {@code host:port} where nodes reached it
     * @param run the number by which the cluster tells this run of the node from others
     */
    public CompletionStage<Void> write(String address, long run) {
        return session.write(write.bind(address, run), "write down that the node " + address + " was shut out");
    }

    /** Whether that is written, at quorum. */
    public CompletionStage<Boolean> contains(String address, long run) {
        AtomicBoolean found = new AtomicBoolean();
        return session.read(
                        List.of(read.bind(address, run)),
                        "read whether the node " + address + " was shut out",
                        row -> found.set(true))
                .thenApply(done -> found.get());
    }
}
