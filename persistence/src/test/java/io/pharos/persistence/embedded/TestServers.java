package io.pharos.persistence.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Settings for servers of tests. */
public final class TestServers {
    private static final Set<Integer> GIVEN = new HashSet<>();

    private TestServers() {}

    /** Two free ports, the jars the build gathered, a small heap. */
    public static EmbeddedCassandraSettings settings(Path dataDirectory) {
        return settings(dataDirectory, freePort(), freePort());
    }

    /** A port that is given once, and that the system takes for no connection until a server that starts for seconds binds it. */
    private static synchronized int freePort() {
        while (true) {
            // Other modules' tests, and this one's other process, take theirs elsewhere.
            int half = Integer.getInteger("surefire.forkNumber", 1) % 2;
            int port = 12_000 + 2 * ThreadLocalRandom.current().nextInt(1_500) + half;
            if (GIVEN.add(port)) {
                try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                    return free.getLocalPort();
                } catch (IOException taken) {
                    // The next one.
                }
            }
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
                Duration.ofMinutes(5),
                Duration.ofMinutes(1),
                false);
    }
}
