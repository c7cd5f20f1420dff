package io.pharos.simulation.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Takes all work away from a node, as {@code pharos drain} does, asked at the node itself. One thread. */
final class NodeDrain {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);
    private static final long LOOK_MILLIS = 300;

    private final URI node;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final ObjectMapper json = new ObjectMapper();

    /** @param node its base address */
    NodeDrain(URI node) {
        this.node = node;
    }

    /**
     * Returns when nothing is left on the node.
     *
     * @return how many shards left it
     * @throws IOException when the drain is refused, or something is left on the node after the time
     */
    int run(Duration patience) throws IOException, InterruptedException {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        int first = -1;
        String last = "";
        while (System.nanoTime() - deadlineNanos < 0) {
            HttpResponse<String> answer = ask(first < 0 ? "" : "&dry_run=true");
            JsonNode body = json.readTree(answer.body());
            if (answer.statusCode() == 200) {
                int left = body.at("/data/moves").size();
                first = Math.max(first, left);
                if (left == 0) {
                    return first;
                }
                last = left + " shards are still on it";
            } else if (answer.statusCode() == 503) {
                last = body.path("error").asText();
            } else {
                throw new IOException(
                        node + " refused to be drained: " + body.path("error").asText(answer.body()));
            }
            Thread.sleep(LOOK_MILLIS);
        }
        throw new IOException(node + " was not empty " + patience.toSeconds() + " s after it was drained: " + last);
    }

    private HttpResponse<String> ask(String more) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(node.resolve("/-/drain?node=" + node.getHost() + ":" + node.getPort() + more))
                        .timeout(REQUEST_TIMEOUT)
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
