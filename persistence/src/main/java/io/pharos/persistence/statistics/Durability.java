package io.pharos.persistence.statistics;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.schema.KeyspaceMetadata;
import io.pharos.persistence.session.CassandraSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for what makes a store less safe than it seems. */
public final class Durability {
    private static final Logger LOG = LoggerFactory.getLogger(Durability.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private Durability() {}

    /** Sentences about one copy or a commit log that may lose what it acknowledged; also logged. Blocks: only for the start. */
    public static List<String> warnings(CqlSession cql, CassandraSettings settings, boolean embedded) {
        List<String> warnings = new ArrayList<>();
        if (embedded) {
            warnings.add("The embedded Cassandra is the single copy of all data: when its disk is lost, all is lost");
        } else {
            if (cql.getMetadata()
                            .getKeyspace(settings.keyspace())
                            .map(Durability::replicas)
                            .orElse(1)
                    == 1) {
                warnings.add("The keyspace " + settings.keyspace()
                        + " has one replica: when a disk of Cassandra is lost, data is lost");
            }
            for (Node node : cql.getMetadata().getNodes().values()) {
                String sync = commitLogSync(cql, node);
                if (sync.equals("periodic")) {
                    warnings.add("Cassandra at " + node.getEndPoint()
                            + " has commitlog_sync: periodic: when it is killed it may lose"
                            + " what it acknowledged; set batch or group");
                }
            }
        }
        warnings.forEach(warning -> LOG.warn("{}", warning));
        return List.copyOf(warnings);
    }

    private static int replicas(KeyspaceMetadata keyspace) {
        int most = 0;
        for (var option : keyspace.getReplication().entrySet()) {
            if (!option.getKey().equals("class")) {
                most = Math.max(most, leadingNumber(option.getValue()));
            }
        }
        return Math.max(1, most);
    }

    /** A replication factor; {@code 3/1}, with transient replicas, counts as 3. */
    private static int leadingNumber(String text) {
        int value = 0;
        for (int i = 0; i < text.length() && Character.isDigit(text.charAt(i)); i++) {
            value = value * 10 + Character.digit(text.charAt(i), 10);
        }
        return value;
    }

    private static String commitLogSync(CqlSession cql, Node node) {
        try {
            Row row = cql.execute(SimpleStatement.newInstance(
                                    "SELECT value FROM system_views.settings WHERE name = 'commitlog_sync'")
                            .setNode(node)
                            .setTimeout(PATIENCE))
                    .one();
            return row == null ? "" : String.valueOf(row.getString(0));
        } catch (RuntimeException unanswered) {
            LOG.info(
                    "Cassandra at {} does not tell its commit log's mode: {}",
                    node.getEndPoint(),
                    unanswered.getMessage());
            return "";
        }
    }
}
