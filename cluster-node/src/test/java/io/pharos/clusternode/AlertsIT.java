package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pharos.clusternode.AlertingWorld.Told;
import io.pharos.clusternode.AlertingWorld.Webhook;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Alerts reach their receiver, and keep their state, whatever is away or killed at the wrong moment. */
class AlertsIT {
    private static final Logger LOG = LoggerFactory.getLogger(AlertsIT.class);

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    @Test
    @Timeout(1200)
    void anAlertIsToldWhileCassandraIsAwayAndRecordedWhenItIsBack() throws Exception {
        String rules = """
                groups:
                  - name: watch
                    interval: 10s
                    rules:
                      - {record: 'temperature:max', expr: max(temperature)}
                      - {alert: Hot, expr: temperature > 90, keep_firing_for: 10m}
                      - {alert: Pushed, expr: pushed > 0, keep_firing_for: 10m}
                """;
        try (AlertingWorld world = new AlertingWorld(folder, 10, rules);
                NodeUnderTest node = node(world, "alerts_store_away")) {
            await("a first evaluation", () -> !node.query("temperature:max").isEmpty());
            assertThat(node.post("/-/checkpoint").statusCode()).isEqualTo(204);

            long cassandra = SharedCassandra.get().pid();
            NodeUnderTest.signal("STOP", cassandra);
            try {
                long began = System.nanoTime();
                world.temperature(99);
                CompletableFuture<HttpResponse<String>> push = push(node, "pushed", 1);
                Awaitility.await("told while Cassandra is away")
                        .atMost(PATIENCE)
                        .until(() -> !world.told("Hot", "firing").isEmpty()
                                && !world.told("Pushed", "firing").isEmpty());
                said(
                        "from the condition to the webhook, Cassandra being away (promised: two intervals, 21 s in all)",
                        began);
                assertThat(push.join().statusCode()).isEqualTo(503);
            } finally {
                NodeUnderTest.signal("CONT", cassandra);
            }
            String hot = awaitFiring(node, "Hot");
            String pushed = awaitFiring(node, "Pushed");
            long back = System.nanoTime();
            await("what was told is recorded", () -> spooled() == 0);
            said("from Cassandra's return until all was recorded", back);

            node.kill();
            node.start();
            assertThat(awaitFiring(node, "Hot")).isEqualTo(hot);
            assertThat(awaitFiring(node, "Pushed")).isEqualTo(pushed);
            assertThat(world.told("Hot", "firing").stream().map(Told::key).distinct())
                    .hasSize(1);
            assertThat(world.told("Hot", "resolved")).isEmpty();
            assertThat(node.stop()).isZero();
        }
    }

    @Test
    @Timeout(1200)
    void whatAKillInterruptedGoesOnAfterIt() throws Exception {
        try (AlertingWorld world = new AlertingWorld(folder, 99, rules("temperature * 2"))) {
            world.webhook(Webhook.REFUSES);
            try (NodeUnderTest node = node(world, "alerts_killed")) {
                await("a first attempt", () -> !world.told("Hot", "firing").isEmpty());
                String hot = awaitFiring(node, "Hot");
                String slow = awaitState(node, "Slow", "pending");
                await(
                        "the alert's own series",
                        () -> node.query("ALERTS{alertname='Hot',alertstate='firing'}")
                                        .size()
                                == 1);
                await(
                        "since when the slow one is active",
                        () -> value(node, "ALERTS_FOR_STATE{alertname='Slow'}")
                                == (double) Instant.parse(slow).getEpochSecond());
                await("what is recorded", () -> value(node, "recorded") == 198);
                world.webhook(Webhook.HANGS);
                int before = world.told("Hot", "firing").size();
                await("an attempt that hangs", () -> world.told("Hot", "firing").size() > before);

                node.kill();
                world.webhook(Webhook.TAKES);
                long began = System.nanoTime();
                node.start();
                await(
                        "told after the kill",
                        () -> world.told("Hot", "firing").stream().anyMatch(Told::taken));
                said("from the start of the process to the webhook", began);
                assertThat(world.told("Hot", "firing").stream().map(Told::key).distinct())
                        .hasSize(1);
                assertThat(awaitFiring(node, "Hot")).isEqualTo(hot);
                assertThat(awaitState(node, "Slow", "pending")).isEqualTo(slow);

                reloads(world, node, hot);

                node.kill();
                world.temperature(10);
                long again = System.nanoTime();
                node.start();
                await(
                        "told that it is over",
                        () -> !world.told("Hot", "resolved").isEmpty());
                said("from the start of the process to the news that the alert is over", again);
                assertThat(node.stop()).isZero();
            }
        }
    }

