package io.pharos.clusternode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A writer and a reader that work all the time, over connections they keep, as a load balancer would spread them: a node that
 * accepts no connection is passed over, one that starts is taken in when it is ready, and everything else that is not a success
 * is a failed request.
 */
final class LightLoad implements AutoCloseable {
    private static final int SERIES = 64;
    private static final String ALL = "sum(count_over_time(load[1h]))";

    private final List<NodeUnderTest> nodes;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicInteger turn = new AtomicInteger();
    private final long base = System.currentTimeMillis() - 1_000_000;
    private final Thread writer = new Thread(this::write, "load-writer");
    private final Thread reader = new Thread(this::read, "load-reader");
    private volatile boolean ended;

    LightLoad(List<NodeUnderTest> nodes) {
        this.nodes = List.copyOf(nodes);
    }

    LightLoad start() {
        writer.start();
        reader.start();
        return this;
    }

    /** What failed so far: the request and why. */
    Queue<String> failures() {
        return failures;
    }

    /** Samples that were acknowledged. */
    long acknowledged() {
        return acknowledged.get();
    }

    /** Queries that were answered. */
    long answers() {
        return answers.get();
    }

    private HttpResponse<String> send(String path, byte[] body) throws IOException, InterruptedException {
        for (int attempt = 0; ; attempt++) {
            NodeUnderTest node = nodes.get(Math.floorMod(turn.getAndIncrement(), nodes.size()));
            if (!node.wasReady()) {
                Thread.sleep(5);
                continue;
            }
            try {
                return client.send(request(node, path, body), HttpResponse.BodyHandlers.ofString());
            } catch (ConnectException refused) {
                if (attempt > 1000) {
                    throw refused;
                }
                Thread.sleep(5);
            }
        }
    }

    private static HttpRequest request(NodeUnderTest node, String path, byte[] body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(node.url() + path)).timeout(Duration.ofMinutes(2));
        if (body.length > 0) {
            request.header("Content-Type", "application/x-protobuf")
                    .header("Content-Encoding", "snappy")
                    .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        }
        return request.build();
    }

    /** One sample of another metric to one node, not counted: whether the node acknowledges it. */
    CompletableFuture<Boolean> writeTo(NodeUnderTest node, int series, long timestampMillis) {
        return client.sendAsync(
                        request(node, "/api/v1/write", RemoteWriteBody.of("late", series, timestampMillis, 1)),
                        HttpResponse.BodyHandlers.discarding())
                .thenApply(answer -> answer.statusCode() / 100 == 2);
    }

    private void write() {
        for (long round = 0; !ended; round++) {
            int series = (int) (round % SERIES);
            try {
                HttpResponse<String> answer = send(
                        "/api/v1/write", RemoteWriteBody.of("load", series, base + round / SERIES, (double) round));
                if (answer.statusCode() / 100 == 2) {
                    acknowledged.incrementAndGet();
                } else {
                    failures.add("write " + round + ": " + answer.statusCode() + " " + answer.body());
                }
                Thread.sleep(5);
            } catch (IOException | InterruptedException failure) {
                failures.add("write " + round + ": " + failure);
            }
        }
    }

    private void read() {
        while (!ended) {
            long before = acknowledged.get();
            try {
                HttpResponse<String> answer = send(path(), new byte[0]);
                if (answer.statusCode() != 200) {
                    failures.add("read: " + answer.statusCode() + " " + answer.body());
                } else if (count(answer) < before) {
                    failures.add("read: " + answer.body() + ", but " + before + " were acknowledged before");
                } else {
                    answers.incrementAndGet();
                }
                Thread.sleep(50);
            } catch (IOException | InterruptedException failure) {
                failures.add("read: " + failure);
            }
        }
    }

    /** How many samples a node finds, or -1 where it cannot say. */
    long countAt(NodeUnderTest node) throws InterruptedException {
        try {
            HttpResponse<String> answer =
                    client.send(request(node, path(), new byte[0]), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? count(answer) : -1;
        } catch (IOException silent) {
            return -1;
        }
    }

    private static String path() {
        return "/api/v1/query?query=" + URLEncoder.encode(ALL, StandardCharsets.UTF_8);
    }

    private static long count(HttpResponse<String> answer) throws IOException {
        JsonNode result =
                new ObjectMapper().readTree(answer.body()).path("data").path("result");
        return result.isEmpty()
                ? 0
                : Long.parseLong(result.path(0).path("value").path(1).asText());
    }

    /** Ends both; returns when their last requests have been answered. */
    void end() throws InterruptedException {
        ended = true;
        writer.join();
        reader.join();
    }

    @Override
    public void close() {
        ended = true;
    }
}
