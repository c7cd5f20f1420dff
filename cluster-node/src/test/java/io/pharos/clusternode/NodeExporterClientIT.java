package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node scrapes a real node exporter: everything it exposes is stored, its absence shows, and it comes back. */
class NodeExporterClientIT {
    @TempDir
    Path folder;

    private final int port = NodeUnderTest.freePort();
    private final URI metrics = URI.create("http://127.0.0.1:" + port + "/metrics");

    NodeExporterClientIT() throws IOException {}

    @Test
    void whatIsExposedIsStoredAndWhatIsGoneEnds() throws Exception {
        Path configuration = Files.writeString(folder.resolve("prometheus.yml"), """
                scrape_configs:
                  - job_name: node
                    scrape_interval: 1s
                    static_configs:
                      - targets: ['127.0.0.1:%d']
                        labels: {rack: a1}
                """.formatted(port));
        try (NodeUnderTest node =
                NodeUnderTest.start(folder.resolve("data"), "--prometheus", configuration.toString())) {
            try (ClientProgram exporter = exporter()) {
                awaitNumber(node, "up{job=\"node\"}", 1);
                Set<String> exposed = exposedSeriesNames();
                assertThat(exposed).hasSizeGreaterThan(100);
                Awaitility.await("every name that is exposed is stored")
                        .atMost(Duration.ofMinutes(3))
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(() -> storedNames(node).containsAll(exposed));
                // What one scrape stored is what it counted: no series was merged or lost.
                awaitNumber(
                        node,
                        "count({job=\"node\",__name__!~\"up|scrape_.*\"}) == bool on () max(scrape_samples_scraped)",
                        1);
                awaitNumber(node, "count(node_uname_info{rack=\"a1\",instance=\"127.0.0.1:" + port + "\"})", 1);
                // Time passes in all modes together as fast as there are processors.
                awaitNumber(
                        node,
                        "sum(rate(node_cpu_seconds_total[10s])) > bool 0.5 * count(node_cpu_seconds_total{mode=\"idle\"})",
                        1);
                Awaitility.await("the target is up")
                        .atMost(Duration.ofMinutes(3))
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .untilAsserted(() -> {
                            JsonNode target = node.get("/api/v1/targets").at("/data/activeTargets/0");
                            assertThat(target.path("health").asText())
                                    .as(target.toString())
                                    .isEqualTo("up");
                            assertThat(target.path("scrapeUrl").asText()).isEqualTo(metrics.toString());
                        });
                assertThat(node.get("/api/v1/metadata?metric=node_cpu_seconds_total")
                                .at("/data/node_cpu_seconds_total/0/type")
                                .asText())
                        .isEqualTo("counter");
                assertThat(exporter.isAlive()).isTrue();
            }
            awaitNumber(node, "up{job=\"node\"}", 0);
            awaitNumber(node, "absent({job=\"node\",__name__=~\"node_.+\"})", 1);
            assertThat(node.get("/api/v1/targets")
                            .at("/data/activeTargets/0/lastError")
                            .asText())
                    .isNotEmpty();
            try (ClientProgram again = exporter()) {
                awaitNumber(node, "up{job=\"node\"}", 1);
                awaitNumber(node, "count(node_uname_info)", 1);
                assertThat(again.isAlive()).isTrue();
            }
        }
    }

    private ClientProgram exporter() throws IOException {
        return ClientProgram.start(
                "prometheus-node-exporter",
                "prometheus-node-exporter",
                folder.resolve("exporter.log"),
                metrics,
                "--web.listen-address=127.0.0.1:" + port);
    }

    /** The names of the samples of the text exposition, read as simply as can be. */
    private Set<String> exposedSeriesNames() throws IOException, InterruptedException {
        String text = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        return text.lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> storedNames(NodeUnderTest node) throws IOException, InterruptedException {
        Set<String> names = new TreeSet<>();
        node.get("/api/v1/label/__name__/values").path("data").forEach(name -> names.add(name.asText()));
        return names;
    }

    private static void awaitNumber(NodeUnderTest node, String expression, double expected) {
        Awaitility.await(expression + " is " + expected)
                .atMost(Duration.ofMinutes(3))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> node.query(expression).at("/0/value/1").asDouble(Double.NaN) == expected);
    }
}
