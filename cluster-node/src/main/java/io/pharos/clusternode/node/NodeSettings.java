package io.pharos.clusternode.node;

import com.typesafe.config.Config;
import io.pharos.clusternode.cluster.Protocol;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.clusternode.program.Version;
import io.pharos.persistence.roll.NodeEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of a node as a whole; what a module needs is in that module's own settings.
 *
 * @param data where everything this node keeps on disk lies
 * @param port the HTTP port; the others follow from it
 */
public record NodeSettings(
        Path data,
        String host,
        int port,
        boolean insecureListen,
        List<String> roles,
        Optional<Path> prometheusFile,
        Optional<Path> alertmanagerFile,
        Duration selfScrapeInterval,
        Duration stopTimeout) {
    /** What nodes do. */
    private static final List<String> ROLES = List.of("ingest", "store", "query", "alert");

    /** Reads {@code pharos.node}. */
    public static NodeSettings of(Config config) {
        Config node = config.getConfig("pharos.node");
        return new NodeSettings(
                Path.of(node.getString("data")).toAbsolutePath().normalize(),
                node.getString("host"),
                node.getInt("port"),
                node.getBoolean("insecure-listen"),
                roles(node.getStringList("roles")),
                file(node, "prometheus-file"),
                file(node, "alertmanager-file"),
                node.getDuration("self-scrape-interval"),
                node.getDuration("stop-timeout"));
    }

    private static List<String> roles(List<String> given) {
        for (String role : given) {
            if (!ROLES.contains(role)) {
                throw new CommandFailure("pharos.node.roles: there is no role '" + role + "'; the roles are "
                        + String.join(", ", ROLES));
            }
        }
        if (given.isEmpty()) {
            throw new CommandFailure(
                    "pharos.node.roles: a node needs at least one role of " + String.join(", ", ROLES));
        }
        return given.stream().distinct().toList();
    }

    private static Optional<Path> file(Config node, String key) {
        String name = node.getString(key);
        return name.isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(name).toAbsolutePath().normalize());
    }

    /** This node on the roll. */
    NodeEntry entry() {
        return new NodeEntry(host + ":" + clusterPort(), host + ":" + port, Version.number(), Protocol.NEWEST, true);
    }

    /** The port nodes talk to each other on. */
    public int clusterPort() {
        return port + 8000;
    }

    /** The CQL port of the embedded server. */
    public int cqlPort() {
        return port + 8001;
    }

    /** The port where nodes that look for others by DNS or Kubernetes ask; only then it is listened on. */
    public int bootstrapPort() {
        return port + 8003;
    }

    /** The storage port of the embedded server. */
    public int storagePort() {
        return port + 8002;
    }
}
