package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pharos.simulation.RunningSimulation;
import io.pharos.simulation.Simulation;
import io.pharos.simulation.SimulationSettings;
import io.pharos.simulation.verify.LedgerVerifier;
import io.pharos.simulation.verify.VerifyReport;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cable of one of three nodes is pulled, between two networks of this machine, while it still reaches Cassandra and its clients:
 * the worst side to be on, since it could go on storing.
 */
class NetworkPartitionClientIT {
    private static final int SERVERS = 20;
    private static final String QUESTION = "count(last_over_time(sim_up[10m]))";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final long began = System.nanoTime();

    @TempDir
    Path folder;

    @Test
    @Timeout(1800)
    void aNodeThatIsCutOffEndsAndLosesNothing() throws Exception {
        int store = SharedCassandra.get().cqlPort();
        said("the store is ready");
        int port = NodeUnderTest.freePort();
        Path token = Files.writeString(folder.resolve("token"), "a-token-of-the-partition-test\n");
        try (NetworkNamespace network = NetworkNamespace.create();
                SlowWire wire = new SlowWire(InetAddress.getByName(network.storeHere()), store);
                HostNode first = node(List.of(), "first", network.nodesHere(), port, token, "127.0.0.1", store);
                HostNode second = node(List.of(), "second", network.nodesHere(), port + 4, token, "127.0.0.1", store);
                HostNode far = node(
                        network.there(), "far", network.nodesThere(), port, token, network.storeHere(), wire.port())) {
            for (HostNode node : List.of(first, second, far)) {
                node.launch();
            }
            for (HostNode node : List.of(first, second, far)) {
                node.awaitReady();
            }
            said("three nodes are ready");
            assertThat(first.statusWithout("/api/v1/status/cluster"))
                    .as("whoever comes over the network needs the token")
                    .isEqualTo(401);
            await("every node has its share", () -> owners(first).size() == 3);
            said("every node has its share");

            Path ledger = folder.resolve("run.ledger");
            RunningSimulation load = Simulation.start(SimulationSettings.builder(List.of(first.url(), second.url()))
                    .servers(SERVERS)
                    .metrics(20)
                    .interval(Duration.ofSeconds(1))
                    .ledger(ledger)
                    .bearerToken(first.token())
                    .controlPort(-1)
                    .build());
            Path acknowledged = folder.resolve("acknowledged");
            Process writer = writer(network, far, token, acknowledged);
            try {
                await("all is written", () -> isFull(first) && Files.size(acknowledged) > 0);

                said("all is written, now the cable is pulled");
                network.cutNodes();
                long cut = System.currentTimeMillis();
                assertThat(far.awaitExit(PATIENCE))
                        .as("the node that is cut off is given up, hears of it, and ends")
                        .isEqualTo(3);
                said("the node that is cut off has ended");
                await("the other two have everything", () -> owners(first).size() == 2 && isFull(first));
                said("full answers from the majority (promised: 30 s after the cut)");
                assertThat(lines(acknowledged).stream().filter(line -> timestamp(line) > cut))
                        .as("it went on acknowledging for its own shards until they were taken")
                        .isNotEmpty();

                network.healNodes();
                far.launch();
                far.awaitReady();
                await("it has its share again", () -> owners(second).size() == 3);
                said("it is back and has its share");
            } finally {
                load.stop();
                end(writer);
            }
            for (HostNode node : List.of(second, far)) {
                verify(ledger, node);
                assertFound(lines(acknowledged), node);
            }
            said("all that was acknowledged is found, by two nodes");
        }
    }

    private HostNode node(
            List<String> prefix, String name, String host, int port, Path token, String storeHost, int storePort)
            throws IOException {
        return new HostNode(
                prefix,
                folder.resolve(name),
                host,
                port,
                token,
                List.of(
                        "--contact-point",
                        storeHost + ":" + storePort,
                        "--set",
                        "pharos.persistence.cassandra.keyspace=partition"));
    }

    /** The writer beside the node that will be cut off. */
    private static Process writer(NetworkNamespace network, HostNode node, Path token, Path acknowledged)
            throws IOException {
        List<String> command = new ArrayList<>(network.there());
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                CutOffWriter.class.getName(),
                node.url().toString(),
                token.toString()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(acknowledged.toFile())
                .start();
    }

    private static void end(Process writer) throws IOException, InterruptedException {
        writer.getOutputStream().close();
        if (!writer.waitFor(10, TimeUnit.SECONDS)) {
            writer.destroyForcibly().waitFor();
        }
    }

    private static List<String> lines(Path acknowledged) throws IOException {
        String text = Files.readString(acknowledged);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    private static long timestamp(String line) {
        return Long.parseLong(line.split(" ", -1)[1]);
    }

    /** Nodes that have shards, as one of them sees it; none while any shard does not run. */
    private static Map<String, Integer> owners(HostNode node) throws IOException, InterruptedException {
        Map<String, Integer> owners = new HashMap<>();
        for (JsonNode shard : node.get("/api/v1/status/cluster").at("/data/shards")) {
            if (!shard.path("state").asText().equals("running")) {
                return Map.of();
            }
            owners.merge(shard.path("owner").asText(), 1, Integer::sum);
        }
        return owners;
    }

    private static boolean isFull(HostNode node) throws IOException, InterruptedException {
        return node.query(QUESTION).path(0).path("value").path(1).asText().equals(Integer.toString(SERVERS));
    }

    private static void verify(Path ledger, HostNode node) throws IOException, InterruptedException {
        VerifyReport report = LedgerVerifier.verify(
                ledger,
                List.of(node.url()),
                node.token(),
                new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8));
        assertThat(report.acknowledged()).isPositive();
        assertThat(report.isComplete()).as(report.text()).isTrue();
    }

    /** That each sample the writer was told to be stored is there, with its value. */
    private static void assertFound(List<String> acknowledged, HostNode node) throws IOException, InterruptedException {
        Map<String, String> stored = new HashMap<>();
        for (JsonNode series : node.query(CutOffWriter.METRIC + "[20m]")) {
            for (JsonNode sample : series.path("values")) {
                long millis = Math.round(sample.path(0).asDouble() * 1000);
                stored.put(
                        series.at("/metric/i").asText() + " " + millis,
                        sample.path(1).asText());
            }
        }
        assertThat(acknowledged).isNotEmpty().allSatisfy(line -> {
            String[] parts = line.split(" ", -1);
            assertThat(stored.get(parts[0] + " " + parts[1])).as(line).isEqualTo(parts[2].replaceFirst("\\.0$", ""));
        });
    }

    /** So that a run tells where its time went. */
    private void said(String what) {
        System.out.printf("%5.1f s: %s%n", (System.nanoTime() - began) / 1e9, what);
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(condition);
    }
}
