package io.pharos.persistence.session;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to reach Cassandra, and how long to wait for it.
 *
 * @param contactPoints {@code host:port}, at least one
 * @param datacenter whose replicas are asked; quorums are counted inside it
 * @param user who we are, if the server asks
 * @param keyspace of our tables
 * @param replicationFactor copies of each row when the keyspace is created; 0 for as many as there are nodes, at most 3
 * @param connectTimeout how long to look for a server at the start
 * @param writeTimeout of one write
 * @param readTimeout of one page
 */
public record CassandraSettings(
        List<String> contactPoints,
        String datacenter,
        Optional<User> user,
        Optional<Tls> tls,
        String keyspace,
        int replicationFactor,
        Duration connectTimeout,
        Duration writeTimeout,
        Duration readTimeout) {
    private static final String EMBEDDED_DATACENTER = "datacenter1";

    /** A name and its password. */
    public record User(String name, String password) {
        /** Without the password, so that it cannot get into a log. */
        @Override
        public String toString() {
            return name;
        }
    }

    /** Encrypted connections; stores are JKS or PKCS12 files, and without a truststore Java's own authorities count. */
    public record Tls(Optional<Store> truststore, Optional<Store> keystore, boolean verifyHost) {}

    /** A file of certificates and its password. */
    public record Store(Path file, String password) {
        /** Without the password, so that it cannot get into a log. */
        @Override
        public String toString() {
            return file.toString();
        }
    }

    /** Reads {@code pharos.persistence.cassandra}; its contact points may be empty: then see {@link #forEmbedded}. */
    public static CassandraSettings of(Config cassandra) {
        Optional<User> user = cassandra.getString("user").isEmpty()
                ? Optional.empty()
                : Optional.of(new User(cassandra.getString("user"), cassandra.getString("password")));
        return new CassandraSettings(
                List.copyOf(cassandra.getStringList("contact-points")),
                cassandra.getString("datacenter"),
                user,
                tls(cassandra.getConfig("tls")),
                cassandra.getString("keyspace"),
                cassandra.getInt("replication-factor"),
                cassandra.getDuration("connect-timeout"),
                cassandra.getDuration("write-timeout"),
                cassandra.getDuration("read-timeout"));
    }

    private static Optional<Tls> tls(Config tls) {
        return tls.getBoolean("enabled")
                ? Optional.of(new Tls(store(tls, "truststore"), store(tls, "keystore"), tls.getBoolean("verify-host")))
                : Optional.empty();
    }

    private static Optional<Store> store(Config tls, String name) {
        return tls.getString(name).isEmpty()
                ? Optional.empty()
                : Optional.of(new Store(Path.of(tls.getString(name)), tls.getString(name + "-password")));
    }

    /** Whether an existing Cassandra was named, so that no embedded server is needed. */
    public boolean isExternal() {
        return !contactPoints.isEmpty();
    }

    /** The same for the embedded server at this CQL port on loopback, without user and encryption. */
    public CassandraSettings forEmbedded(int cqlPort) {
        return new CassandraSettings(
                List.of("127.0.0.1:" + cqlPort),
                EMBEDDED_DATACENTER,
                Optional.empty(),
                Optional.empty(),
                keyspace,
                1,
                connectTimeout,
                writeTimeout,
                readTimeout);
    }

    /** The same with another keyspace. */
    public CassandraSettings withKeyspace(String other) {
        return new CassandraSettings(
                contactPoints,
                datacenter,
                user,
                tls,
                other,
                replicationFactor,
                connectTimeout,
                writeTimeout,
                readTimeout);
    }

    /** The keyspace of the journal and its snapshots. */
    public String journalKeyspace() {
        return keyspace + "_journal";
    }
}
