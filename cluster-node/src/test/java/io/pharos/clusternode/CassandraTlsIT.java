package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.clusternode.tls.TestCertificates;
import io.pharos.clusternode.tls.TlsProxy;
import io.pharos.conf.ConfigurationException;
import io.pharos.conf.HoconReader;
import io.pharos.persistence.CassandraStores;
import io.pharos.persistence.session.CassandraSettings;
import io.pharos.timeseries.store.StoreUnavailableException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cassandra behind mutual TLS. */
class CassandraTlsIT {
    @TempDir
    Path folder;

    @Test
    void onlyACertificateOfTheAuthorityGetsIn() throws Exception {
        TestCertificates ours =
                new TestCertificates(folder.resolve("ours")).sign("cassandra").sign("node");
        TestCertificates strangers = new TestCertificates(folder.resolve("strangers")).sign("node");
        try (TlsProxy proxy =
                TlsProxy.start(ours, "cassandra", SharedCassandra.get().cqlPort())) {
            try (CassandraStores stores = connect(settings(
                    proxy, ours.trust(), "keystore = \"" + ours.store("node") + "\", keystore-password = changeit"))) {
                assertThat(stores.stores()
                                .settings()
                                .read("nothing")
                                .toCompletableFuture()
                                .get(4, TimeUnit.MINUTES))
                        .isEmpty();
            }
            refused(settings(
                    proxy,
                    ours.trust(),
                    "keystore = \"" + strangers.store("node") + "\", keystore-password = changeit"));
            refused(settings(proxy, ours.trust(), ""));
            refused(settings(
                    proxy,
                    strangers.trust(),
                    "keystore = \"" + ours.store("node") + "\", keystore-password = changeit"));
        }
    }

    private static void refused(CassandraSettings settings) {
        assertThatThrownBy(() -> connect(settings))
                .hasCauseInstanceOf(StoreUnavailableException.class)
                .cause()
                .hasMessageContaining("do not agree on TLS (pharos.persistence.cassandra.tls)");
    }

    private static CassandraStores connect(CassandraSettings settings) throws Exception {
        return CassandraStores.connect(settings, null).toCompletableFuture().get(4, TimeUnit.MINUTES);
    }

    private static CassandraSettings settings(TlsProxy proxy, Path trust, String more) throws ConfigurationException {
        return CassandraSettings.of(HoconReader.read(
                        "test",
                        "pharos.persistence.cassandra { contact-points = [\"127.0.0.1:" + proxy.port()
                                + "\"], keyspace = tls, tls { enabled = true, truststore = \"" + trust
                                + "\", truststore-password = changeit, " + more + " } }")
                .getConfig("pharos.persistence.cassandra"));
    }
}
