package io.pharos.clusternode.cluster;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.List;

/**
 * How this node finds the others.
 *
 * @param peers HTTP addresses ({@code host:port}) of running nodes to ask
 * @param joinTimeout how long they may take to answer
 * @param seeds cluster addresses ({@code host:port}) that are always tried
 * @param expectedId of the cluster that is joined, as a peer told it; empty where none was asked
 */
public record ClusterSettings(List<String> peers, Duration joinTimeout, List<String> seeds, String expectedId) {
    /** Where the actor system finds the cluster's id, to compare it with that of nodes that join. */
    public static final String ID = "pharos.cluster.id";

    /** Where a peer's answer lies in the settings of a node that joins it. */
    static final String EXPECTED_ID = "pharos.cluster.expected-id";

    /** Reads {@code pharos.cluster}. */
    public static ClusterSettings of(Config config) {
        Config cluster = config.getConfig("pharos.cluster");
        return new ClusterSettings(
                List.copyOf(cluster.getStringList("join")),
                cluster.getDuration("join-timeout"),
                List.copyOf(cluster.getStringList("seeds")),
                config.hasPath(EXPECTED_ID) ? config.getString(EXPECTED_ID) : "");
    }
}
