package io.pharos.clusternode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A node of the built distribution as a process with an embedded Cassandra, that tests start, hurt and start again. */
final class NodeUnderTest implements AutoCloseable {
    /** Ports that somebody in this JVM was given: who got one may bind it only seconds later. */
    private static final Set<Integer> GIVEN = new HashSet<>();

    private static final Duration READY = Duration.ofMinutes(6);

    private final Path home = Path.of(System.getProperty("pharos.distribution"));
    private final Path data;
    private final int port;
    private final List<String> options;
    private final String heap;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    private @Nullable Process process;
    private volatile boolean ready;

    private NodeUnderTest(Path data, int port, List<String> options, String heap) {
        this.data = data;
        this.port = port;
        this.options = List.copyOf(options);
        this.heap = heap;
    }

    /** Starts a node and waits until it is ready. */
    static NodeUnderTest start(Path data, String... options) throws IOException {
        NodeUnderTest node = new NodeUnderTest(data, freePort(), List.of(options), "512m");
        node.start();
        return node;
    }

    /** Starts a node with a small heap and does not wait; {@link #awaitReady} does. */
    static NodeUnderTest launchSmall(Path data, List<String> options) throws IOException {
        NodeUnderTest node = new NodeUnderTest(data, freePort(), options, "256m");
        node.launch();
        return node;
    }

    /** Starts the process again over the same data and waits until it is ready. */
    void start() throws IOException {
        launch();
        awaitReady();
    }

    private void launch() throws IOException {
        ready = false;
        Files.createDirectories(data);
        // A build under nohup ignores SIGHUP, and so would its children: a node is reloaded by it.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=HUP",
                home.resolve("bin/pharos").toString(),
                "node",
                "--owned",
                "--data",
                data.toString(),
                "--port",
                Integer.toString(port),
                // Its maker is a second Cassandra, which only pays where the first is started often.
                "--set",
                "pharos.persistence.embedded.class-archive=false"));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("PHAROS_HEAP", heap);
        process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        data.resolve("output.log").toFile()))
                .start();
    }

    void awaitReady() {
        Awaitility.await("ready; see " + data)
                .atMost(READY)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    if (!process().isAlive()) {
                        throw new IllegalStateException(
                                "the node ended: " + Files.readString(data.resolve("output.log")));
                    }
                    return status("/-/ready") == 200;
                });
        ready = true;
    }

    /** Whether it was ready since it was started last: a load balancer takes a node in when it says so. */
    boolean wasReady() {
        return ready;
    }

    private Process process() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("the node was never started");
        }
        return running;
    }

    /** The base address. */
    URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    int port() {
        return port;
    }

    long pid() {
        return process().pid();
    }

    /** The embedded Cassandra's process id. */
    long cassandraPid() {
        return process()
                .descendants()
                .filter(child -> child.info().commandLine().orElse("").contains("cassandra"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no Cassandra below " + process().pid()))
                .pid();
    }

    /** Sends a signal to a process by its id. */
    static void signal(String signal, long pid) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("kill -" + signal + " " + pid + " gave " + code);
        }
    }

    /** Waits until the process ends by itself and returns what it printed. */
    String awaitEnd(Duration patience) throws IOException, InterruptedException {
        if (!process().waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("the node did not end; see " + data);
        }
        return Files.readString(data.resolve("output.log"));
    }

    /** Ends the process by SIGKILL, as a machine would lose it. */
    void kill() throws IOException, InterruptedException {
        signal("KILL", process().pid());
        process().waitFor();
    }

    /** Ends the process by SIGTERM and returns its exit code. */
    int stop() throws InterruptedException {
        process().destroy();
        if (!process().waitFor(3, TimeUnit.MINUTES)) {
            throw new IllegalStateException("the node did not stop; see " + data);
        }
        return process().exitValue();
    }

    /** Runs another command of the distribution and returns what it printed. */
    String command(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/pharos").toString()));
        command.addAll(List.of(arguments));
        Process running = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        running.waitFor();
        return printed;
    }

    int status(String path) {
        try {
            return client.send(request(path), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofSeconds(60))
                .build();
    }

    /** The body of an answer as JSON. */
    JsonNode get(String path) throws IOException, InterruptedException {
        return new ObjectMapper()
                .readTree(client.send(request(path), HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    /** The result of an instant query. */
    JsonNode query(String expression) throws IOException, InterruptedException {
        JsonNode answer = get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        if (!answer.path("status").asText().equals("success")) {
            throw new IOException(answer.toString());
        }
        return answer.path("data").path("result");
    }

    /** Posts nothing to a path. */
    HttpResponse<String> post(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(url() + path))
                        .timeout(Duration.ofSeconds(60))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /**
     * A port whose companions (+8000, +8001, +8002) are free as well, which is given once only, and which neither the build's
     * other test process nor the system, for a connection, ever takes.
     */
    static synchronized int freePort() throws IOException {
        int half = Integer.getInteger("surefire.forkNumber", 1) % 2;
        for (int attempt = 0; attempt < 1000; attempt++) {
            int port = 20_000 + 10 * (2 * ThreadLocalRandom.current().nextInt(500) + half);
            if (!GIVEN.contains(port)
                    && isFree(port)
                    && isFree(port + 8000)
                    && isFree(port + 8001)
                    && isFree(port + 8002)) {
                GIVEN.add(port);
                return port;
            }
        }
        throw new IOException("no four free ports were found");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        Process running = process;
        if (running != null && running.isAlive()) {
            // All have to be gone before anybody deletes the folder they write to.
            List<ProcessHandle> children = running.descendants().toList();
            children.forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly().onExit().join();
            children.forEach(child -> child.onExit().join());
        }
    }
}
