package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.promql.plan.RandomQueries;
import io.pharos.promql.plan.RandomSeries;
import io.pharos.promql.script.MemorySource;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.StaleMarker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus 2.42 and a node take the same random series by remote write and answer the same random expressions alike. */
class RandomQueriesClientIT {
    /*
     * Prometheus 3 changed what is on the left edge of a window. So samples are never on a full second while every edge is:
     * times of queries, ranges, offsets and lookback are whole seconds. Subqueries step at multiples of 45 and 60 seconds, and
     * START leaves 7 seconds of both. It also changed how far rate() goes back towards zero when the first sample is far from the edge:
     * so counters start high, and fall to no less than most of what they were.
     */
    private static final long BASE = 1_749_999_600_000L;
    private static final long START = BASE + 907_000;
    private static final long MIDDLE = BASE + 1_507_000;
    private static final long END = BASE + 1_807_000;
    private static final long STEP = 75_000;
    private static final int EXPRESSIONS = 400;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path folder;

    @Test
    void randomExpressionsOverRandomSeriesHaveTheSameAnswers() throws Exception {
        int port = NodeUnderTest.freePort();
        URI url = URI.create("http://127.0.0.1:" + port);
        Path configuration = Files.writeString(folder.resolve("prometheus.yml"), "global: {evaluation_interval: 1m}\n");
        try (ClientProgram prometheus = ClientProgram.start(
                        "prometheus",
                        "prometheus",
                        folder.resolve("prometheus.log"),
                        url.resolve("/-/ready"),
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + folder.resolve("prometheus"),
                        "--storage.tsdb.retention.time=100y",
                        "--web.enable-remote-write-receiver",
                        "--web.listen-address=127.0.0.1:" + port);
                // As long as the other keeps them: at this age roll-ups would answer.
                NodeUnderTest node = NodeUnderTest.start(
                        folder.resolve("data"), "--set", "pharos.storage.tiers=[{resolution=raw,retention=10y}]")) {
            long seed = 20_261_121;
            Random random = new Random(seed);
            byte[] body = RemoteWriteBody.of(series(random));
            write(url, body);
            write(node.url(), body);
            Awaitility.await("what was written is there")
                    .atMost(Duration.ofMinutes(3))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> !node.get("/api/v1/query?query=m0&time=" + MIDDLE / 1000)
                            .path("data")
                            .path("result")
                            .isEmpty());
            compare(
                    new PromQlComparison(url, node.url()),
                    RandomQueries.ofPrometheus2(random, BASE / 1000 + 1207),
                    random);
            assertThat(prometheus.isAlive()).isTrue();
        }
    }

    private static void compare(PromQlComparison comparison, RandomQueries queries, Random random) throws Exception {
        int nonEmpty = 0;
        for (int i = 0; i < EXPRESSIONS; i++) {
            String expression = queries.vector(1 + random.nextInt(4));
            int points =
                    comparison.random(expression, MIDDLE, MIDDLE, 0) + comparison.random(expression, START, END, STEP);
            nonEmpty += points > 0 ? 1 : 0;
        }
        System.out.printf(
                "%d expressions, %d with %d numbers, %d refused by both and %d by Prometheus alone, largest relative"
                        + " difference %.3g%n",
                EXPRESSIONS,
                nonEmpty,
                comparison.points(),
                comparison.refused(),
                comparison.stricter(),
                comparison.largest());
        assertThat(comparison.differences()).isEmpty();
        assertThat(nonEmpty).isGreaterThan(EXPRESSIONS / 3);
        assertThat(comparison.stricter())
                .as("expressions only Prometheus refused")
                .isLessThan(EXPRESSIONS / 10);
    }

    private void write(URI server, byte[] body) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(server.resolve("/api/v1/write"))
                        .timeout(Duration.ofMinutes(2))
                        .header("Content-Type", "application/x-protobuf")
                        .header("Content-Encoding", "snappy")
                        .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode() / 100).as(server + ": " + answer.body()).isEqualTo(2);
    }

    private static Map<Labels, NavigableMap<Long, Double>> series(Random random) {
        Map<Labels, NavigableMap<Long, Double>> series = new HashMap<>();
        RandomSeries.numbers(random).series().forEach((labels, samples) -> {
            String metric = labels.valueOf("__name__");
            if (!metric.startsWith("m") && !metric.equals("h_bucket")) {
                return;
            }
            NavigableMap<Long, Double> written = new TreeMap<>();
            double start = metric.startsWith("m") ? 5000 : 0;
            double before = Double.NEGATIVE_INFINITY;
            for (Map.Entry<Long, Double> sample : values(samples).entrySet()) {
                double value = sample.getValue();
                start = value < before ? 0.7 * start : start;
                before = Double.isNaN(value) ? before : value;
                written.put(BASE + sample.getKey() / 1000 * 1000 + 137, StaleMarker.is(value) ? value : value + start);
            }
            series.put(labels, written);
        });
        return series;
    }

    private static NavigableMap<Long, Double> values(Map<Long, MemorySource.Sample> samples) {
        NavigableMap<Long, Double> values = new TreeMap<>();
        samples.forEach((time, sample) -> values.put(time, sample.value()));
        return values;
    }
}
