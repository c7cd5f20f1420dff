package io.pharos.clusternode;

import io.pharos.conf.HoconReader;
import io.pharos.persistence.CassandraStores;
import io.pharos.persistence.embedded.EmbeddedCassandra;
import io.pharos.persistence.embedded.EmbeddedCassandraSettings;
import io.pharos.persistence.session.CassandraSettings;
import io.pharos.sharding.OwnershipProtocolContract;
import io.pharos.sharding.ShiftedStores;
import io.pharos.timeseries.store.Stores;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The ownership protocol, stopped at every step, over one real Cassandra. */
class OwnershipIT extends OwnershipProtocolContract {
    @TempDir
    static Path data;

    private static final AtomicInteger NEXT_SHARD = new AtomicInteger();
    private static @Nullable EmbeddedCassandra server;
    private static @Nullable CassandraStores cassandra;

    @BeforeAll
    static void startServer() throws Exception {
        int port = NodeUnderTest.freePort();
        EmbeddedCassandra starting = EmbeddedCassandra.start(
                EmbeddedCassandraSettings.of(
                        HoconReader.read("test", "pharos.persistence.embedded.class-archive = false")
                                .getConfig("pharos.persistence.embedded"),
                        Path.of(System.getProperty("pharos.cassandra.lib")),
                        data,
                        port + 8001,
                        port + 8002),
                (state, detail) -> {});
        server = starting;
        starting.ready().toCompletableFuture().get(2, TimeUnit.MINUTES);
        CassandraSettings settings =
                CassandraSettings.of(HoconReader.defaults().getConfig("pharos.persistence.cassandra"));
        cassandra = CassandraStores.connect(settings.forEmbedded(port + 8001), starting)
                .toCompletableFuture()
                .get(1, TimeUnit.MINUTES);
    }

    @AfterAll
    static void stopServer() {
        if (cassandra != null) {
            cassandra.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected Stores stores() {
        CassandraStores connected = cassandra;
        if (connected == null) {
            throw new IllegalStateException("Cassandra was not started");
        }
        return ShiftedStores.of(connected.stores(), NEXT_SHARD.getAndIncrement());
    }
}
