package io.pharos.clusternode.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.conf.ConfigurationException;
import io.pharos.conf.HoconReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that joins, against a peer that answers what a test says. */
class JoinedConfigTest {
    private static final String GOOD = """
            {"status":"success","data":{"application":"Pharos","version":"0.1.0","clusterId":"one","protocolOldest":1,"protocol":1,
             "seeds":["10.0.0.1:17090","10.0.0.2:17090"],"shardCount":32,
             "cassandra":{"contactPoints":["10.0.0.9:9042"],"datacenter":"dc7","keyspace":"ours","embedded":false}}}
            """;

    private record Answer(int status, String body) {}

    private final Deque<Answer> answers = new ArrayDeque<>();
    private final Deque<String> authorizations = new ConcurrentLinkedDeque<>();
    private HttpServer peer;
    private String address;

    @BeforeEach
    void start() throws IOException {
        peer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        peer.createContext("/", exchange -> {
            Answer answer = exchange.getRequestURI().getPath().equals("/api/v1/status/join")
                    ? (answers.size() > 1 ? answers.remove() : answers.element())
                    : new Answer(404, "");
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        peer.start();
        address = "127.0.0.1:" + peer.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        peer.stop(0);
    }

    private static Config joined(String peers, String more) throws ConfigurationException {
        return JoinedConfig.of(HoconReader.read("test", "pharos.cluster.join = [" + peers + "]\n" + more));
    }

    private Config joined(String more) throws ConfigurationException {
        return joined("\"" + address + "\"", more);
    }

    @Test
    void whatThePeerTellsIsTakenOver() throws Exception {
        answers.add(new Answer(200, GOOD));
        Config config = joined("");
        assertThat(config.getStringList("pharos.cluster.seeds")).isEqualTo(List.of("10.0.0.1:17090", "10.0.0.2:17090"));
        assertThat(config.getInt("pharos.sharding.shard-count")).isEqualTo(32);
        assertThat(config.getStringList("pharos.persistence.cassandra.contact-points"))
                .isEqualTo(List.of("10.0.0.9:9042"));
        assertThat(config.getString("pharos.persistence.cassandra.datacenter")).isEqualTo("dc7");
        assertThat(config.getString("pharos.persistence.cassandra.keyspace")).isEqualTo("ours");
        assertThat(ClusterSettings.of(config).expectedId()).isEqualTo("one");
    }

    @Test
    void contactPointsOfItsOwnAreAnotherWayToTheSameCassandra() throws Exception {
        answers.add(new Answer(200, GOOD));
        Config config = joined("pharos.persistence.cassandra { contact-points = [\"c:1\"], datacenter = mine }");
        assertThat(config.getStringList("pharos.persistence.cassandra.contact-points"))
                .isEqualTo(List.of("c:1"));
        assertThat(config.getString("pharos.persistence.cassandra.datacenter")).isEqualTo("mine");
    }

    @Test
    void withoutPeersNothingIsAsked() throws Exception {
        Config config = HoconReader.defaults();
        assertThat(JoinedConfig.of(config)).isEqualTo(config);
    }

    @Test
    void aPeerThatIsStillStartingIsAskedAgain() throws Exception {
        answers.add(new Answer(503, "{\"status\":\"error\",\"error\":\"later\"}"));
        answers.add(new Answer(200, GOOD.replace("[\"10.0.0.1:17090\",\"10.0.0.2:17090\"]", "[]")));
        answers.add(new Answer(200, GOOD));
        assertThat(joined("").getInt("pharos.sharding.shard-count")).isEqualTo(32);
    }

    @Test
    void aPeerIsShownTheToken(@TempDir Path folder) throws Exception {
        answers.add(new Answer(200, GOOD));
        Path token = Files.writeString(folder.resolve("token"), "the-token-of-this-cluster\nan-older-one-of-it\n");
        assertThat(joined("pharos.http.token-file = \"" + token + "\"").getInt("pharos.sharding.shard-count"))
                .isEqualTo(32);
        assertThat(authorizations).containsExactly("Bearer the-token-of-this-cluster");
    }

    @Test
    void aPeerThatWantsATokenIsNotAskedForLong(@TempDir Path folder) throws Exception {
        answers.add(new Answer(401, "{\"status\":\"error\",\"error\":\"no\"}"));
        assertThatThrownBy(() -> joined(""))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("wants a token: give this node the cluster's (--token-file)");
        Path token = Files.writeString(folder.resolve("token"), "the-token-of-another-cluster");
        assertThatThrownBy(() -> joined("pharos.http.token-file = \"" + token + "\""))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("does not take the token of this node");
        assertThatThrownBy(() -> joined("pharos.http.token-file = \"" + folder.resolve("absent") + "\""))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("pharos.http.token-file: the token file");
        assertThat(authorizations).hasSize(2);
    }

    @Test
    void theNextPeerIsAskedWhereTheFirstIsNotThere() throws Exception {
        answers.add(new Answer(200, GOOD));
        assertThat(joined("\"127.0.0.1:" + freePort() + "\", \"" + address + "\"", "")
                        .getInt("pharos.sharding.shard-count"))
                .isEqualTo(32);
    }

    @Test
    void anotherShardCountIsRefusedWhereItWasGiven() {
        answers.add(new Answer(200, GOOD));
        assertThatThrownBy(() -> joined("pharos.sharding.shard-count = 64"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("the cluster of " + address + " has shards of series 32, but this node is configured for 64"
                        + " (pharos.sharding.shard-count): remove that setting to join");
    }

    @Test
    void aPeerOfAnotherProtocolIsRefused() {
        answers.add(new Answer(
                200, GOOD.replace("\"protocolOldest\":1,\"protocol\":1", "\"protocolOldest\":7,\"protocol\":8")));
        assertThatThrownBy(() -> joined(""))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("speaks the node protocols 7 to 8");
    }

    @Test
    void aPeerThatTalksTlsWithItsNodesIsNotJoinedInClear() {
        answers.add(new Answer(200, GOOD.replace("\"protocolOldest\"", "\"tls\":true,\"protocolOldest\"")));
        assertThatThrownBy(() -> joined(""))
                .hasMessage("the nodes of the cluster of " + address
                        + " talk TLS with each other: set pharos.cluster.tls to join them");
    }

    @Test
    void whatIsNotPharosIsSaid() {
        answers.add(new Answer(404, "not here"));
        assertThatThrownBy(() -> joined(""))
                .hasMessage("what listens at " + address
                        + " is not a Pharos node that can be joined: /api/v1/status/join answered 404");
        answers.clear();
        answers.add(new Answer(200, "<html>hello</html>"));
        assertThatThrownBy(() -> joined("")).hasMessageContaining("is not a Pharos node that can be joined");
    }

    @Test
    void nobodyThereIsOneLine() throws Exception {
        int port = freePort();
        assertThatThrownBy(() -> joined("\"127.0.0.1:" + port + "\"", "pharos.cluster.join-timeout = 500ms"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("nothing answers at 127.0.0.1:" + port)
                .hasMessageContaining("is that its HTTP port?");
    }

    @Test
    void anAddressThatIsNoneIsSaid() {
        assertThatThrownBy(() -> joined("\"nowhere\"", ""))
                .hasMessage("'nowhere' is not HOST:PORT; give the HTTP address of a running node, as 10.0.0.5:9090");
    }

    @Test
    void anEmbeddedCassandraOfAnotherMachineCannotBeShared() throws Exception {
        Config config = HoconReader.defaults();
        assertThatThrownBy(() -> JoinedConfig.complete(
                        config,
                        new io.pharos.httpapi.status.JoinStatus(
                                "0.1.0",
                                "id",
                                1,
                                1,
                                List.of("s:1"),
                                64,
                                List.of("127.0.0.1:17091"),
                                "d",
                                "pharos",
                                true,
                                false),
                        List.of("192.0.2.1:9090")))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("is embedded in a node of another machine");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
