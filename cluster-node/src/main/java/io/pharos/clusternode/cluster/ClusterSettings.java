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
 */
public record ClusterSettings(List<String> peers, Duration joinTimeout, List<String> seeds) {
    /** Reads {@code pharos.cluster}. */
    public static ClusterSettings of(Config config) {
        Config cluster = config.getConfig("pharos.cluster");
        return new ClusterSettings(
                List.copyOf(cluster.getStringList("join")),
                cluster.getDuration("join-timeout"),
                List.copyOf(cluster.getStringList("seeds")));
    }
}
