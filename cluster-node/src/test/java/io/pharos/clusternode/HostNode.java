package io.pharos.clusternode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A node as a process that listens on an address beyond loopback, and so wants a token; perhaps on another network. */
final class HostNode implements AutoCloseable {
    private final Path data;
    private final String host;
    private final int port;
    private final String token;
    private final List<String> command = new ArrayList<>();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    private @Nullable Process process;

    /**
     * A node that does not run yet.
     *
     * @param prefix what makes a command run where the node is to run
     * @param options beside folder and address
     */
    HostNode(List<String> prefix, Path data, String host, int port, Path tokenFile, List<String> options)
            throws IOException {
        this.data = Files.createDirectories(data);
        this.host = host;
        this.port = port;
        this.token = Files.readString(tokenFile).strip();
        command.addAll(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("pharos.distribution"), "bin", "pharos")
                        .toString(),
                "node",
                "--owned",
                "--data",
                data.toString(),
                "--host",
                host,
                "--port",
                Integer.toString(port),
                "--token-file",
                tokenFile.toString()));
        command.addAll(options);
    }

    /** Starts the process and does not wait. */
    void launch() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("PHAROS_HEAP", "256m");
        process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        data.resolve("output.log").toFile()))
                .start();
    }

    void awaitReady() {
        Awaitility.await("ready; see " + data)
                .atMost(Duration.ofMinutes(6))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    if (!process().isAlive()) {
                        throw new IllegalStateException(
                                "the node ended: " + Files.readString(data.resolve("output.log")));
                    }
                    return statusWithout("/-/ready") == 200;
                });
    }

    private Process process() {
        Process started = process;
        if (started == null) {
            throw new IllegalStateException("the node was never started");
        }
        return started;
    }

    URI url() {
        return URI.create("http://" + host + ":" + port);
    }

    String token() {
        return token;
    }

    /** The exit code of the process, which ends by itself. */
    int awaitExit(Duration patience) throws InterruptedException {
        if (!process().waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("the node did not end; see " + data);
        }
        return process().exitValue();
    }

    /** The status of an answer to somebody without a token; 0 where there is none. */
    int statusWithout(String path) throws InterruptedException {
        try {
            return client.send(request(path).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException silent) {
            return 0;
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(60));
    }

    /** The body of an answer as JSON. */
    JsonNode get(String path) throws IOException, InterruptedException {
        return new ObjectMapper()
                .readTree(client.send(
                                request(path)
                                        .header("Authorization", "Bearer " + token)
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    /** The result of an instant query; missing where there is no answer. */
    JsonNode query(String expression) throws IOException, InterruptedException {
        return get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .path("data")
                .path("result");
    }

    @Override
    public void close() {
        Process running = process;
        if (running != null && running.isAlive()) {
            running.destroyForcibly().onExit().join();
        }
    }
}
