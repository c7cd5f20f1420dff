package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;

/** The exemplars of Prometheus and those it wrote to Pharos, asked of both for the same expressions and times. */
record ExemplarComparison(URI prometheus, URI pharos) {
    private static final List<String> EXPRESSIONS = List.of(
            "histogram_quantile(0.9, sum by (le) (rate(traced_seconds_bucket[1m])))",
            "traced_total{path=\"/x\"}",
            "traced_seconds_bucket{le=\"0.1\"} or traced_total",
            "traced_seconds_sum");

    /** Waits until what was scraped in a stretch of time is equal at both, in all expressions; the last one has none. */
    void compare(long startMillis, long endMillis) throws IOException, InterruptedException {
        for (String expression : EXPRESSIONS) {
            Map<String, List<String>> theirs = exemplars(prometheus, expression, startMillis, endMillis);
            assertThat(theirs.isEmpty()).as(expression).isEqualTo(expression.equals("traced_seconds_sum"));
            Awaitility.await(expression)
                    .atMost(Duration.ofMinutes(3))
                    .untilAsserted(() -> assertThat(exemplars(pharos, expression, startMillis, endMillis))
                            .isEqualTo(theirs));
            assertThat(theirs.values()).allSatisfy(found -> assertThat(found).hasSizeGreaterThan(5));
        }
    }

    /** By the labels of their series, without the external one. */
    private static Map<String, List<String>> exemplars(URI server, String expression, long startMillis, long endMillis)
            throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create(server + "/api/v1/query_exemplars?start=" + startMillis / 1000.0
                                                + "&end=" + endMillis / 1000.0 + "&query="
                                                + URLEncoder.encode(expression, StandardCharsets.UTF_8)))
                                .timeout(Duration.ofSeconds(60))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        JsonNode answer = new ObjectMapper().readTree(response.body());
        assertThat(answer.path("status").asText()).as(response.body()).isEqualTo("success");
        Map<String, List<String>> found = new TreeMap<>();
        for (JsonNode series : answer.path("data")) {
            found.put(
                    labels(series.path("seriesLabels")),
                    StreamSupport.stream(series.path("exemplars").spliterator(), false)
                            .map(each -> each.path("timestamp").asDouble() + " "
                                    + Double.parseDouble(each.path("value").asText()) + " "
                                    + labels(each.path("labels")))
                            .sorted()
                            .toList());
        }
        return found;
    }

    private static String labels(JsonNode all) {
        Map<String, String> labels = new TreeMap<>();
        all.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        labels.remove("via");
        return labels.toString();
    }
}
