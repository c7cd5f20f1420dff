package io.pharos.persistence.schema;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import io.pharos.persistence.session.CassandraSettings;
import io.pharos.timeseries.store.StorageTiers;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Creates keyspaces and tables where they are missing; what is there is left as it is. Blocks: only for the start. */
public final class Schema {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int REPLICAS_MAX = 3;

    private Schema() {}

    /**
     * Makes our keyspace, its tables and the journal's keyspace (whose tables the journal makes itself) exist.
     *
     * @return the names of all of our tables, those of former tiers too
     */
    public static Set<String> create(CqlSession cql, CassandraSettings settings, StorageTiers tiers) {
        // The driver would read all definitions again after each change, a second later.
        cql.setSchemaMetadataEnabled(false).toCompletableFuture().join();
        createKeyspaces(cql, settings);
        Set<String> tables = createTables(cql, settings, tiers);
        cql.setSchemaMetadataEnabled(null).toCompletableFuture().join();
        return tables;
    }

    private static void createKeyspaces(CqlSession cql, CassandraSettings settings) {
        Set<String> keyspaces = names(cql, "SELECT keyspace_name FROM system_schema.keyspaces");
        String replication = "{'class': 'NetworkTopologyStrategy', '" + settings.datacenter() + "': "
                + replicas(cql, settings) + "}";
        for (String keyspace : List.of(settings.keyspace(), settings.journalKeyspace())) {
            if (!keyspaces.contains(keyspace)) {
                change(cql, "CREATE KEYSPACE IF NOT EXISTS " + keyspace + " WITH replication = " + replication);
            }
        }
    }

    private static Set<String> createTables(CqlSession cql, CassandraSettings settings, StorageTiers tiers) {
        Set<String> tables = names(
                cql, "SELECT table_name FROM system_schema.tables WHERE keyspace_name = '" + settings.keyspace() + "'");
        for (Map.Entry<String, String> table : Tables.definitions(tiers).entrySet()) {
            if (!tables.contains(table.getKey())) {
                String name = settings.keyspace() + "." + table.getKey();
                change(cql, "CREATE TABLE IF NOT EXISTS " + name + " " + table.getValue());
                tables.add(table.getKey());
            }
        }
        return tables;
    }

    private static int replicas(CqlSession cql, CassandraSettings settings) {
        if (settings.replicationFactor() > 0) {
            return settings.replicationFactor();
        }
        long nodes = cql.getMetadata().getNodes().values().stream()
                .filter(node -> settings.datacenter().equals(node.getDatacenter()))
                .count();
        return (int) Math.max(1, Math.min(REPLICAS_MAX, nodes));
    }

    private static Set<String> names(CqlSession cql, String query) {
        Set<String> names = new HashSet<>();
        for (Row row : cql.execute(SimpleStatement.newInstance(query).setTimeout(PATIENCE))) {
            names.add(String.valueOf(row.getString(0)));
        }
        return names;
    }

    private static void change(CqlSession cql, String statement) {
        cql.execute(SimpleStatement.newInstance(statement).setTimeout(PATIENCE));
    }
}
