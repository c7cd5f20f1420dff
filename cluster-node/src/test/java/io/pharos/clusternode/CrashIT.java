package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.pharos.simulation.RunningSimulation;
import io.pharos.simulation.Simulation;
import io.pharos.simulation.SimulationSettings;
import io.pharos.simulation.verify.LedgerVerifier;
import io.pharos.simulation.verify.VerifyReport;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is there, old samples too, and what fired still fires, whatever is killed or paused. */
class CrashIT {
    private static final String RULES = """
            groups:
              - name: watch
                interval: 1s
                rules:
                  - alert: SimulatorIsThere
                    expr: max(sim_up) == 1
                    for: 1s
                    labels: {severity: test}
            """;

    @TempDir
    Path folder;

    @Test
    void nothingAcknowledgedIsLostAndTheFiringAlertGoesOn() throws Exception {
        List<String> notifications = new CopyOnWriteArrayList<>();
        HttpServer webhook = webhook(notifications);
        Path prometheus = configuration(webhook.getAddress().getPort());
        Path ledger = folder.resolve("run.ledger");
        try (NodeUnderTest node = NodeUnderTest.start(
                folder.resolve("data"),
                OldSamples.options(
                        "--prometheus",
                        prometheus.toString(),
                        "--alertmanager",
                        folder.resolve("alertmanager.yml").toString()))) {
            OldSamples old = new OldSamples();
            old.importInto(node);
            RunningSimulation simulation = Simulation.start(SimulationSettings.builder(List.of(node.url()))
                    .servers(50)
                    .metrics(20)
                    .interval(Duration.ofSeconds(1))
                    .ledger(ledger)
                    .controlPort(-1)
                    .build());
            try {
                String activeAt = awaitFiring(node);
                old.awaitWhole(node);
                old.deleteIn(node);
                old.awaitWhole(node);
                Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> !notifications.isEmpty());

                node.kill();
                node.start();
                awaitMore(simulation);
                assertThat(awaitFiring(node)).as("after kill -9 of the node").isEqualTo(activeAt);

                NodeUnderTest.signal("KILL", node.cassandraPid());
                awaitMore(simulation);
                assertThat(awaitFiring(node)).as("after kill -9 of Cassandra").isEqualTo(activeAt);

                pause(node.pid());
                awaitMore(simulation);
                pause(node.cassandraPid());
                awaitMore(simulation);
                assertThat(awaitFiring(node)).as("after pauses").isEqualTo(activeAt);

                node.kill();
                node.start();
                assertThat(awaitFiring(node)).as("after the second kill -9").isEqualTo(activeAt);
                old.awaitWhole(node);
            } finally {
                simulation.stop();
            }
            VerifyReport report = LedgerVerifier.verify(
                    ledger,
                    List.of(node.url()),
                    null,
                    new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8));
            assertThat(report.acknowledged()).isPositive();
            assertThat(report.isComplete()).as(report.text()).isTrue();
            assertThat(node.stop()).isZero();
        } finally {
            webhook.stop(0);
        }
    }

    private Path configuration(int webhookPort) throws IOException {
        Files.writeString(folder.resolve("rules.yml"), RULES);
        Files.writeString(folder.resolve("alertmanager.yml"), """
                route: {receiver: test, group_wait: 0s, group_interval: 1s, group_by: [alertname]}
                receivers:
                  - name: test
                    webhook_configs: [{url: 'http://127.0.0.1:%d/'}]
                """.formatted(webhookPort));
        return Files.writeString(folder.resolve("prometheus.yml"), "rule_files: [rules.yml]\n");
    }

    private static HttpServer webhook(List<String> bodies) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    /** When the test's alert began to be active, or null where it does not fire. */
    private static @Nullable String activeAt(NodeUnderTest node) throws IOException, InterruptedException {
        for (var alert : node.get("/api/v1/alerts").path("data").path("alerts")) {
            if (alert.path("labels").path("alertname").asText().equals("SimulatorIsThere")
                    && alert.path("state").asText().equals("firing")) {
                return alert.path("activeAt").asText();
            }
        }
        return null;
    }

    private static String awaitFiring(NodeUnderTest node) {
        return Awaitility.await("the alert fires")
                .atMost(Duration.ofMinutes(3))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> Optional.ofNullable(activeAt(node)), Optional::isPresent)
                .orElseThrow();
    }

    private static void awaitMore(RunningSimulation simulation) {
        long before = simulation.summary().acknowledgedSamples();
        Awaitility.await("writes go on")
                .atMost(Duration.ofMinutes(4))
                .until(() -> simulation.summary().acknowledgedSamples() > before + 3000);
    }

    private static void pause(long pid) throws IOException, InterruptedException {
        NodeUnderTest.signal("STOP", pid);
        try {
            TimeUnit.SECONDS.sleep(8);
        } finally {
            NodeUnderTest.signal("CONT", pid);
        }
    }
}