    /** A faulty rule file changes nothing, a good one takes effect, and neither touches the alerts of rules that stay. */
    private void reloads(AlertingWorld world, NodeUnderTest node, String hot) throws Exception {
        world.rules(rules("temperature * ("));
        HttpResponse<String> refused = node.post("/-/reload");
        assertThat(refused.statusCode()).isEqualTo(500);
        assertThat(refused.body()).contains("rules.yml:5:");
        await("the reload is refused", () -> metric(node, "pharos_config_last_reload_successful") == 0);
        assertThat(awaitFiring(node, "Hot")).isEqualTo(hot);

        world.rules(rules("temperature * 3"));
        assertThat(node.post("/-/reload").statusCode()).isEqualTo(200);
        await("the reload is taken", () -> metric(node, "pharos_config_last_reload_successful") == 1);
        await("the new rule", () -> value(node, "recorded") == 297);
        assertThat(awaitFiring(node, "Hot")).isEqualTo(hot);

        world.rules("groups: [{nam: x}]\n");
        NodeUnderTest.signal("HUP", node.pid());
        await("the signal's reload is refused", () -> metric(node, "pharos_config_last_reload_successful") == 0);
        await(
                "and why",
                () -> Files.readString(folder.resolve("data/output.log")).contains("rules.yml:1:16"));
        world.rules(rules("temperature * 4"));
        NodeUnderTest.signal("HUP", node.pid());
        await("the signal's reload is taken", () -> value(node, "recorded") == 396);
        assertThat(awaitFiring(node, "Hot")).isEqualTo(hot);
        assertThat(world.told("Hot", "resolved")).isEmpty();
    }

    private NodeUnderTest node(AlertingWorld world, String keyspace) throws Exception {
        return NodeUnderTest.start(
                folder.resolve("data"),
                Stream.concat(Stream.of(world.options()), SharedCassandra.options(keyspace).stream())
                        .toArray(String[]::new));
    }

    private static String rules(String recorded) {
        return """
                groups:
                  - name: watch
                    interval: 1s
                    rules:
                      - {record: recorded, expr: '%s'}
                      - {alert: Hot, expr: "%s > 90"}
                      - {alert: Slow, expr: "%s > 5", for: 1h}
                """.formatted(recorded, AlertingWorld.TEMPERATURE, AlertingWorld.TEMPERATURE);
    }

    private static CompletableFuture<HttpResponse<String>> push(NodeUnderTest node, String metric, double value) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.url() + "/api/v1/write"))
                .timeout(Duration.ofMinutes(3))
                .header("Content-Encoding", "snappy")
                .header("Content-Type", "application/x-protobuf")
                .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                .POST(HttpRequest.BodyPublishers.ofByteArray(
                        RemoteWriteBody.of(metric, System.currentTimeMillis(), value)))
                .build();
        return HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    private int spooled() throws IOException {
        Path spool = folder.resolve("data/spool");
        if (!Files.exists(spool)) {
            return 0;
        }
        try (var files = Files.list(spool)) {
            return (int) files.count();
        }
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

    private static @Nullable JsonNode alert(NodeUnderTest node, String name) throws IOException, InterruptedException {
        for (JsonNode alert : node.get("/api/v1/alerts").path("data").path("alerts")) {
            if (alert.path("labels").path("alertname").asText().equals(name)) {
                return alert;
            }
        }
        return null;
    }

    /** Since when an alert is pending or firing; the empty string when it is not. */
    private static String active(NodeUnderTest node, String name) throws IOException, InterruptedException {
        JsonNode alert = alert(node, name);
        return alert == null ? "" : alert.path("activeAt").asText();
    }

    private static String state(NodeUnderTest node, String name) throws IOException, InterruptedException {
        JsonNode alert = alert(node, name);
        return alert == null ? "" : alert.path("state").asText();
    }

    private static String awaitFiring(NodeUnderTest node, String name) {
        return awaitState(node, name, "firing");
    }

    /** Waits until an alert is pending or firing; returns since when it is active. */
    private static String awaitState(NodeUnderTest node, String name, String state) {
        return Awaitility.await(name + " is " + state)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(
                        () -> state(node, name).equals(state)
                                ? Optional.of(active(node, name))
                                : Optional.<String>empty(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static double value(NodeUnderTest node, String expression) throws IOException, InterruptedException {
        JsonNode result = node.query(expression);
        return result.isEmpty()
                ? Double.NaN
                : result.get(0).path("value").get(1).asDouble();
    }

    private static double metric(NodeUnderTest node, String name) throws IOException, InterruptedException {
        String text = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(node.url() + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        return text.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }
}
