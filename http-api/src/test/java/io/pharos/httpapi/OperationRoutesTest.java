package io.pharos.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pharos.alerting.view.AlertState;
import io.pharos.alerting.view.AlertStatus;
import io.pharos.alerting.view.RuleGroupStatus;
import io.pharos.alerting.view.RuleStatus;
import io.pharos.collection.metadata.MetricMetadata;
import io.pharos.collection.metadata.MetricType;
import io.pharos.collection.target.ScrapeTargets;
import io.pharos.collection.target.TargetHealth;
import io.pharos.collection.target.TargetStatus;
import io.pharos.httpapi.admin.Readiness;
import io.pharos.timeseries.labels.Labels;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperationRoutesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    final ApiFixture fixture = new ApiFixture();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST   | /api/v1/label/job/values | GET, HEAD, OPTIONS",
                "PUT    | /api/v1/query            | GET, HEAD, POST, OPTIONS",
                "DELETE | /api/v1/series           | GET, HEAD, POST, OPTIONS",
                "GET    | /api/v1/write            | POST, OPTIONS",
                "GET    | /-/reload                | POST, PUT, OPTIONS",
                "GET    | /-/checkpoint            | POST, OPTIONS",
                "POST   | /api/v1/rules            | GET, HEAD, OPTIONS",
                "POST   | /api/v1/status/buildinfo | GET, HEAD, OPTIONS",
                "POST   | /some/page               | GET, HEAD, OPTIONS",
            })
    void aWrongMethodIsNotAllowed(String method, String path, String allow) {
        HttpResponse<String> response = fixture.send(fixture.to(path).method(method, BodyPublishers.ofString("x")));
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("allow")).contains(allow);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api",
                "/api/v1/nothing",
                "/api/v1/label//values",
                "/alertmanager/api/v2/status",
                "/config/v1/rules",
                "/ruler",
                "/-/quit",
                "/api/v1/label/a/b/values"
            })
    void clientsProbesNeverGetThePage(String path) throws IOException {
        HttpResponse<String> response = fixture.get(path);
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(JSON.readTree(response.body()).get("errorType").asText()).isEqualTo("not_found");
    }

    @Test
    void aPathThatCannotBeDecodedIsRefused() {
        HttpResponse<String> response = fixture.get("/api/v1/label/%ff/values");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"errorType\":\"bad_data\"", "is not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/alerts", "/graph?g0.expr=up"})
    void everyOtherPathIsThePage(String path) {
        HttpResponse<String> response = fixture.get(path);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("Pharos test page");
        assertThat(response.headers().firstValue("content-security-policy").orElse(""))
                .contains("script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(response.headers().firstValue("x-content-type-options")).contains("nosniff");
        String tag = response.headers().firstValue("etag").orElse("");
        HttpResponse<String> again = fixture.send(fixture.to(path).header("If-None-Match", tag));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void aNodeIsDrainedOrOnlyTheMovesAreNamed() {
        assertThat(post("/-/drain?node=a:1&dry_run=true").body())
                .contains("\"node\":\"a:8001\"", "series DRY_RUN", "\"shard\":3", "\"to\":\"b:1\"", "\"bytes\":345");
        assertThat(post("/-/drain?node=a:1").body()).contains("series DRAIN");
        assertThat(post("/-/drain?node=a:1&undo=true").body()).contains("series UNDO");
        assertThat(post("/-/drain?node=z:9").statusCode()).isEqualTo(400);
        assertThat(post("/-/drain?node=z:9").body()).contains("no member z:9");
        assertThat(post("/-/drain").body()).contains("the parameter node is missing");
        assertThat(post("/-/drain?node=a:1&undo=1&dry_run=1").statusCode()).isEqualTo(400);
        assertThat(fixture.get("/-/drain?node=a:1").statusCode()).isEqualTo(405);
    }

    private HttpResponse<String> post(String path) {
        return fixture.send(fixture.to(path).POST(BodyPublishers.noBody()));
    }

    @Test
    void hashedFilesNeverChange() {
        HttpResponse<String> response = fixture.get("/assets/app-0a1b2c.js");
        assertThat(response.headers().firstValue("cache-control")).contains("public, max-age=31536000, immutable");
        assertThat(response.headers().firstValue("content-type")).contains("text/javascript; charset=UTF-8");
        assertThat(fixture.get("/assets/none-0a1b2c.js").statusCode()).isEqualTo(404);
        assertThat(fixture.get("/..%2f..%2flogback-test.xml").body()).contains("Pharos test page");
    }

    @Test
    void healthAndReadinessAreToldApart() {
        assertThat(fixture.get("/-/healthy").body()).isEqualTo("Pharos is healthy.\n");
        assertThat(fixture.get("/-/ready").body()).isEqualTo("Pharos is ready.\n");
        fixture.readiness = Readiness.notYet("12 of 64 shards are recovering");
        HttpResponse<String> waiting = fixture.get("/-/ready");
        fixture.readiness = Readiness.READY;
        assertThat(waiting.statusCode()).isEqualTo(503);
        assertThat(waiting.body()).isEqualTo("Pharos is not ready: 12 of 64 shards are recovering\n");
        HttpResponse<String> head = fixture.send(fixture.to("/-/ready").method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void aReloadTellsWhatIsWrong() {
        int before = fixture.reloads.get();
        assertThat(fixture.send(fixture.to("/-/reload").PUT(BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(200);
        assertThat(fixture.reloads.get()).isEqualTo(before + 1);
        fixture.reloadErrors = List.of("prometheus.yml:3:5: unknown key 'jobs'");
        HttpResponse<String> refused = fixture.send(fixture.to("/-/reload").POST(BodyPublishers.noBody()));
        fixture.reloadErrors = List.of();
        assertThat(refused.statusCode()).isEqualTo(500);
        assertThat(refused.body()).contains("the old one stays").contains("prometheus.yml:3:5: unknown key 'jobs'");
    }

    @Test
    void aCheckpointIsMadeForThisHostButNotForForeignPages() {
        int before = fixture.checkpoints.get();
        assertThat(fixture.send(fixture.to("/-/checkpoint").POST(BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(204);
        assertThat(fixture.checkpoints.get()).isEqualTo(before + 1);
        HttpResponse<String> foreign = fixture.send(fixture.to("/-/checkpoint")
                .header("Origin", "http://elsewhere.example")
                .POST(BodyPublishers.noBody()));
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(fixture.checkpoints.get()).isEqualTo(before + 1);
    }

    @Test
    void otherPagesMayReadAnswersButNotPreflightWrites() {
        HttpResponse<String> read =
                fixture.send(fixture.to("/api/v1/query?query=up").header("Origin", "http://g"));
        assertThat(read.headers().firstValue("access-control-allow-origin")).contains("*");
        assertThat(fixture.get("/api/v1/query?query=up").headers().firstValue("access-control-allow-origin"))
                .isEmpty();
        HttpResponse<String> options = fixture.send(
                fixture.to("/api/v1/query").header("Origin", "http://g").method("OPTIONS", BodyPublishers.noBody()));
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(options.headers().firstValue("access-control-allow-methods")).contains("GET, POST, OPTIONS");
        HttpResponse<String> write = fixture.send(
                fixture.to("/api/v1/write").header("Origin", "http://g").method("OPTIONS", BodyPublishers.noBody()));
        assertThat(write.headers().firstValue("access-control-allow-origin")).isEmpty();
    }

    @Test
    void ownMetricsCountRequests() {
        fixture.get("/-/healthy");
        HttpResponse<String> response = fixture.get("/metrics");
        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("text/plain; version=0.0.4");
        assertThat(response.body()).contains("pharos_http_requests_total{code=\"200\",route=\"/-/healthy\"}");
    }

    @Test
    void statusPagesAnswer() throws IOException {
        assertThat(fixture.get("/version").body()).isEqualTo("pharos, version 0.1.0 (revision: abc)\n");
        assertThat(data("/api/v1/status/buildinfo").get("version").asText()).isEqualTo("0.1.0");
        assertThat(data("/api/v1/status/runtimeinfo").get("startTime").asText()).isEqualTo("2026-11-20T12:00:00Z");
        assertThat(data("/api/v1/status/flags").get("http.port").asText()).isEqualTo("9090");
        assertThat(data("/api/v1/status/config").get("yaml").asText()).isEqualTo("global: {}\n");
        JsonNode storage = data("/api/v1/status/storage");
        assertThat(storage.get("bytesPerSample").asDouble()).isEqualTo(1.2);
        assertThat(storage.at("/bytesByTable/log").asLong()).isEqualTo(5000);
        assertThat(storage.get("logBytes").asLong()).isEqualTo(77);
        assertThat(data("/api/v1/status/config").get("version").asLong()).isEqualTo(3);
        assertThat(data("/api/v1/status/config").get("drift").asText()).isEqualTo("rules.yml differs");
        JsonNode join = data("/api/v1/status/join");
        assertThat(join.path("seeds").get(0).asText()).isEqualTo("a:1");
        assertThat(join.path("shardCount").asInt()).isEqualTo(64);
        assertThat(join.path("cassandra").path("contactPoints").get(0).asText()).isEqualTo("c:9042");
        JsonNode cluster = data("/api/v1/status/cluster");
        assertThat(cluster.get("shardsNotRunning").asInt()).isEqualTo(1);
        assertThat(cluster.at("/shards/0/state").asText()).isEqualTo("recovering");
        assertThat(cluster.at("/shards/0/since").asText()).isEqualTo("2026-11-20T12:00:00Z");
        assertThat(cluster.at("/shards/0/samplesPerSecond").asDouble()).isEqualTo(0.3);
        assertThat(cluster.at("/members/0/log/lagSeconds").asDouble()).isEqualTo(1.5);
        assertThat(cluster.at("/members/0/memory/hotRatio").asDouble()).isEqualTo(0.75);
        assertThat(cluster.at("/members/0/storage/detail").asText()).isEqualTo("1 of 3 nodes answer");
        assertThat(cluster.at("/members/0/shards").asInt()).isEqualTo(1);
        assertThat(cluster.at("/members/1/answering").asBoolean()).isFalse();
        assertThat(cluster.at("/members/1/detail").asText()).isEqualTo("it did not answer within 2 s");
        assertThat(cluster.at("/refusals/too_old").asInt()).isEqualTo(3);
        assertThat(cluster.at("/oldestEvaluation/group").asText()).isEqualTo("watch");
        assertThat(cluster.at("/undeliveredNotifications").asInt()).isEqualTo(2);
        assertThat(cluster.at("/rollUps/0/resolution").asText()).isEqualTo("1m");
        assertThat(cluster.at("/rollUps/0/until").asText()).isEqualTo("2026-11-20T00:00:00Z");
        assertThat(cluster.at("/rollUps/0/lagSeconds").asDouble()).isEqualTo(5400);
        assertThat(cluster.at("/ruleGroups").asInt()).isEqualTo(4);
        assertThat(cluster.at("/failing/0").asText()).isEqualTo("nothing works");
        assertThat(data("/api/v1/status/notifications").get("delivered").asInt())
                .isEqualTo(2);
    }

    @Test
    void metadataIsListedByName() {
        fixture.metadata.put("a_total", new MetricMetadata(MetricType.COUNTER, "How many.", ""));
        fixture.metadata.put("b", new MetricMetadata(MetricType.GAUGE, "", "bytes"));
        assertThat(fixture.get("/api/v1/metadata").body())
                .isEqualTo("{\"status\":\"success\",\"data\":{"
                        + "\"a_total\":[{\"type\":\"counter\",\"help\":\"How many.\",\"unit\":\"\"}],"
                        + "\"b\":[{\"type\":\"gauge\",\"help\":\"\",\"unit\":\"bytes\"}]}}");
        assertThat(fixture.get("/api/v1/metadata?metric=b").body())
                .doesNotContain("a_total")
                .contains("gauge");
        assertThat(fixture.get("/api/v1/metadata?limit=1").body()).doesNotContain("gauge");
        assertThat(fixture.get("/api/v1/metadata?metric=none").body()).endsWith("\"data\":{}}");
    }

    @Test
    void rulesAreWrittenAsPrometheusWritesThem() throws IOException {
        AlertStatus alert = new AlertStatus(
                Map.of("alertname", "Hot", "pool", "a"),
                Map.of("summary", "a is hot"),
                AlertState.FIRING,
                ApiFixture.NOW,
                null,
                91.5);
        RuleStatus alerting = new RuleStatus(
                true,
                "Hot",
                "cpu > 90",
                Map.of("severity", "page"),
                Duration.ofMinutes(5),
                Duration.ZERO,
                Map.of("summary", "{{ $labels.pool }} is hot"),
                AlertState.FIRING,
                List.of(alert),
                RuleStatus.Health.OK,
                "",
                Duration.ofMillis(2),
                ApiFixture.NOW);
        RuleStatus recording = new RuleStatus(
                false,
                "cpu:sum",
                "sum(cpu)",
                Map.of(),
                Duration.ZERO,
                Duration.ZERO,
                Map.of(),
                AlertState.INACTIVE,
                List.of(),
                RuleStatus.Health.UNKNOWN,
                "",
                Duration.ZERO,
                null);
        fixture.groups = List.of(group("first", List.of(alerting, recording)), group("second", List.of(recording)));
        fixture.alerts = List.of(alert);
        String written = "{\"labels\":{\"alertname\":\"Hot\",\"pool\":\"a\"},"
                + "\"annotations\":{\"summary\":\"a is hot\"},\"state\":\"firing\","
                + "\"activeAt\":\"2026-11-20T12:00:00Z\",\"value\":\"9.15e+01\"}";
        assertThat(fixture.get("/api/v1/alerts").body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"alerts\":[" + written + "]}}");
        String rules = fixture.get("/api/v1/rules").body();
        assertThat(rules)
                .contains("{\"state\":\"firing\",\"name\":\"Hot\",\"query\":\"cpu > 90\",\"duration\":300,"
                        + "\"keepFiringFor\":0,\"labels\":{\"severity\":\"page\"},"
                        + "\"annotations\":{\"summary\":\"{{ $labels.pool }} is hot\"},\"alerts\":[" + written
                        + "],\"health\":\"ok\",\"evaluationTime\":0.002,"
                        + "\"lastEvaluation\":\"2026-11-20T12:00:00Z\",\"type\":\"alerting\"}")
                .contains("{\"name\":\"cpu:sum\",\"query\":\"sum(cpu)\",\"health\":\"unknown\","
                        + "\"evaluationTime\":0,\"lastEvaluation\":\"0001-01-01T00:00:00Z\",\"type\":\"recording\"}");
        assertThat(data("/api/v1/rules?type=alert").get("groups").size()).isEqualTo(1);
        assertThat(data("/api/v1/rules?rule_group=second").at("/groups/0/name").asText())
                .isEqualTo("second");
        assertThat(data("/api/v1/rules?rule_name%5B%5D=cpu:sum").get("groups").size())
                .isEqualTo(2);
        assertThat(data("/api/v1/rules?match%5B%5D=%7Bseverity=%22page%22%7D")
                        .at("/groups/0/rules")
                        .size())
                .isEqualTo(1);
        assertThat(data("/api/v1/rules?exclude_alerts=true")
                        .at("/groups/0/rules/0/alerts")
                        .size())
                .isZero();
        JsonNode page = data("/api/v1/rules?group_limit=1");
        assertThat(page.get("groups").size()).isEqualTo(1);
        String token = page.get("groupNextToken").asText();
        JsonNode next = data("/api/v1/rules?group_limit=1&group_next_token=" + token);
        assertThat(next.at("/groups/0/name").asText()).isEqualTo("second");
        assertThat(next.has("groupNextToken")).isFalse();
        assertThat(fixture.get("/api/v1/rules?group_limit=1&group_next_token=gone")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void targetsAreWrittenAsPrometheusWritesThem() throws IOException {
        TargetStatus target = new TargetStatus(
                Labels.of("__address__", "a:1", "job", "x"),
                Labels.of("instance", "a:1", "job", "x"),
                "x",
                "http://a:1/metrics",
                "http://a:1/metrics",
                "",
                Optional.of(ApiFixture.NOW),
                Duration.ofMillis(12),
                TargetHealth.UP,
                Duration.ofSeconds(15),
                Duration.ofSeconds(10));
        fixture.targets =
                new ScrapeTargets(List.of(target), List.of(new TargetStatus.Dropped(Labels.of("job", "y"), "y")), 1);
        assertThat(fixture.get("/api/v1/targets").body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"activeTargets\":[{"
                        + "\"discoveredLabels\":{\"__address__\":\"a:1\",\"job\":\"x\"},"
                        + "\"labels\":{\"instance\":\"a:1\",\"job\":\"x\"},\"scrapePool\":\"x\","
                        + "\"scrapeUrl\":\"http://a:1/metrics\",\"globalUrl\":\"http://a:1/metrics\",\"lastError\":\"\","
                        + "\"lastScrape\":\"2026-11-20T12:00:00Z\",\"lastScrapeDuration\":0.012,\"health\":\"up\","
                        + "\"scrapeInterval\":\"15s\",\"scrapeTimeout\":\"10s\"}],"
                        + "\"droppedTargets\":[{\"discoveredLabels\":{\"job\":\"y\"},\"scrapePool\":\"y\"}],"
                        + "\"droppedTargetCounts\":{\"y\":1}}}");
        assertThat(data("/api/v1/targets?state=active").get("droppedTargets").size())
                .isZero();
        assertThat(data("/api/v1/targets?scrapePool=y").get("activeTargets").size())
                .isZero();
    }

    private static RuleGroupStatus group(String name, List<RuleStatus> rules) {
        return new RuleGroupStatus(
                name, "rules.yml", Duration.ofSeconds(10), 0, rules, Duration.ZERO, ApiFixture.NOW, 0, true);
    }

    private JsonNode data(String target) throws IOException {
        HttpResponse<String> response = fixture.get(target);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body()).get("data");
    }

    @Test
    void whatHasMostSeriesIsAnsweredInPrometheusForm() throws Exception {
        assertThat(data("/api/v1/status/tsdb"))
                .isEqualTo(new ObjectMapper()
                        .readTree(
                                "{\"headStats\":{\"numSeries\":3,\"numLabelPairs\":4,\"chunkCount\":5,\"minTime\":1000,"
                                        + "\"maxTime\":2000},\"seriesCountByMetricName\":[{\"name\":\"up\",\"value\":2},"
                                        + "{\"name\":\"down\",\"value\":1}],\"labelValueCountByLabelName\":[{\"name\":\"job\","
                                        + "\"value\":2}],\"memoryInBytesByLabelName\":[{\"name\":\"job\",\"value\":30}],"
                                        + "\"seriesCountByLabelValuePair\":[]}"));
        for (String limit : List.of("0", "-1", "many")) {
            HttpResponse<String> refused = fixture.get("/api/v1/status/tsdb?limit=" + limit);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("limit must be a positive number", "bad_data");
        }
        assertThat(fixture.get("/api/v1/status/tsdb?limit=10001").body()).contains("limit must not exceed 10000");
        assertThat(fixture.get("/api/v1/status/tsdb?limit=7").body()).contains("\"warnings\":[\"too low\"]");
        assertThat(data("/api/v1/status/tsdb?limit=1").get("seriesCountByMetricName"))
                .hasSize(1);
    }
}
