package io.pharos.httpapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pharos.httpapi.server.Times;
import io.pharos.promql.query.PlanNode;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryService.Found;
import io.pharos.promql.query.QueryStatistics;
import io.pharos.promql.query.QueryValue;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.Exemplar;
import io.pharos.timeseries.sample.SeriesExemplars;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryRoutesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    final ApiFixture fixture = new ApiFixture();

    @BeforeEach
    void reset() {
        fixture.queries.answer = FakeQueries.value(new QueryValue.Vector(List.of()));
        fixture.queries.series = List.of();
        fixture.queries.strings = List.of();
        fixture.queries.warnings = List.of();
        fixture.queries.asked = "";
    }

    @Test
    void vectorsAreWrittenAsPrometheusWritesThem() {
        fixture.queries.answer = FakeQueries.value(new QueryValue.Vector(List.of(
                new QueryValue.VectorSample(Labels.of("__name__", "up", "a", "x\"y"), 1_700_000_000_123L, 1e-7),
                new QueryValue.VectorSample(Labels.EMPTY, 1_700_000_000_000L, Double.NaN))));
        assertThat(fixture.get("/api/v1/query?query=up").body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
                        + "{\"metric\":{\"__name__\":\"up\",\"a\":\"x\\\"y\"},\"value\":[1700000000.123,\"1e-07\"]},"
                        + "{\"metric\":{},\"value\":[1700000000,\"NaN\"]}]}}");
    }

    @Test
    void matricesAreWrittenAsPrometheusWritesThem() {
        fixture.queries.answer = FakeQueries.value(new QueryValue.Matrix(List.of(new QueryValue.MatrixSeries(
                Labels.of("a", "b"), new long[] {-1, 10_010}, new double[] {Double.POSITIVE_INFINITY, 2.5}))));
        assertThat(fixture.get("/api/v1/query_range?query=x&start=0&end=1&step=1")
                        .body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
                        + "{\"metric\":{\"a\":\"b\"},\"values\":[[-0.001,\"+Inf\"],[10.010,\"2.5\"]]}]}}");
    }

    @Test
    void scalarsAndStringsAreWrittenAsPrometheusWritesThem() {
        fixture.queries.answer = FakeQueries.value(new QueryValue.Scalar(4000, 2));
        assertThat(fixture.get("/api/v1/query?query=2").body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[4,\"2\"]}}");
        fixture.queries.answer = FakeQueries.value(new QueryValue.Text(4000, "é\n"));
        assertThat(fixture.get("/api/v1/query?query=x").body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"resultType\":\"string\",\"result\":[4,\"é\\n\"]}}");
    }

    @Test
    void emptyResultsAreEmptyArrays() {
        assertThat(fixture.get("/api/v1/query?query=x").body()).endsWith("\"result\":[]}}");
        fixture.queries.answer = FakeQueries.value(new QueryValue.Matrix(List.of()));
        assertThat(fixture.get("/api/v1/query?query=x").body()).endsWith("\"result\":[]}}");
        assertThat(fixture.get("/api/v1/labels").body()).isEqualTo("{\"status\":\"success\",\"data\":[]}");
    }

    @Test
    void exemplarsComeBySeries() {
        // The first one is Grafana's probe of a data source, which names milliseconds.
        assertThat(fixture.get("/api/v1/query_exemplars?query=test&start=1700000000000&end=1700000001000")
                        .body())
                .isEqualTo("{\"status\":\"success\",\"data\":[]}");
        assertThat(fixture.exemplarsAsked).isEqualTo("test " + Times.MAX_MILLIS + " " + Times.MAX_MILLIS);
        fixture.exemplarAnswer = new Found<>(
                List.of(
                        new SeriesExemplars(
                                Labels.of("__name__", "x_bucket", "le", "+Inf"),
                                List.of(
                                        new Exemplar(Labels.of("trace_id", "ab"), 0.25, 1_700_000_000_123L, true),
                                        new Exemplar(
                                                Labels.EMPTY, Double.POSITIVE_INFINITY, 1_700_000_001_000L, true))),
                        new SeriesExemplars(
                                Labels.of("__name__", "y"), List.of(new Exemplar(Labels.EMPTY, 6, 5, false)))),
                List.of("partial result"));
        try {
            assertThat(fixture.get("/api/v1/query_exemplars?query=x&start=1&end=2.5")
                            .body())
                    .isEqualTo("{\"status\":\"success\",\"data\":["
                            + "{\"seriesLabels\":{\"__name__\":\"x_bucket\",\"le\":\"+Inf\"},\"exemplars\":["
                            + "{\"labels\":{\"trace_id\":\"ab\"},\"value\":\"0.25\",\"timestamp\":1700000000.123},"
                            + "{\"labels\":{},\"value\":\"+Inf\",\"timestamp\":1700000001}]},"
                            + "{\"seriesLabels\":{\"__name__\":\"y\"},\"exemplars\":["
                            + "{\"labels\":{},\"value\":\"6\",\"timestamp\":0.005}]}],"
                            + "\"warnings\":[\"partial result\"]}");
        } finally {
            fixture.exemplarAnswer = new Found<>(List.of(), List.of());
        }
        assertThat(fixture.exemplarsAsked).isEqualTo("x 1000 2500");
        assertThat(fixture.get("/api/v1/query_exemplars?query=x&start=2&end=1").statusCode())
                .isEqualTo(400);
    }

    @Test
    void warningsAndInfosFollowTheDataAndAreCutAtTen() {
        List<String> warnings = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            warnings.add("w" + i);
        }
        fixture.queries.answer = CompletableFuture.completedFuture(
                new QueryResult(new QueryValue.Scalar(0, 1), warnings, List.of("an info (1:2)"), QueryStatistics.NONE));
        String body = fixture.get("/api/v1/query?query=1").body();
        assertThat(body).endsWith("\"w9\",\"2 more warnings omitted\"],\"infos\":[\"an info (1:2)\"]}");
    }

    @Test
    void statisticsComeWhenAskedFor() throws IOException {
        JsonNode data = JSON.readTree(
                        fixture.get("/api/v1/query?query=1&stats=all").body())
                .get("data");
        assertThat(data.at("/stats/samples/totalQueryableSamples").asLong()).isEqualTo(12);
        assertThat(data.at("/stats/timings/evalTotalTime").asDouble()).isEqualTo(0.0015);
        assertThat(JSON.readTree(fixture.get("/api/v1/query?query=1").body())
                        .at("/data/stats")
                        .isMissingNode())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET  | /api/v1/query?query=up                                  |                          | instant up 1795176000000",
                "GET  | /api/v1/query?query=up&time=1.5                         |                          | instant up 1500",
                "GET  | /api/v1/query?query=up&time=2015-07-01T20:10:51.781Z    |                          | instant up 1435781451781",
                "GET  | /api/v1/query?query=up&time=2015-07-01T22:10:51%2B02:00 |                          | instant up 1435781451000",
                "GET  | /api/v1/query?query=a%7Bb%3D%22c+d%22%7D&time=1         |                          | instant a{b=\"c d\"} 1000",
                "POST | /api/v1/query                                           | query=up%20%2B+1&time=1  | instant up + 1 1000",
                "POST | /api/v1/query?query=up&time=3                           |                          | instant up 3000",
                "POST | /api/v1/query?query=up&time=3                           | query=down               | instant down 3000",
                "GET  | /api/v1/query_range?query=up&start=1&end=61&step=15     |                          | range up 1000 61000 15000",
                "GET  | /api/v1/query_range?query=up&start=1&end=61&step=1m30s  |                          | range up 1000 61000 90000",
                "POST | /api/v1/query_range                                     | query=up&start=0.1004&end=9&step=0.5 | range up 100 9000 500",
                "GET  | /api/v1/series?match[]=up&match%5B%5D=%7Ba=%22b%22%7D   |                          | series [[__name__=\"up\"], [a=\"b\"]]",
                "POST | /api/v1/labels                                          | match[]=up               | labels [[__name__=\"up\"]]",
                "GET  | /api/v1/label/job/values                                |                          | values job []",
                "GET  | /api/v1/label/U__cpu_2e_load/values?match[]=up          |                          | values cpu.load [[__name__=\"up\"]]",
                "GET  | /api/v1/label/U__a__b/values                            |                          | values a_b []",
                "GET  | /api/v1/label/a%2Fb/values                              |                          | values a/b []",
            })
    void parametersReachTheQuery(String method, String target, String body, String asked) {
        String path = target.trim();
        String escaped = path.replace("[", "%5B").replace("]", "%5D");
        BodyPublisherOf publisher = new BodyPublisherOf(body);
        for (String type : List.of("application/x-www-form-urlencoded", "application/json", "text/plain")) {
            HttpResponse<String> response = fixture.send(
                    fixture.to(escaped).header("Content-Type", type).method(method, publisher.publisher()));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(fixture.queries.asked).isEqualTo(asked);
        }
    }

    @Test
    void bracketsAndPlusSignsNeedNoEscapes() throws IOException {
        assertThat(raw("GET /api/v1/series?match[]={a=\"b\"} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(fixture.queries.asked).isEqualTo("series [[a=\"b\"]]");
    }

    @Test
    void optionsReachTheQuery() {
        fixture.get("/api/v1/query?query=up&timeout=5s&lookback_delta=90&limit=7");
        QueryOptions options = Objects.requireNonNull(fixture.queries.options);
        assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.lookback()).isEqualTo(Duration.ofSeconds(90));
        assertThat(options.limit()).isEqualTo(7);
        assertThat(options.partialAllowed()).isFalse();
        fixture.get("/api/v1/query?query=up&timeout=5h");
        assertThat(Objects.requireNonNull(fixture.queries.options).timeout()).isEqualTo(Duration.ofMinutes(2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/v1/query?query=up&time=abc | invalid parameter \"time\": cannot parse \"abc\" to a valid timestamp",
                "/api/v1/query?query=up&time=%2B999999999-12-31T23:59:59Z | invalid parameter \"time\": cannot parse \"+999999999-12-31T23:59:59Z\" to a valid timestamp",
                "/api/v1/query?query=up&timeout=x | invalid parameter \"timeout\": cannot parse \"x\" to a valid duration",
                "/api/v1/query?query=up&limit=-1 | invalid parameter \"limit\": limit must be non-negative",
                "/api/v1/query?query=up&lookback_delta=x | error parsing lookback delta duration: cannot parse \"x\" to a valid duration",
                "/api/v1/query_range?query=up&end=1&step=1 | invalid parameter \"start\": cannot parse \"\" to a valid timestamp",
                "/api/v1/query_range?query=up&start=2&end=1&step=1 | invalid parameter \"end\": end timestamp must not be before start time",
                "/api/v1/query_range?query=up&start=1&end=2&step=0 | invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer",
                "/api/v1/query_range?query=up&start=1&end=2&step=1d2 | invalid parameter \"step\": cannot parse \"1d2\" to a valid duration",
                "/api/v1/query_range?query=up&start=1&end=2&step=1e300 | invalid parameter \"step\": cannot parse \"1e300\" to a valid duration. It overflows int64",
                "/api/v1/query_range?query=up&start=0&end=11001&step=1 | exceeded maximum resolution of 11,000 points per timeseries (pharos.promql.steps-max). Try decreasing the query resolution (?step=XX)",
                "/api/v1/series | no match[] parameter provided",
                "/api/v1/series?match%5B%5D=%7B%7D | invalid parameter \"match[]\": match[] must contain at least one non-empty matcher",
                "/api/v1/labels?start=2&end=1 | invalid parameter \"end\": end timestamp must not be before start time",
                "/api/v1/rules?type=x | invalid parameter \"type\": not supported value \"x\"",
                "/api/v1/metadata?limit=x | limit must be a number",
            })
    void badParametersAreNamed(String target, String error) throws IOException {
        String answer = raw("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 400").contains("Content-Type: application/json");
        JsonNode json = JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        assertThat(json.get("status").asText()).isEqualTo("error");
        assertThat(json.get("errorType").asText()).isEqualTo("bad_data");
        assertThat(json.get("error").asText()).isEqualTo(error);
    }

    @Test
    void formsThatAreNoneAreRefused() {
        HttpResponse<String> response = fixture.form("/api/v1/query", "query=%zz");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("error parsing form values: invalid URL escape \\\"%zz\\\"");
        assertThat(fixture.form("/api/v1/query", "query=%ff").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BAD_DATA    | 400 | bad_data    | invalid parameter \"query\": 1:2: parse error: no",
                "EXECUTION   | 422 | execution   | 1:2: parse error: no",
                "CANCELED    | 499 | canceled    | 1:2: parse error: no",
                "TIMEOUT     | 503 | timeout     | 1:2: parse error: no",
                "UNAVAILABLE | 503 | unavailable | 1:2: parse error: no",
                "INTERNAL    | 500 | internal    | 1:2: parse error: no",
            })
    void failuresHaveTheirCodes(QueryException.Kind kind, int code, String type, String text) throws IOException {
        fixture.queries.answer = FakeQueries.failure(kind, "1:2: parse error: no");
        HttpResponse<String> response = fixture.form("/api/v1/query", "query=x");
        assertThat(response.statusCode()).isEqualTo(code);
        JsonNode json = JSON.readTree(response.body());
        assertThat(json.get("errorType").asText()).isEqualTo(type);
        assertThat(json.get("error").asText()).isEqualTo(text);
    }

    @Test
    void selectorsThatDoNotParseAreRefusedWithTheirPosition() {
        HttpResponse<String> response = fixture.get("/api/v1/series?match%5B%5D=up%7Ba");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .contains("invalid parameter \\\"match[]\\\": 1:")
                .contains("parse error");
    }

    @Test
    void seriesAndValuesAreListed() {
        fixture.queries.series = List.of(Labels.of("__name__", "up", "job", "a"));
        fixture.queries.warnings = List.of("results truncated due to limit");
        assertThat(fixture.get("/api/v1/series?match%5B%5D=up").body())
                .isEqualTo("{\"status\":\"success\",\"data\":[{\"__name__\":\"up\",\"job\":\"a\"}],"
                        + "\"warnings\":[\"results truncated due to limit\"]}");
        fixture.queries.warnings = List.of();
        fixture.queries.strings = List.of("a", "b");
        assertThat(fixture.get("/api/v1/label/job/values").body())
                .isEqualTo("{\"status\":\"success\",\"data\":[\"a\",\"b\"]}");
    }

    @Test
    void queriesAreFormatted() {
        assertThat(fixture.form("/api/v1/format_query", "query=sum(up)by(a)%2B1")
                        .body())
                .isEqualTo("{\"status\":\"success\",\"data\":\"sum by (a) (up) + 1\"}");
    }

    @Test
    void aPlanIsShownWhereAllStatisticsAreAskedFor() {
        PlanNode part = new PlanNode("sum(up)", "aggregate, 2 answers", 3, 12, 5, 1.5, List.of());
        fixture.queries.answer = CompletableFuture.completedFuture(new QueryResult(
                        new QueryValue.Vector(List.of()),
                        List.of(),
                        List.of(),
                        new QueryStatistics(12, 3, 5, 1_500_000))
                .withPlan(new PlanNode("abs()", "root", 1, 0, 0, 0.25, List.of(part))));
        assertThat(fixture.get("/api/v1/query?query=x&stats=all").body())
                .contains(
                        "\"plan\":{\"what\":\"abs()\",\"where\":\"root\",\"series\":1,\"samples\":0,\"chunks\":0,\"millis\":0.25,"
                                + "\"children\":[{\"what\":\"sum(up)\",\"where\":\"aggregate, 2 answers\",\"series\":3,"
                                + "\"samples\":12,\"chunks\":5,\"millis\":1.5,\"children\":[]}]}");
        assertThat(fixture.get("/api/v1/query?query=x&stats=true").body()).doesNotContain("plan");
    }

    @Test
    void longQueriesAreFormattedOverSeveralLines() {
        String query = "sum by (instance_with_a_long_name) (rate(a_metric_with_a_rather_long_name_total[5m]))"
                + " / sum(rate(b[5m]))";
        assertThat(fixture.form("/api/v1/format_query", "query=" + query).body())
                .isEqualTo("{\"status\":\"success\",\"data\":\"  sum by (instance_with_a_long_name)"
                        + " (rate(a_metric_with_a_rather_long_name_total[5m]))\\n/\\n  sum(rate(b[5m]))\"}");
    }

    @Test
    void queriesAreTakenApart() {
        assertThat(fixture.form("/api/v1/parse_query", "query=-rate(up{a!=%22b%22}[5m] offset 1m) > bool 2")
                        .body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"type\":\"binaryExpr\",\"op\":\">\","
                        + "\"lhs\":{\"type\":\"unaryExpr\",\"op\":\"-\",\"expr\":{\"type\":\"call\",\"func\":{"
                        + "\"name\":\"rate\",\"argTypes\":[\"matrix\"],\"variadic\":0,\"returnType\":\"vector\"},"
                        + "\"args\":[{\"type\":\"matrixSelector\",\"range\":300000,\"name\":\"up\",\"matchers\":["
                        + "{\"name\":\"__name__\",\"value\":\"up\",\"type\":\"=\"},"
                        + "{\"name\":\"a\",\"value\":\"b\",\"type\":\"!=\"}],\"offset\":60000,\"timestamp\":null,"
                        + "\"startOrEnd\":null,\"anchored\":false,\"smoothed\":false}]}},"
                        + "\"rhs\":{\"type\":\"numberLiteral\",\"val\":\"2\"},\"matching\":null,\"bool\":true}}");
        assertThat(fixture.form("/api/v1/parse_query", "query=up{").body()).contains("parse error");
    }

    @Test
    void histogramsAreWrittenWithTheirBuckets() {
        Histogram histogram = Histogram.exponential(
                0, 0.5, 2, 9, 4.5, HistogramBuckets.from(1, 3, 0, 1), HistogramBuckets.from(0, 3));
        String written = "{\"count\":\"9\",\"sum\":\"4.5\",\"buckets\":[[1,\"-1\",\"-0.5\",\"3\"],"
                + "[3,\"-0.5\",\"0.5\",\"2\"],[0,\"1\",\"2\",\"3\"],[0,\"4\",\"8\",\"1\"]]}";
        fixture.queries.answer = FakeQueries.value(new QueryValue.Vector(
                List.of(new QueryValue.VectorSample(Labels.of("a", "b"), 1500, Double.NaN, histogram))));
        assertThat(fixture.get("/api/v1/query?query=x").body())
                .contains("{\"metric\":{\"a\":\"b\"},\"histogram\":[1.500," + written + "]}");
        fixture.queries.answer = FakeQueries.value(new QueryValue.Matrix(List.of(new QueryValue.MatrixSeries(
                Labels.of("a", "b"), new long[] {1000, 2000, 3000}, new double[] {7, Double.NaN, 8}, new Histogram[] {
                    null, histogram, null
                }))));
        assertThat(fixture.get("/api/v1/query_range?query=x&start=1&end=3&step=1")
                        .body())
                .contains("{\"metric\":{\"a\":\"b\"},\"values\":[[1,\"7\"],[3,\"8\"]],\"histograms\":[[2," + written
                        + "]]}");
    }

    @Test
    void largeAnswersAreStreamedAndCompressed() throws IOException {
        fixture.queries.answer = FakeQueries.value(largeMatrix());
        HttpResponse<byte[]> plain = fixture.send(
                fixture.to("/api/v1/query_range?query=x&start=0&end=1&step=1"), BodyHandlers.ofByteArray());
        assertThat(plain.headers().firstValue("transfer-encoding")).contains("chunked");
        HttpResponse<byte[]> zipped = fixture.send(
                fixture.to("/api/v1/query_range?query=x&start=0&end=1&step=1").header("Accept-Encoding", "br, gzip"),
                BodyHandlers.ofByteArray());
        assertThat(zipped.headers().firstValue("content-encoding")).contains("gzip");
        assertThat(zipped.body().length).isLessThan(plain.body().length / 2);
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
            assertThat(in.readAllBytes()).isEqualTo(plain.body());
        }
        JsonNode result = JSON.readTree(plain.body()).at("/data/result");
        assertThat(result.size()).isEqualTo(50);
        for (JsonNode series : result) {
            assertThat(series.get("values").size()).isEqualTo(2500);
            assertThat(series.get("values").get(2499).get(1).asText()).isEqualTo("1249.5");
        }
    }

    @Test
    void gzipIsNotForcedOnThoseWhoRefuseIt() {
        fixture.queries.answer = FakeQueries.value(largeMatrix());
        HttpResponse<String> response =
                fixture.send(fixture.to("/api/v1/query?query=x").header("Accept-Encoding", "gzip;q=0, identity"));
        assertThat(response.headers().firstValue("content-encoding")).isEmpty();
    }

    @Test
    void aQueryIsCancelledWhenItsClientLeaves() throws IOException {
        CompletableFuture<QueryResult> never = new CompletableFuture<>();
        fixture.queries.answer = never;
        fixture.queries.options = null;
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), fixture.api.address().getPort())) {
            send(socket, "GET /api/v1/query?query=slow HTTP/1.1\r\nHost: x\r\n\r\n");
            await().atMost(Duration.ofMinutes(2)).until(() -> fixture.queries.options != null);
            assertThat(Objects.requireNonNull(fixture.queries.options)
                            .cancellation()
                            .isCancelled())
                    .isFalse();
        }
        await().atMost(Duration.ofMinutes(2))
                .until(() -> Objects.requireNonNull(fixture.queries.options)
                        .cancellation()
                        .isCancelled());
        never.complete(FakeQueries.value(new QueryValue.Scalar(0, 1)).join());
    }

    @Test
    void aQueryIsNotCancelledWhileItsClientWaits() throws IOException {
        for (String head : List.of("HTTP/1.1\r\nHost: x\r\nConnection: close", "HTTP/1.0", "HTTP/1.1\r\nHost: x")) {
            CompletableFuture<QueryResult> later = new CompletableFuture<>();
            fixture.queries.answer = later;
            fixture.queries.options = null;
            try (Socket socket = new Socket(
                    InetAddress.getLoopbackAddress(), fixture.api.address().getPort())) {
                send(socket, "POST /api/v1/query " + head + "\r\nContent-Length: 7\r\n\r\nquery=x");
                await().atMost(Duration.ofMinutes(2)).until(() -> fixture.queries.options != null);
                // Another request in between: had the first connection ended, its cancellation would be seen by now.
                assertThat(fixture.get("/-/healthy").statusCode()).isEqualTo(200);
                QueryOptions options = Objects.requireNonNull(fixture.queries.options);
                later.complete(FakeQueries.value(new QueryValue.Scalar(0, 1)).join());
                byte[] first = socket.getInputStream().readNBytes(15);
                assertThat(new String(first, StandardCharsets.US_ASCII)).contains("200");
                assertThat(options.cancellation().isCancelled()).as(head).isFalse();
            }
        }
    }

    @Test
    void theEndOfALastRequestIsNotItsClientLeaving() throws IOException {
        for (String head : List.of("HTTP/1.1\r\nHost: x\r\nConnection: close", "HTTP/1.0")) {
            CompletableFuture<QueryResult> later = new CompletableFuture<>();
            fixture.queries.answer = later;
            fixture.queries.options = null;
            try (Socket socket = new Socket(
                    InetAddress.getLoopbackAddress(), fixture.api.address().getPort())) {
                socket.setTcpNoDelay(true);
                send(socket, "POST /api/v1/query " + head + "\r\nContent-Length: 7\r\n\r\n");
                // A body that comes after its header is a stream of its own, with whose end the requests end.
                for (int i = 0; i < 10; i++) {
                    assertThat(fixture.get("/-/healthy").statusCode()).isEqualTo(200);
                }
                send(socket, "query=x");
                await().atMost(Duration.ofMinutes(2)).until(() -> fixture.queries.options != null);
                for (int i = 0; i < 10; i++) {
                    assertThat(fixture.get("/-/healthy").statusCode()).isEqualTo(200);
                }
                QueryOptions options = Objects.requireNonNull(fixture.queries.options);
                assertThat(options.cancellation().isCancelled()).as(head).isFalse();
                later.complete(FakeQueries.value(new QueryValue.Scalar(0, 1)).join());
                byte[] first = socket.getInputStream().readNBytes(15);
                assertThat(new String(first, StandardCharsets.US_ASCII)).contains("200");
            }
        }
    }

    private static QueryValue largeMatrix() {
        List<QueryValue.MatrixSeries> series = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            long[] times = new long[2500];
            double[] values = new double[2500];
            for (int j = 0; j < times.length; j++) {
                times[j] = j * 15_000L;
                values[j] = j / 2.0;
            }
            series.add(new QueryValue.MatrixSeries(Labels.of("i", Integer.toString(i)), times, values));
        }
        return new QueryValue.Matrix(series);
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), fixture.api.address().getPort())) {
            send(socket, request);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void send(Socket socket, String request) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(request.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** A body that a table may leave out. */
    private record BodyPublisherOf(String body) {
        java.net.http.HttpRequest.BodyPublisher publisher() {
            return body == null || body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        }
    }
}
