package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryValue;
import io.pharos.promql.script.MemorySource;
import io.pharos.timeseries.labels.Labels;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/** The same series in a cluster and in this process, and what both say of them: parts on several nodes merge to what one evaluation gives. */
final class SingleEvaluation {
    private static final int SERIES = 60;
    private static final List<String> QUERIES = List.of(
            "sum by (zone) (rate(pushed[2m]))",
            "avg without (host) (pushed)",
            "stddev(pushed)",
            "topk(3, pushed)",
            "quantile by (zone) (0.9, pushed)",
            "count_values by (zone) (\"value\", pushed % 3)",
            "max_over_time(sum(pushed)[3m:20s])",
            "pushed / on (host) group_left sum by (host) (pushed)",
            "histogram_quantile(0.5, sum by (le) (rate(pushed_bucket[2m])))",
            "absent(nothing_at_all)");

    private final MemorySource single = new MemorySource();
    private final Map<Labels, Map<Long, Double>> series = new LinkedHashMap<>();
    private final long end;

    /** Series whose last samples are at a time. */
    SingleEvaluation(long endMillis) {
        end = endMillis;
        for (int i = 0; i < SERIES; i++) {
            boolean bucket = i % 3 == 2;
            Labels labels = Labels.of(
                    "__name__",
                    bucket ? "pushed_bucket" : "pushed",
                    "host",
                    "h" + i,
                    bucket ? "le" : "zone",
                    bucket ? List.of("1", "2", "+Inf").get(i / 3 % 3) : "z" + i % 4);
            Map<Long, Double> samples = new TreeMap<>();
            for (int step = 0; step <= 40; step++) {
                double value = step * (i + 1) + i % 7;
                samples.put(endMillis - (40 - step) * 5_000L, value);
                single.add(labels, endMillis - (40 - step) * 5_000L, value);
            }
            series.put(labels, samples);
        }
    }

    /** Writes them to a node. */
    void write(NodeUnderTest node) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(node.url().resolve("/api/v1/write"))
                                .timeout(Duration.ofMinutes(1))
                                .header("Content-Encoding", "snappy")
                                .header("Content-Type", "application/x-protobuf")
                                .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(RemoteWriteBody.of(series)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    }

    /** Asks a node everything, as soon as all of it is there. */
    void compare(NodeUnderTest node) throws IOException, InterruptedException {
        String counted = "count({__name__=~\"pushed.*\"})";
        Awaitility.await("what was written is there")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> values(ask(node, counted)).equals(Map.of(Labels.EMPTY, (double) SERIES)));
        Engine engine = new Engine(EngineSettings.defaults());
        for (String query : QUERIES) {
            Map<Labels, Double> expected = new TreeMap<>();
            QueryValue.Vector vector = (QueryValue.Vector)
                    engine.instant(query, end, QueryOptions.defaults(), single).value();
            vector.samples().forEach(sample -> expected.put(sample.labels(), sample.value()));
            assertThat(expected).as(query).isNotEmpty();
            Map<Labels, Double> found = values(answer(node, query));
            assertThat(found.keySet()).as(query).isEqualTo(expected.keySet());
            expected.forEach((labels, value) -> assertThat(found.get(labels))
                    .as("%s: %s", query, labels)
                    .isCloseTo(value, within(1e-12 * Math.abs(value))));
        }
    }

    /** The answer, in the end: a node may say that a shard cannot be reached now, and then it is asked again. */
    private JsonNode answer(NodeUnderTest node, String query) {
        return Awaitility.await(query)
                .atMost(Duration.ofMinutes(2))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> ask(node, query), answer -> true);
    }

    private JsonNode ask(NodeUnderTest node, String query) throws IOException, InterruptedException {
        JsonNode answer = node.get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + "&time="
                + end / 1000 + "." + String.format("%03d", end % 1000));
        if (!answer.path("status").asText().equals("success")) {
            throw new IOException(query + ": " + answer);
        }
        return answer.path("data").path("result");
    }

    private static Map<Labels, Double> values(JsonNode result) {
        Map<Labels, Double> values = new TreeMap<>();
        for (JsonNode sample : result) {
            Map<String, String> labels = new TreeMap<>();
            sample.path("metric")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            values.put(Labels.of(labels), sample.path("value").get(1).asDouble());
        }
        return values;
    }
}
