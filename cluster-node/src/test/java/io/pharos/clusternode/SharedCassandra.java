package io.pharos.clusternode;

import io.pharos.conf.ConfigurationException;
import io.pharos.conf.HoconReader;
import io.pharos.persistence.embedded.EmbeddedCassandra;
import io.pharos.persistence.embedded.EmbeddedCassandraSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One Cassandra for all tests of this JVM that bring a keyspace of their own; it ends with the JVM. */
final class SharedCassandra {
    private static @Nullable EmbeddedCassandra server;

    private SharedCassandra() {}

    /** The options of a node that works on a keyspace of its own in the server. */
    static List<String> options(String keyspace) throws Exception {
        return List.of(
                "--contact-point",
                "127.0.0.1:" + get().cqlPort(),
                "--set",
                "pharos.persistence.cassandra.keyspace=" + keyspace);
    }

    /** The server, started by the first who asks. */
    static synchronized EmbeddedCassandra get()
            throws IOException, ConfigurationException, InterruptedException, ExecutionException, TimeoutException {
        EmbeddedCassandra running = server;
        if (running == null) {
            int port = NodeUnderTest.freePort();
            Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "shared-cassandra");
            running = EmbeddedCassandra.start(
                    EmbeddedCassandraSettings.of(
                            HoconReader.read(
                                            "test",
                                            "pharos.persistence.embedded { class-archive = false, start-timeout = 5m }")
                                    .getConfig("pharos.persistence.embedded"),
                            Path.of(System.getProperty("pharos.cassandra.lib")),
                            data.toAbsolutePath(),
                            port + 8001,
                            port + 8002),
                    (state, detail) -> {});
            server = running;
            Runtime.getRuntime().addShutdownHook(new Thread(running::close, "shared-cassandra-stop"));
            running.ready().toCompletableFuture().get(6, TimeUnit.MINUTES);
        }
        return running;
    }
}
