package io.pharos.simulation.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A drain, against a node that answers what a test says. */
class NodeDrainTest {
    private record Answer(int status, String body) {}

    private final Queue<Answer> answers = new ArrayDeque<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private NodeDrain drain;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/-/drain", exchange -> {
            asked.add(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getQuery());
            Answer answer = answers.size() > 1 ? answers.remove() : answers.element();
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        drain = new NodeDrain(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static Answer moves(String moves) {
        return new Answer(200, "{\"status\":\"success\",\"data\":{\"node\":\"a\",\"moves\":[" + moves + "]}}");
    }

    @Test
    void itReturnsWhenNothingIsLeft() throws Exception {
        answers.add(moves("{},{}"));
        answers.add(new Answer(503, "{\"error\":\"not every node said what it has\"}"));
        answers.add(moves("{}"));
        answers.add(moves(""));
        assertThat(drain.run(Duration.ofSeconds(60))).isEqualTo(2);
        String query = "POST node=127.0.0.1:" + server.getAddress().getPort();
        assertThat(asked)
                .containsExactly(query, query + "&dry_run=true", query + "&dry_run=true", query + "&dry_run=true");
    }

    @Test
    void aRefusalIsTold() {
        answers.add(new Answer(400, "{\"error\":\"it is the only node that can work\"}"));
        assertThatThrownBy(() -> drain.run(Duration.ofSeconds(60)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("refused to be drained: it is the only node");
    }

    @Test
    void whatStaysIsTold() {
        answers.add(moves("{},{},{}"));
        assertThatThrownBy(() -> drain.run(Duration.ofMillis(10)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("3 shards are still on it");
    }
}
