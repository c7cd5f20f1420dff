package io.pharos.persistence;

import io.pharos.persistence.embedded.EmbeddedCassandra;
import io.pharos.persistence.embedded.TestServers;
import io.pharos.persistence.session.CassandraSettings;
import io.pharos.persistence.slice.SliceSizes;
import io.pharos.timeseries.store.StorageTiers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One embedded server for all tests of a JVM, stopped and removed when that ends; each user has a keyspace of its own. */
public final class SharedServer {
    private static @Nullable EmbeddedCassandra started;
    private static final AtomicInteger KEYSPACES = new AtomicInteger();

    private SharedServer() {}

    /** The server, started by the first who asks; not by the class' initialisation, which its listener would wait for. */
    private static synchronized EmbeddedCassandra server() {
        EmbeddedCassandra running = started;
        if (running == null) {
            running = start();
            started = running;
        }
        return running;
    }

    private static EmbeddedCassandra start() {
        try {
            Path data = Files.createTempDirectory("pharos-shared");
            EmbeddedCassandra server = EmbeddedCassandra.start(TestServers.settings(data), (state, detail) -> {});
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                server.close();
                delete(data);
            }));
            server.ready().toCompletableFuture().orTimeout(6, TimeUnit.MINUTES).join();
            return server;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Stores over a fresh keyspace; the caller closes them. */
    public static CassandraStores connect() {
        return CassandraStores.connect(settings(), server())
                .toCompletableFuture()
                .join();
    }

    /** Stores over the one keyspace of those whose days are cut into slices of some kilobytes; the caller closes them. */
    public static CassandraStores connectSliced() {
        return connectSliced(StorageTiers.DEFAULT);
    }

    /** The same with these tiers. */
    public static CassandraStores connectSliced(StorageTiers tiers) {
        return CassandraStores.connect(
                        sliced(), server(), tiers, InstantSource.system(), new SliceSizes(30_000, 60_000, 6_000))
                .toCompletableFuture()
                .join();
    }

    /** Settings for that keyspace. */
    public static CassandraSettings sliced() {
        return settings().withKeyspace("sliced");
    }

    /** Settings for a fresh keyspace. */
    public static CassandraSettings settings() {
        return new CassandraSettings(
                        List.of(),
                        "datacenter1",
                        Optional.empty(),
                        Optional.empty(),
                        "test" + KEYSPACES.incrementAndGet(),
                        0,
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60))
                .forEmbedded(server().cqlPort());
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }
}
