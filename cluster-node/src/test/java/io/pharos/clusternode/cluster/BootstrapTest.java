package io.pharos.clusternode.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.cluster.Cluster;
import akka.cluster.MemberStatus;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.conf.HoconReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Nodes that find each other by a DNS name. */
class BootstrapTest {
    private static ActorTestKit node(String host, int bootstrapPort) throws Exception {
        Config discovery = DiscoverySettings.of(
                        HoconReader.read("test", "pharos.cluster.discovery { method = dns, service-name = localhost }"))
                .akka(bootstrapPort);
        Config node = ConfigFactory.parseString("""
                akka {
                  loglevel = WARNING
                  actor { provider = cluster, allow-java-serialization = off }
                  remote.artery { transport = tcp, canonical { hostname = "%s", port = 0 } }
                  cluster { jmx.enabled = off, downing-provider-class = "akka.cluster.sbr.SplitBrainResolverProvider" }
                  coordinated-shutdown.run-by-jvm-shutdown-hook = off
                }
                """.formatted(host));
        return ActorTestKit.create("pharos", node.withFallback(discovery).withFallback(ConfigFactory.load()));
    }

    @Test
    void aNodeJoinsWhomTheNameLeadsToAndNothingElseOfManagementIsOpen() throws Exception {
        int port = freePort();
        ActorTestKit first = node("127.0.0.1", port);
        ActorTestKit second = node("127.0.0.2", port);
        try {
            Bootstrap.start(first.system(), "127.0.0.1", port)
                    .toCompletableFuture()
                    .get(2, TimeUnit.MINUTES);
            Cluster.get(first.system()).join(Cluster.get(first.system()).selfAddress());
            awaitMembers(first, 1);

            Bootstrap.start(second.system(), "127.0.0.2", port)
                    .toCompletableFuture()
                    .get(2, TimeUnit.MINUTES);
            awaitMembers(second, 2);

            HttpResponse<String> seeds = send("GET", port, "/bootstrap/seed-nodes");
            assertThat(seeds.statusCode()).isEqualTo(200);
            assertThat(seeds.body())
                    .contains(Cluster.get(first.system()).selfAddress().toString());
            for (String path :
                    new String[] {"/", "/ready", "/alive", "/cluster/members", "/cluster/domain-events", "/bootstrap"
                    }) {
                assertThat(send("GET", port, path).statusCode()).as(path).isEqualTo(404);
            }
            assertThat(send("POST", port, "/bootstrap/seed-nodes").statusCode()).isEqualTo(405);
            assertThat(send("PUT", port, "/cluster/members/a").statusCode()).isEqualTo(404);
        } finally {
            second.shutdownTestKit();
            first.shutdownTestKit();
        }
    }

    @Test
    void bootstrapNeverFounds() throws Exception {
        assertThat(DiscoverySettings.of(
                                HoconReader.read("test", "pharos.cluster.discovery { method = dns, service-name = x }"))
                        .akka(1)
                        .getBoolean("akka.management.cluster.bootstrap.new-cluster-enabled"))
                .isFalse();
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        assertThatThrownBy(() ->
                        DiscoverySettings.of(HoconReader.read("test", "pharos.cluster.discovery.method = consul")))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("pharos.cluster.discovery.method must be dns, kubernetes or empty, not 'consul'");
        assertThatThrownBy(
                        () -> DiscoverySettings.of(HoconReader.read("test", "pharos.cluster.discovery.method = dns")))
                .hasMessage("pharos.cluster.discovery.service-name is needed with the method dns");
        assertThat(DiscoverySettings.of(HoconReader.defaults()).akka(1).isEmpty())
                .isTrue();
    }

    @Test
    void aNameWithoutAddressesIsAServiceWithoutNodes() {
        assertThat(JvmDnsDiscovery.resolve("no-such-host.invalid").getAddresses())
                .isEmpty();
        assertThat(JvmDnsDiscovery.resolve("127.0.0.3").getAddresses())
                .singleElement()
                .satisfies(target -> assertThat(target.host()).isEqualTo("127.0.0.3"));
    }

    private static void awaitMembers(ActorTestKit node, int count) {
        Awaitility.await(count + " members")
                .atMost(Duration.ofMinutes(4))
                .until(() -> Cluster.get(node.system()).state().members().size() == count
                        && Cluster.get(node.system()).selfMember().status().equals(MemberStatus.up()));
    }

    private static HttpResponse<String> send(String method, int port, String path)
            throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0));
            return socket.getLocalPort();
        }
    }
}
