package io.pharos.clusternode;

import io.pharos.conf.HoconReader;
import io.pharos.persistence.CassandraStores;
import io.pharos.persistence.embedded.EmbeddedCassandra;
import io.pharos.persistence.session.CassandraSettings;
import io.pharos.sharding.OwnershipProtocolContract;
import io.pharos.sharding.ShiftedStores;
import io.pharos.timeseries.store.Stores;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The ownership protocol, stopped at every step, over one real Cassandra. */
class OwnershipIT extends OwnershipProtocolContract {
    private static final AtomicInteger NEXT_SHARD = new AtomicInteger();
    private static @Nullable CassandraStores cassandra;

    @BeforeAll
    static void connect() throws Exception {
        EmbeddedCassandra server = SharedCassandra.get();
        CassandraSettings settings =
                CassandraSettings.of(HoconReader.defaults().getConfig("pharos.persistence.cassandra"));
        cassandra = CassandraStores.connect(
                        settings.forEmbedded(server.cqlPort()).withKeyspace("ownership"), server)
                .toCompletableFuture()
                .get(4, TimeUnit.MINUTES);
    }

    @AfterAll
    static void disconnect() {
        if (cassandra != null) {
            cassandra.close();
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
