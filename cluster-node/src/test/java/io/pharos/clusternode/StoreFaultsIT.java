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
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Cassandra that is slow and then away: memory stays bounded, senders hear when to come again, alerts are told, and when it is back
 * nothing has to be done and nothing acknowledged is lost. Five minutes: {@code -Dpharos.test.store-away=300}.
 */
class StoreFaultsIT {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFaultsIT.class);
    private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("pharos.test.store-away", 20));
    private static final String RULES = """
            groups:
              - name: watch
                interval: 1s
                rules:
                  - {alert: Warm, expr: temperature > 50, keep_firing_for: 15s}
                  - {alert: Hot, expr: temperature > 90, keep_firing_for: 15s}
            """;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir
    Path folder;

    @Test
    @Timeout(2400)
    void aSlowAndAnAbsentStoreAreSurvivedWithoutHelp() throws Exception {
        try (SlowWire wire = new SlowWire(SharedCassandra.get().cqlPort());
                AlertingWorld world = new AlertingWorld(folder, 10, RULES)) {
            Path ledger = folder.resolve("run.ledger");
            String[] options = Stream.concat(
                            Stream.of(world.options()),
                            Stream.of(
                                    "--contact-point",
                                    "127.0.0.1:" + wire.port(),
                                    "--set",
                                    "pharos.persistence.cassandra.keyspace=store_faults"))
                    .toArray(String[]::new);
            try (NodeUnderTest node = NodeUnderTest.start(folder.resolve("data"), options)) {
                RunningSimulation simulation =
                        Simulation.start(SimulationSettings.builder(java.util.List.of(node.url()))
                                .servers(50)
                                .metrics(20)
                                .interval(Duration.ofSeconds(1))
                                .samplesPerRequest(100)
                                .senders(8)
                                .ledger(ledger)
                                .controlPort(-1)
                                .build());
                try {
                    awaitMore(simulation);
                    slow(node, wire, world, simulation);
                    away(node, wire, world, simulation);
                } finally {
                    simulation.stop();
                }
                VerifyReport report = LedgerVerifier.verify(
                        ledger,
                        java.util.List.of(node.url()),
                        null,
                        new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8));
                assertThat(report.acknowledged()).isPositive();
                assertThat(report.isComplete()).as(report.text()).isTrue();
                assertThat(node.stop()).isZero();
            }
        }
    }

    /** Every answer takes two seconds more: writes are acknowledged later, none is refused for good, and alerts are told. */
    private static void slow(NodeUnderTest node, SlowWire wire, AlertingWorld world, RunningSimulation simulation)
            throws Exception {
        wire.delay(Duration.ofSeconds(2));
        long began = System.nanoTime();
        world.temperature(60);
        await(
                "an alert is told although Cassandra is slow",
                () -> !world.told("Warm", "firing").isEmpty());
        said("told while every answer takes 2 s more", began);
        long before = simulation.summary().acknowledgedSamples();
        await(
                "writes are acknowledged although Cassandra is slow",
                () -> simulation.summary().acknowledgedSamples() > before + 100);
        said("and writes are acknowledged", began);
        assertBounded(node);
        wire.delay(Duration.ZERO);
        awaitMore(simulation);
    }

    private static void away(NodeUnderTest node, SlowWire wire, AlertingWorld world, RunningSimulation simulation)
            throws Exception {
        wire.cut();
        long began = System.nanoTime();
        HttpResponse<String> refused = push(node);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        world.temperature(99);
        await(
                "an alert is told although Cassandra is away",
                () -> !world.told("Hot", "firing").isEmpty());
        said("told while Cassandra is away", began);
        await(
                "what is in memory is readable",
                () -> node.query("max(temperature)").at("/0/value/1").asText().equals("99"));
        await(
                "the status says it",
                () -> !member(node).at("/storage/answering").asBoolean()
                        && !member(node).at("/log/answering").asBoolean());
        while (System.nanoTime() - began < AWAY.toNanos()) {
            assertBounded(node);
            TimeUnit.MILLISECONDS.sleep(500);
        }
        wire.mend();
        long back = System.nanoTime();
        awaitMore(simulation);
        said("from Cassandra's return until writes were acknowledged", back);
        world.temperature(10);
        await(
                "the end of the alert is told",
                () -> !world.told("Hot", "resolved").isEmpty());
        await(
                "all is well",
                () -> node.get("/api/v1/status/cluster").at("/data/failing").isEmpty());
        said("from Cassandra's return until all was well", back);
        assertThat(world.told("Hot", "firing")).as("told once").hasSize(1);
        assertThat(world.told("Warm", "firing")).as("told once").hasSize(1);
    }

    private static JsonNode member(NodeUnderTest node) throws Exception {
        return node.get("/api/v1/status/cluster").at("/data/members/0");
    }

    private static void assertBounded(NodeUnderTest node) throws Exception {
        JsonNode memory = member(node).path("memory");
        assertThat(memory.path("unloggedBytes").asLong()).isLessThanOrEqualTo(33L << 20);
        assertThat(memory.path("pendingBytes").asLong()).isLessThanOrEqualTo(65L << 20);
        assertThat(memory.path("heapMax").asLong()).isLessThan(600L << 20);
    }

    /** Pushes one sample of now. */
    static HttpResponse<String> push(NodeUnderTest node) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.url() + "/api/v1/write"))
                .timeout(Duration.ofMinutes(3))
                .header("Content-Encoding", "snappy")
                .header("Content-Type", "application/x-protobuf")
                .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                .POST(HttpRequest.BodyPublishers.ofByteArray(
                        RemoteWriteBody.of("pushed", System.currentTimeMillis(), 1)))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static void awaitMore(RunningSimulation simulation) {
        long before = simulation.summary().acknowledgedSamples();
        await("writes go on", () -> simulation.summary().acknowledgedSamples() > before + 2000);
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(condition);
    }

    private static void said(String what, long sinceNanos) {
        LOG.info("{}: {} s", what, (System.nanoTime() - sinceNanos) / 1e9);
    }
}
