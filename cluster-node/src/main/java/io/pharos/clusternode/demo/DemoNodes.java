package io.pharos.clusternode.demo;

import io.pharos.clusternode.program.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The nodes of the demo: processes over one Cassandra, by which they find each other. One that ends is started again.
 */
final class DemoNodes {
    /** Between the ports of two nodes, so that the ports that follow from them do not meet. */
    private static final int PORT_STEP = 100;

    private static final Duration READY_PATIENCE = Duration.ofMinutes(6);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(40);

    private final Path data;
    private final String host;
    private final int firstPort;
    private int count;
    private final Consumer<String> say;
    private final List<ChildProcess> nodes = new ArrayList<>();

    /** @param data of the demo as a whole; node N gets the folder node-N in it */
    DemoNodes(Path data, String host, int firstPort, int count, Consumer<String> say) {
        this.data = data;
        this.host = host;
        this.firstPort = firstPort;
        this.count = count;
        this.say = say;
    }

    /** The HTTP ports, the first node's first. */
    List<Integer> ports() {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ports.add(firstPort + i * PORT_STEP);
        }
        return ports;
    }

    /** The HTTP addresses, the first node's first. */
    List<URI> urls() {
        return ports().stream()
                .map(port -> URI.create("http://" + host + ":" + port))
                .toList();
    }

    /** Starts every node; they wait for Cassandra by themselves. */
    void start(int cqlPort) throws IOException {
        // Several nodes share a machine here, and have little to do.
        for (int number = 1; number <= count; number++) {
            startOne(number, cqlPort);
        }
    }

    private void startOne(int number, int cqlPort) throws IOException {
        String heap = count == 1 ? "1g" : "512m";
        Map<String, String> environment = System.getenv("PHAROS_HEAP") == null ? Map.of("PHAROS_HEAP", heap) : Map.of();
        nodes.add(ChildProcess.start(name(number), command(number, cqlPort), environment, output(number), say));
    }

    /** Starts one more, 100 ports further than the last. */
    void add(int cqlPort) throws IOException {
        count++;
        startOne(count, cqlPort);
    }

    /** The process of a node, counted from 0; it changes when the node is started again. */
    long pid(int index) {
        return nodes.get(index).pid();
    }

    private String name(int number) {
        return count == 1 ? "the node" : "node " + number;
    }

    private Path output(int number) {
        return data.resolve("logs").resolve(count == 1 ? "node-output.log" : "node-" + number + "-output.log");
    }

    private List<String> command(int number, int cqlPort) {
        Path folder = data.resolve("node-" + number);
        return List.of(
                Path.of(System.getProperty("pharos.home", "."), "bin", "pharos").toString(),
                "node",
                "--owned",
                "--data",
                folder.toString(),
                "--port",
                Integer.toString(ports().get(number - 1)),
                "--contact-point",
                host + ":" + cqlPort,
                "--set",
                "pharos.persistence.cassandra.replication-factor=1",
                "--prometheus",
                data.resolve("configuration/prometheus.yml").toString(),
                "--alertmanager",
                data.resolve("configuration/alertmanager.yml").toString());
    }

    /** Waits until every node is ready; false when the user stopped first. */
    boolean awaitReady(CountDownLatch stop) throws InterruptedException {
        HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
        long deadline = System.nanoTime() + READY_PATIENCE.toNanos();
        for (int number = 1; number <= count; number++) {
            while (!isReady(client, urls().get(number - 1))) {
                if (stop.await(100, TimeUnit.MILLISECONDS)) {
                    return false;
                }
                if (!nodes.get(number - 1).isAlive()) {
                    throw new CommandFailure(
                            name(number) + " ended while it started; its output is in " + output(number));
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new CommandFailure(name(number) + " is not ready after " + READY_PATIENCE.toSeconds()
                            + " s; its log is " + data.resolve("node-" + number + "/logs/node.log"));
                }
            }
        }
        return true;
    }

    private static boolean isReady(HttpClient client, URI url) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(url.resolve("/-/ready"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    /** From now on the end of a node is expected: it is not started again. */
    void expectEnd() {
        nodes.forEach(ChildProcess::expectEnd);
    }

    /** Asks all nodes to end at once and waits for each. */
    void stop() throws InterruptedException {
        nodes.forEach(ChildProcess::askToEnd);
        for (ChildProcess node : nodes) {
            node.stop(STOP_PATIENCE);
        }
    }
}
