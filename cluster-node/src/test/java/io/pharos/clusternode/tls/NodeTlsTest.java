package io.pharos.clusternode.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.cluster.Cluster;
import akka.cluster.MemberStatus;
import com.typesafe.config.ConfigFactory;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.conf.HoconReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that know each other by certificates. */
class NodeTlsTest {
    @TempDir
    static Path folder;

    private static TestCertificates ours;
    private static TestCertificates strangers;

    @BeforeAll
    static void sign() throws Exception {
        ours = new TestCertificates(folder.resolve("ours")).sign("one").sign("two");
        strangers = new TestCertificates(folder.resolve("strangers")).sign("three");
    }

    private static TlsFiles files(TestCertificates made, String name) {
        return new TlsFiles(made.ca(), made.certificate(name), made.key(name));
    }

    private static ActorTestKit node(NodeTls tls) {
        return ActorTestKit.create(
                "pharos",
                tls.akka().withFallback(ConfigFactory.parseString("""
                        akka {
                          loglevel = ERROR
                          actor { provider = cluster, allow-java-serialization = off }
                          remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                          cluster.jmx.enabled = off
                          coordinated-shutdown.run-by-jvm-shutdown-hook = off
                        }
                        """)).withFallback(ConfigFactory.load()));
    }

    @Test
    void nodesOfOneAuthorityAreOneClusterAndAStrangerIsToldWhyItIsNot() throws Exception {
        NodeTls one = NodeTls.load(files(ours, "one"));
        NodeTls two = NodeTls.load(files(ours, "two"));
        ActorTestKit first = node(one);
        ActorTestKit second = node(two);
        try {
            Cluster cluster = Cluster.get(first.system());
            int port = cluster.selfAddress().getPort().orElseThrow();
            cluster.join(cluster.selfAddress());
            assertThat(two.fault("127.0.0.1", port)).isEmpty();
            Cluster.get(second.system()).joinSeedNodes(List.of(cluster.selfAddress()));
            Awaitility.await("the second is in")
                    .atMost(Duration.ofMinutes(4))
                    .until(() ->
                            Cluster.get(second.system()).selfMember().status().equals(MemberStatus.up()));

            assertThat(NodeTls.load(files(strangers, "three")).fault("127.0.0.1", port))
                    .hasValueSatisfying(fault -> assertThat(fault)
                            .startsWith("the node at 127.0.0.1:" + port + " has a certificate that the authority in "
                                    + strangers.ca() + " did not sign"));
            // Trusts us, but was signed by another authority: it is we who refuse.
            TlsFiles mixed = new TlsFiles(ours.ca(), strangers.certificate("three"), strangers.key("three"));
            assertThatThrownBy(() -> NodeTls.load(mixed))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessage(strangers.certificate("three") + " is not signed by the authority in " + ours.ca());
            assertThat(NodeTls.isSpoken("127.0.0.1", port)).isTrue();
        } finally {
            stop(second);
            stop(first);
        }
    }

    /** A TLS connection may wait for its peer when it closes: that is bounded, and no fault of what is tested here. */
    private static void stop(ActorTestKit kit) {
        ActorTestKit.shutdown(kit.system(), Duration.ofSeconds(10), false);
    }

    @Test
    void whatDoesNotTalkTlsIsNotTakenForIt() throws Exception {
        ActorTestKit clear =
                ActorTestKit.create("pharos", ConfigFactory.parseString("""
                akka.actor.provider = cluster
                akka.remote.artery { transport = tcp, canonical { hostname = "127.0.0.1", port = 0 } }
                akka.cluster.jmx.enabled = off
                akka.loglevel = ERROR
                """).withFallback(ConfigFactory.load()));
        try {
            int port = Cluster.get(clear.system()).selfAddress().getPort().orElseThrow();
            assertThat(NodeTls.isSpoken("127.0.0.1", port)).isFalse();
            assertThat(NodeTls.load(files(ours, "one")).fault("127.0.0.1", port))
                    .hasValueSatisfying(fault -> assertThat(fault).contains("hung up when greeted by TLS"));
        } finally {
            stop(clear);
        }
        assertThat(NodeTls.load(files(ours, "one")).fault("127.0.0.1", 1)).isEmpty();
    }

    @Test
    void aWrongFileIsSaidInALine() throws Exception {
        TlsFiles otherKey = new TlsFiles(ours.ca(), ours.certificate("one"), ours.key("two"));
        assertThatThrownBy(() -> NodeTls.load(otherKey))
                .hasMessage(ours.key("two") + " is not the key of the certificate in " + ours.certificate("one"));
        Path absent = folder.resolve("absent.pem");
        assertThatThrownBy(() -> NodeTls.load(new TlsFiles(absent, ours.certificate("one"), ours.key("one"))))
                .hasMessage(absent + " cannot be read: " + absent);
        Path text = Files.writeString(folder.resolve("text.pem"), "hello\n");
        assertThatThrownBy(() -> NodeTls.load(new TlsFiles(ours.ca(), text, ours.key("one"))))
                .hasMessageStartingWith(text + " does not hold a certificate as PEM");
    }

    @Test
    void filesAreNamedAllOrNot() throws Exception {
        assertThat(TlsFiles.of(HoconReader.defaults())).isEmpty();
        assertThatThrownBy(() -> TlsFiles.of(HoconReader.read("test", "pharos.cluster.tls.ca = \"ca.pem\"")))
                .hasMessage("pharos.cluster.tls needs all of ca, certificate and key, or none of them");
    }
}
