package io.pharos.clusternode.node;

import com.typesafe.config.Config;
import io.pharos.httpapi.status.NodeReport;
import io.pharos.persistence.CassandraStores;
import io.pharos.persistence.embedded.EmbeddedCassandra;
import io.pharos.persistence.embedded.EmbeddedCassandraListener.State;
import io.pharos.persistence.embedded.EmbeddedCassandraSettings;
import io.pharos.persistence.session.CassandraSettings;
import io.pharos.persistence.slice.SliceSizes;
import io.pharos.timeseries.store.StorageTiers;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Cassandra a node uses: its own embedded one, or one that was named. */
final class Store implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);

    private final CassandraSettings settings;
    private final SliceSizes slices;
    private final @Nullable EmbeddedCassandra embedded;
    private volatile State state = State.STARTING;
    private volatile String detail = "";
    private volatile @Nullable CassandraStores stores;

    private Store(CassandraSettings settings, NodeSettings node, Config config) {
        this.slices = SliceSizes.of(config.getBytes("pharos.persistence.slice-size"));
        if (settings.isExternal()) {
            this.settings = settings;
            this.embedded = null;
            this.state = State.READY;
        } else {
            this.settings = settings.forEmbedded(node.cqlPort());
            Path lib = Path.of(System.getProperty("pharos.home", "."), "lib", "cassandra");
            this.embedded = EmbeddedCassandra.start(
                    EmbeddedCassandraSettings.of(
                            config.getConfig("pharos.persistence.embedded"),
                            lib,
                            node.data(),
                            node.cqlPort(),
                            node.storagePort()),
                    this::heard);
        }
    }

    static Store start(NodeSettings node, Config config, PrometheusRegistry registry) {
        Store store = new Store(CassandraSettings.of(config.getConfig("pharos.persistence.cassandra")), node, config);
        GaugeWithCallback.builder()
                .name("pharos_persistence_embedded_up")
                .help("Whether the embedded Cassandra answers; 1 where there is none.")
                .callback(callback -> callback.call(store.state == State.READY ? 1 : 0))
                .register(registry);
        if (store.embedded != null) {
            LOG.info("the embedded Cassandra holds the single copy of the data in {}", node.data());
        }
        return store;
    }

    private void heard(State now, String why) {
        if (now == State.READY && state == State.DOWN) {
            LOG.warn("the embedded Cassandra is back");
        }
        state = now;
        detail = why;
    }

    /** Where our data is. */
    CassandraSettings settings() {
        return settings;
    }

    /** Whether Cassandra runs inside this node. */
    boolean isEmbedded() {
        return embedded != null;
    }

    /** Connects once the server answers; rows live as the tiers say. */
    CompletionStage<CassandraStores> connect(StorageTiers tiers, InstantSource clock) {
        EmbeddedCassandra server = embedded;
        return server == null
                ? CassandraStores.connect(settings, null, tiers, clock, slices)
                : server.ready().thenCompose(up -> CassandraStores.connect(settings, server, tiers, clock, slices));
    }

    /** From now on asked how much of Cassandra its session reaches. */
    void connected(CassandraStores connected) {
        stores = connected;
    }

    /** How the store is, for status pages. */
    NodeReport.Store report() {
        CassandraStores connected = stores;
        String fault = fault();
        if (connected == null || !fault.isEmpty()) {
            return new NodeReport.Store(fault.isEmpty(), fault);
        }
        CassandraStores.Reach reach = connected.reach();
        if (embedded != null) {
            return new NodeReport.Store(reach.connected() > 0, "embedded, the single copy");
        }
        return new NodeReport.Store(
                reach.connected() > 0, reach.connected() + " of " + reach.known() + " Cassandra nodes connected");
    }

    /** What is wrong with the embedded server, or the empty string. */
    String fault() {
        return state == State.READY ? "" : "the embedded Cassandra does not answer: " + detail;
    }

    @Override
    public void close() {
        EmbeddedCassandra server = embedded;
        if (server != null) {
            server.close();
        }
    }
}
