package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus writes what it scrapes to a node, native histograms and exemplars too, and both answer the same questions alike. */
class PrometheusClientIT {
    private static final long WARM_UP_MILLIS = 20_000;
    private static final long COMPARED_MILLIS = 15_000;

    @TempDir
    Path folder;

    @Test
    void bothAnswerTheSameOverWhatPrometheusWrote() throws Exception {
        int exporterPort = NodeUnderTest.freePort();
        URI exporterUrl = URI.create("http://127.0.0.1:" + exporterPort + "/metrics");
        try (NodeUnderTest node = NodeUnderTest.start(folder.resolve("data"));
                ClientProgram exporter = ClientProgram.start(
                        "prometheus-node-exporter",
                        "prometheus-node-exporter",
                        folder.resolve("exporter.log"),
                        exporterUrl,
                        "--web.listen-address=127.0.0.1:" + exporterPort);
                NativeHistogramTarget histograms = new NativeHistogramTarget();
                TracedTarget traced = new TracedTarget()) {
            int port = NodeUnderTest.freePort();
            URI url = URI.create("http://127.0.0.1:" + port);
            try (ClientProgram prometheus = ClientProgram.start(
                    "prometheus",
                    "prometheus",
                    folder.resolve("prometheus.log"),
                    url.resolve("/-/ready"),
                    "--config.file=" + configuration(exporterPort, port, histograms.port(), traced.port(), node.port()),
                    "--enable-feature=native-histograms,exemplar-storage",
                    "--storage.tsdb.path=" + folder.resolve("prometheus"),
                    "--web.listen-address=127.0.0.1:" + port)) {
                compare(new PromQlComparison(url, node.url()), new ExemplarComparison(url, node.url()), node);
                assertThat(exporter.isAlive() && prometheus.isAlive()).isTrue();
            }
        }
    }

    private Path configuration(int exporterPort, int prometheusPort, int histogramsPort, int tracedPort, int nodePort)
            throws IOException {
        return Files.writeString(folder.resolve("prometheus.yml"), """
                global:
                  scrape_interval: 1s
                  external_labels: {via: prometheus}
                scrape_configs:
                  - job_name: node
                    static_configs: [{targets: ['127.0.0.1:%d']}]
                  - job_name: prometheus
                    static_configs: [{targets: ['127.0.0.1:%d']}]
                  - job_name: native
                    static_configs: [{targets: ['127.0.0.1:%d']}]
                  - job_name: traced
                    static_configs: [{targets: ['127.0.0.1:%d']}]
                remote_write:
                  - url: http://127.0.0.1:%d/api/v1/write
                    send_native_histograms: true
                    send_exemplars: true
                    # One at a time keeps the order: what a target counted later is not there before the rest.
                    queue_config: {batch_send_deadline: 500ms, max_shards: 1, max_samples_per_send: 5000}
                """.formatted(
                        exporterPort, prometheusPort, histogramsPort, tracedPort, nodePort));
    }

    private static void compare(PromQlComparison comparison, ExemplarComparison exemplars, NodeUnderTest node)
            throws Exception {
        // Asking all the while gives the histograms of Prometheus' own requests something to count.
        List<Long> times = new ArrayList<>();
        Awaitility.await("Prometheus has scraped long enough")
                .atMost(Duration.ofMinutes(10))
                .pollInterval(Duration.ofMillis(250))
                .until(() -> {
                    times.clear();
                    times.addAll(sampleTimes(comparison));
                    return !times.isEmpty();
                });
        long phase = phaseFarFromAll(times);
        long start = aligned(times.get(0) + WARM_UP_MILLIS, phase);
        long end = start + COMPARED_MILLIS;
        String written = "count(timestamp(up{via=\"prometheus\"}) > " + (end / 1000 + 1) + ")";
        Awaitility.await("Pharos has what was scraped until then")
                .atMost(Duration.ofMinutes(5))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> node.query(written).path(0).path("value").path(1).asInt() == 4);

        String rate = "rate(node_cpu_seconds_total{VIA}[10s])";
        for (long time = start; time <= end; time += 1000) {
            assertThat(comparison.instant(rate, time)).as(rate).isPositive();
        }
        comparison.range(rate, start, end, 250);
        assertThat(comparison.points()).as("numbers of " + rate).isGreaterThan(500);
        for (String template : expressions()) {
            String expression = template.replace("SHIFT", (1000 - phase) + "ms");
            int points = comparison.instant(expression, start)
                    + comparison.instant(expression, end)
                    + comparison.range(expression, start, end, 1000);
            assertThat(points).as("numbers of " + expression).isPositive();
        }
        exemplars.compare(start, end);
        assertThat(comparison.differences()).isEmpty();
        System.out.printf(
                "%d numbers compared, largest relative difference %.3g%n", comparison.points(), comparison.largest());
    }

    /** When the four targets were scraped; empty while any of them was not for long enough. */
    private static List<Long> sampleTimes(PromQlComparison comparison) throws IOException, InterruptedException {
        JsonNode series = comparison.prometheus("up[10m]", System.currentTimeMillis());
        long earliestEnd = Long.MAX_VALUE;
        TreeSet<Long> times = new TreeSet<>();
        for (JsonNode one : series) {
            TreeSet<Long> own = new TreeSet<>();
            one.path("values").forEach(pair -> own.add(Math.round(pair.path(0).asDouble() * 1000)));
            times.addAll(own);
            earliestEnd = Math.min(earliestEnd, own.last());
        }
        return series.size() < 4 || earliestEnd - times.first() <= WARM_UP_MILLIS + COMPARED_MILLIS + 3000
                ? List.of()
                : List.copyOf(times);
    }

    /** Prometheus 2 counts a sample on the left edge of a window and Pharos, as Prometheus 3, does not: no edge may meet one. */
    private static long phaseFarFromAll(List<Long> times) {
        long best = 0;
        long farthest = -1;
        for (long phase = 1; phase < 1000; phase++) {
            long nearest = Math.min(phase, 1000 - phase);
            for (long time : times) {
                long apart = Math.abs(time % 1000 - phase);
                nearest = Math.min(nearest, Math.min(apart, 1000 - apart));
            }
            if (nearest > farthest) {
                best = phase;
                farthest = nearest;
            }
        }
        assertThat(farthest).as("milliseconds between edges and samples").isPositive();
        return best;
    }

    private static long aligned(long millis, long phase) {
        return millis / 1000 * 1000 + 1000 + phase;
    }

    private static List<String> expressions() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(PrometheusClientIT.class.getResourceAsStream("same-as-prometheus.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }
}
