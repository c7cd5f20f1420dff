package io.pharos.persistence.roll;

import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.DefaultBatchType;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.pharos.persistence.lease.LeaseTable;
import io.pharos.persistence.session.CassandraSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The roll of nodes in the table {@code node}: each writes itself down again and again while it is in the cluster, so that one that
 * starts finds the others, whatever it was told. Which rows are fresh Cassandra decides, so no clock of ours matters.
 */
public final class NodeRoll {
    /** A node that did not write itself down for so long is not alive. */
    public static final Duration LIFE = Duration.ofSeconds(15);

    private static final String ONE_PARTITION = "pharos";
    private static final String FOUNDER = "founder";
    /** Rows of nodes that never came back. */
    private static final int FORGOTTEN_SECONDS = (int) Duration.ofDays(7).toSeconds();

    private static final int PAGE_ROWS = 500;

    private final CassandraSession session;
    private final LeaseTable leases;
    private final PreparedStatement write;
    private final PreparedStatement live;
    private final PreparedStatement delete;
    private final PreparedStatement list;

    /** Prepares its statements. Blocks: only for the start. */
    public NodeRoll(CassandraSession session) {
        this.session = session;
        leases = new LeaseTable(session);
        write = session.prepareWrite(
                "INSERT INTO %s.node (part, address, http, version, protocol) VALUES (?, ?, ?, ?, ?) USING TTL ?");
        live = session.prepareWrite("UPDATE %s.node USING TTL ? SET alive = true WHERE part = ? AND address = ?");
        delete = session.prepareWrite("DELETE FROM %s.node WHERE part = ? AND address = ?");
        list = session.prepareRead(
                "SELECT address, http, version, protocol, alive FROM %s.node WHERE part = ?", PAGE_ROWS);
    }

    /** Writes a node down as alive for the next {@link #LIFE}. */
    public CompletionStage<Void> write(NodeEntry entry) {
        BatchStatement batch = BatchStatement.newInstance(
                        DefaultBatchType.UNLOGGED,
                        write.bind(
                                ONE_PARTITION,
                                entry.address(),
                                entry.http(),
                                entry.version(),
                                entry.protocol(),
                                FORGOTTEN_SECONDS),
                        live.bind((int) LIFE.toSeconds(), ONE_PARTITION, entry.address()))
                .setIdempotent(true);
        return session.write(batch, "write the node " + entry.address() + " down");
    }

    /** Strikes a node off: it left in order. */
    public CompletionStage<Void> strike(String address) {
        return session.write(delete.bind(ONE_PARTITION, address), "strike the node " + address + " off");
    }

    /** Every node that wrote itself down in the last week and did not leave, alive or not. */
    public CompletionStage<List<NodeEntry>> list() {
        List<NodeEntry> entries = Collections.synchronizedList(new ArrayList<>());
        return session.read(List.of(list.bind(ONE_PARTITION)), "read which nodes run", row -> entry(row, entries))
                .thenApply(done -> List.copyOf(entries));
    }

    private static void entry(Row row, List<NodeEntry> entries) {
        String address = row.getString("address");
        String http = row.getString("http");
        String version = row.getString("version");
        if (address != null && http != null && version != null) {
            entries.add(new NodeEntry(address, http, version, row.getInt("protocol"), row.getBoolean("alive")));
        }
    }

    /** Takes the right to found a cluster, which one node at a time has; it ends by itself after {@code life}. */
    public CompletionStage<Boolean> takeFounding(String address, Duration life) {
        return leases.take(FOUNDER, address, life);
    }

    /** Gives that right back; harmless where it is another's. */
    public CompletionStage<Void> leaveFounding(String address) {
        return leases.release(FOUNDER, address);
    }
}
