package io.pharos.persistence.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings for servers of tests. */
public final class TestServers {
    private TestServers() {}

    /** Two free ports, the jars the build gathered, a small heap. */
    public static EmbeddedCassandraSettings settings(Path dataDirectory) {
        try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket second = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return settings(dataDirectory, first.getLocalPort(), second.getLocalPort());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The same on given ports. */
    public static EmbeddedCassandraSettings settings(Path dataDirectory, int cqlPort, int storagePort) {
        return new EmbeddedCassandraSettings(
                Path.of(System.getProperty("pharos.cassandra.lib", "embedded-server/target/lib")),
                dataDirectory,
                cqlPort,
                storagePort,
                "384m",
                Optional.empty(),
                Duration.ofMinutes(2),
                Duration.ofSeconds(20),
                false);
    }
}
