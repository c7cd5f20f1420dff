package io.pharos.clusternode.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.clusternode.tls.TlsFiles;
import io.pharos.conf.HoconReader;
import io.pharos.httpapi.HttpApiSettings;
import io.pharos.httpapi.status.JoinStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.List;

/** A node's settings completed by what a running node told: its Cassandra, its shards, its cluster. */
public final class JoinedConfig {
    private static final String CONTACT_POINTS = "pharos.persistence.cassandra.contact-points";
    private static final String DATACENTER = "pharos.persistence.cassandra.datacenter";
    private static final String KEYSPACE = "pharos.persistence.cassandra.keyspace";
    private static final String SHARD_COUNT = "pharos.sharding.shard-count";
    private static final String SEEDS = "pharos.cluster.seeds";

    private JoinedConfig() {}

    /**
     * The same settings where no peer is named, else with the peer's answer in them. Blocks.
     *
     * @throws CommandFailure when no peer answers, or this node cannot be in its cluster
     */
    public static Config of(Config config) {
        ClusterSettings cluster = ClusterSettings.of(config);
        if (cluster.peers().isEmpty()) {
            return config;
        }
        return complete(
                config,
                new PeerClient(NodeToken.of(HttpApiSettings.of(config))).ask(cluster.peers(), cluster.joinTimeout()),
                cluster.peers());
    }

    static Config complete(Config config, JoinStatus peer, List<String> peers) {
        String where = String.join(", ", peers);
        if (peer.isTls() != TlsFiles.of(config).isPresent()) {
            throw new CommandFailure(JoinDecision.tlsDiffers(where, peer.isTls()));
        }
        requireSame(config, SHARD_COUNT, Integer.toString(peer.shardCount()), "shards of series", where);
        requireSame(config, KEYSPACE, peer.keyspace(), "keyspace", where);
        Config joined = config.withValue(SHARD_COUNT, ConfigValueFactory.fromAnyRef(peer.shardCount()))
                .withValue(KEYSPACE, ConfigValueFactory.fromAnyRef(peer.keyspace()))
                .withValue(SEEDS, ConfigValueFactory.fromIterable(peer.seeds()))
                .withValue(ClusterSettings.EXPECTED_ID, ConfigValueFactory.fromAnyRef(peer.clusterId()));
        if (!config.getStringList(CONTACT_POINTS).isEmpty()) {
            return joined; // another way to the same Cassandra
        }
        if (peer.isEmbedded() && peers.stream().noneMatch(JoinedConfig::isThisMachine)) {
            throw new CommandFailure("the Cassandra of " + where
                    + " is embedded in a node of another machine and listens on loopback there: run the cluster on an"
                    + " external Cassandra (--contact-point) before nodes on other machines join");
        }
        return joined.withValue(CONTACT_POINTS, ConfigValueFactory.fromIterable(peer.contactPoints()))
                .withValue(DATACENTER, ConfigValueFactory.fromAnyRef(peer.datacenter()));
    }

    /** What this node was told by its user must be what the cluster has; what it was not told it takes over. */
    private static void requireSame(Config config, String key, String theirs, String what, String where) {
        boolean isGiven = !config.getValue(key)
                .origin()
                .equals(HoconReader.defaults().getValue(key).origin());
        String mine = config.getString(key);
        if (isGiven && !mine.equals(theirs)) {
            throw new CommandFailure("the cluster of " + where + " has " + what + " " + theirs
                    + ", but this node is configured for " + mine + " (" + key + "): remove that setting to join");
        }
    }

    private static boolean isThisMachine(String peer) {
        String bare = peer.startsWith("http://") ? peer.substring("http://".length()) : peer;
        try {
            InetAddress address = InetAddress.getByName(bare.substring(0, bare.lastIndexOf(':')));
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException | StringIndexOutOfBoundsException e) {
            return false;
        }
    }
}
