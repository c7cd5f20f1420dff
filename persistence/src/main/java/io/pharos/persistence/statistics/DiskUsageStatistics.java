package io.pharos.persistence.statistics;

import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.Node;
import io.pharos.persistence.session.CassandraSession;
import io.pharos.timeseries.store.StorageStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Counts of an external Cassandra, from each node's own table of disk usage: whole mebibytes, all replicas together. */
public final class DiskUsageStatistics implements StorageStatistics {
    private static final long MEBIBYTE = 1 << 20;

    private final CassandraSession session;

    /** Over a session. */
    public DiskUsageStatistics(CassandraSession session) {
        this.session = session;
    }

    @Override
    public CompletionStage<Map<String, Long>> bytesByTable() {
        SimpleStatement query = SimpleStatement.newInstance(
                        "SELECT table_name, mebibytes FROM system_views.disk_usage WHERE keyspace_name = ?",
                        session.settings().keyspace())
                .setTimeout(session.settings().readTimeout())
                .setIdempotent(true);
        List<SimpleStatement> byNode = new ArrayList<>();
        for (Node node : session.cql().getMetadata().getNodes().values()) {
            byNode.add(query.setNode(node));
        }
        Map<String, Long> bytes = new TreeMap<>();
        return session.read(
                        byNode,
                        "count the bytes of the tables",
                        row -> bytes.merge(String.valueOf(row.getString(0)), row.getLong(1) * MEBIBYTE, Long::sum))
                .thenApply(done -> Map.copyOf(bytes));
    }

    /** Does nothing: CQL has no word for it. */
    @Override
    public CompletionStage<Void> flush() {
        return CompletableFuture.completedStage(null);
    }
}
