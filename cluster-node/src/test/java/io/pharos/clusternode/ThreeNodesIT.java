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
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes as processes over one Cassandra become two and then one by kill -9, and nothing acknowledged is lost. */
class ThreeNodesIT {
    private static final int SERVERS = 30;
    private static final String QUESTION = "count(last_over_time(sim_up[10m]))";
    /** What operators are promised; the test gives a loaded machine more. */
    private static final Duration PROMISED = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void threeNodesBecomeTwoAndOneAndNothingIsLost() throws Exception {
        List<NodeUnderTest> nodes = new ArrayList<>();
        List<String> wrong = new CopyOnWriteArrayList<>();
        AtomicBoolean asking = new AtomicBoolean(true);
        try {
            startThree(nodes);
            List<URI> urls = nodes.stream().map(NodeUnderTest::url).toList();
            Path ledger = folder.resolve("run.ledger");
            RunningSimulation simulation = Simulation.start(SimulationSettings.builder(urls)
                    .servers(SERVERS)
                    .metrics(20)
                    .interval(Duration.ofSeconds(1))
                    .ledger(ledger)
                    .controlPort(-1)
                    .build());
            try {
                awaitFull(nodes.get(0), "any node answers for all");
                SingleEvaluation pushed = new SingleEvaluation(System.currentTimeMillis());
                pushed.write(nodes.get(0));
                for (NodeUnderTest node : nodes) {
                    pushed.compare(node);
                }
                NodeUnderTest last = nodes.get(1);
                Thread asker = ask(last, asking, wrong);

                killAndAwait(nodes.get(0), last, simulation, 2);
                killAndAwait(nodes.get(2), last, simulation, 1);

                asking.set(false);
                asker.join(Duration.ofMinutes(3).toMillis());
            } finally {
                asking.set(false);
                simulation.stop();
            }
            assertThat(wrong).as("an answer with less than there is").isEmpty();
            VerifyReport report = LedgerVerifier.verify(
                    ledger,
                    List.of(nodes.get(1).url()),
                    null,
                    new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8));
            assertThat(report.acknowledged()).isPositive();
            assertThat(report.isComplete()).as(report.text()).isTrue();
            assertThat(nodes.get(1).stop()).isZero();
        } finally {
            asking.set(false);
            nodes.forEach(NodeUnderTest::close);
        }
    }

    /** The first finds nobody, the second is told of the first, the third finds both by the keyspace. */
    private void startThree(List<NodeUnderTest> nodes) throws Exception {
        List<String> store = SharedCassandra.options("three_nodes");
        Path prometheus = Files.writeString(folder.resolve("prometheus.yml"), "global: {scrape_interval: 7s}\n");
        List<String> first = new ArrayList<>(store);
        first.addAll(List.of("--prometheus", prometheus.toString()));
        nodes.add(NodeUnderTest.launchSmall(folder.resolve("one"), first));
        nodes.get(0).awaitReady();
        nodes.add(NodeUnderTest.launchSmall(
                folder.resolve("two"),
                List.of("--join", "127.0.0.1:" + nodes.get(0).port())));
        List<String> third = new ArrayList<>(store);
        String seed = "127.0.0.1:" + (nodes.get(0).port() + 8000);
        third.addAll(List.of("--set", "pharos.cluster.seeds=[\"" + seed + "\"]"));
        nodes.add(NodeUnderTest.launchSmall(folder.resolve("three"), third));
        nodes.get(1).awaitReady();
        nodes.get(2).awaitReady();
        assertThat(Files.readString(folder.resolve("three/logs/node.log")))
                .as("a static seed is asked")
                .containsPattern("joining the cluster of \\[[^]]*" + Pattern.quote(seed));
        Awaitility.await("a node without files runs the cluster's configuration")
                .atMost(Duration.ofMinutes(2))
                .until(() -> nodes.get(2)
                        .get("/api/v1/status/config")
                        .path("data")
                        .path("yaml")
                        .asText()
                        .contains("7s"));
        // The third may be ready before the others hand it anything: while they do, a shard has no owner or does not
        // run yet.
        Awaitility.await("every node is a member and has its share")
                .atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> members(nodes.get(2)).size() == 3
                        && ThreeNodes.owners(nodes.get(2)).size() == 3);
    }

    private static void killAndAwait(NodeUnderTest victim, NodeUnderTest last, RunningSimulation simulation, int left)
            throws IOException, InterruptedException {
        victim.kill();
        long killed = System.nanoTime();
        Awaitility.await("the others take its shards")
                .atMost(PROMISED.multipliedBy(8))
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> ThreeNodes.owners(last).size() == left && last.status("/-/ready") == 200);
        awaitFull(last, "full answers from the rest");
        System.out.printf(
                "%d left: full answers %.1f s after kill -9 (promised: %d s)%n",
                left, (System.nanoTime() - killed) / 1e9, PROMISED.toSeconds());
        long before = simulation.summary().acknowledgedSamples();
        Awaitility.await("writes go on")
                .atMost(Duration.ofMinutes(4))
                .until(() -> simulation.summary().acknowledgedSamples() > before + 1000);
    }

    private static void awaitFull(NodeUnderTest node, String what) {
        Awaitility.await(what)
                .atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> count(node) == SERVERS);
    }

    private static int count(NodeUnderTest node) throws IOException, InterruptedException {
        JsonNode result = node.query(QUESTION);
        return result.isEmpty() ? 0 : result.get(0).path("value").get(1).asInt();
    }

    /** Asks all the time: an answer may be an error, but never less than there is. */
    private static Thread ask(NodeUnderTest node, AtomicBoolean asking, List<String> wrong) {
        Thread asker = new Thread(
                () -> {
                    while (asking.get()) {
                        try {
                            int count = count(node);
                            if (count != SERVERS) {
                                wrong.add(count + " instead of " + SERVERS);
                            }
                        } catch (IOException e) {
                            // Refused or unreachable: said, not silent.
                        } catch (InterruptedException e) {
                            return;
                        }
                        LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
                    }
                },
                "asker");
        asker.setDaemon(true);
        asker.start();
        return asker;
    }

    private static List<String> members(NodeUnderTest node) throws IOException, InterruptedException {
        List<String> members = new ArrayList<>();
        node.get("/api/v1/status/cluster")
                .path("data")
                .path("members")
                .forEach(member -> members.add(member.path("address").asText()));
        return members;
    }
}
