package io.pharos.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImportRoutesTest {
    private static final String JSON = """
            {"metric":{"__name__":"up","job":"a"},"values":[1,2.5],"timestamps":[1000,2000]}
            {"metric":{"__name__":"up","job":"b"},"values":[3],"timestamps":[1000]}
            {"metric":{"__name__":"up","job":"a"},"values":[4],"timestamps":[3000]}
            """;
    private static final Map<String, String> IMPORTED =
            Map.of("up{job=\"a\"}", "1000=1.0 2000=2.5 3000=4.0 ", "up{job=\"b\"}", "1000=3.0 ");

    @RegisterExtension
    final ApiFixture fixture = new ApiFixture();

    @BeforeEach
    void reset() {
        fixture.imported.clear();
        fixture.importResult = null;
    }

    private HttpResponse<String> post(String target, String type, String encoding, byte[] body) {
        var request = fixture.to(target).header("Content-Type", type).POST(BodyPublishers.ofByteArray(body));
        return fixture.send(encoding.isEmpty() ? request : request.header("Content-Encoding", encoding));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, String> imported() {
        Map<String, String> found = new TreeMap<>();
        for (SampleBatch batch : fixture.imported) {
            for (int series = 0; series < batch.seriesCount(); series++) {
                Labels labels = batch.labels(series);
                StringBuilder samples = new StringBuilder();
                for (int i = batch.sampleFrom()[series]; i < batch.sampleFrom()[series + 1]; i++) {
                    samples.append(batch.timestamps()[i])
                            .append('=')
                            .append(batch.values()[i])
                            .append(' ');
                }
                found.merge(labels.toString(), samples.toString(), String::concat);
            }
        }
        return found;
    }

    @Test
    void jsonLinesAreGatheredBySeries() {
        HttpResponse<String> response = post("/api/v1/import", "application/json", "", bytes(JSON));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
        assertThat(response.headers().firstValue("X-Pharos-Samples-Stored")).contains("4");
        assertThat(imported()).isEqualTo(IMPORTED);
    }

    @Test
    void compressedBodiesAreTaken() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(bytes(JSON));
        }
        for (Map.Entry<String, byte[]> body : Map.of("gzip", gzip.toByteArray(), "zstd", Zstd.compress(bytes(JSON)))
                .entrySet()) {
            fixture.imported.clear();
            HttpResponse<String> response = post("/api/v1/import", "application/json", body.getKey(), body.getValue());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
            assertThat(imported()).isEqualTo(IMPORTED);
        }
        HttpResponse<String> none = post("/api/v1/import", "application/json", "gzip", bytes(JSON));
        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(none.body()).contains("not gzip");
        assertThat(post("/api/v1/import", "application/json", "br", bytes(JSON)).statusCode())
                .isEqualTo(415);
    }

    @Test
    void badLinesAreNamedAndTheOthersStored() {
        HttpResponse<String> response = post(
                "/api/v1/import",
                "application/json",
                "",
                bytes("{\"metric\":{\"__name__\":\"up\"},\"values\":[1,x],\"timestamps\":[1,2]}\n" + JSON + "{}\n"));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .contains("4 samples stored", "2 of 5 lines left out")
                .contains("line 1, column 41: expected a number", "line 5, column 1: the field \"metric\" is missing");
        assertThat(imported()).isEqualTo(IMPORTED);
    }

    @Test
    void textAndCsvAreTakenByPathAndByType() {
        String text = "# HELP up x\nup{job=\"a\"} 1 1000\n\nup{job=\"a\"} 2.5 2000\nup 7\n";
        Map<String, String> expected = Map.of("up{job=\"a\", x=\"y\"}", "1000=1.0 2000=2.5 ", "up{x=\"y\"}", "5=7.0 ");
        for (String path : new String[] {"/api/v1/import/prometheus", "/api/v1/import"}) {
            fixture.imported.clear();
            HttpResponse<String> response =
                    post(path + "?extra_label=x%3Dy&timestamp=5", "text/plain", "", bytes(text));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
            assertThat(imported()).isEqualTo(expected);
        }
        String csv = "1,a,1,\n2,\"a\",2.5,9\n";
        String format = "?format=1:time:unix_s,2:label:job,3:metric:up,4:metric:down";
        for (String path : new String[] {"/api/v1/import/csv", "/api/v1/import"}) {
            fixture.imported.clear();
            HttpResponse<String> response = post(path + format, "text/csv", "", bytes(csv));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
            assertThat(imported())
                    .isEqualTo(Map.of("up{job=\"a\"}", "1000=1.0 2000=2.5 ", "down{job=\"a\"}", "2000=9.0 "));
        }
        HttpResponse<String> noFormat = post("/api/v1/import/csv", "text/csv", "", bytes(csv));
        assertThat(noFormat.statusCode()).isEqualTo(400);
        assertThat(noFormat.body()).contains("format: the columns must be named");
    }

    @Test
    void whatCannotBeStoredNowIsToBeSentAgain() {
        fixture.importResult = new AppendResult.Unavailable("shard 7 is recovering", Duration.ofSeconds(3));
        HttpResponse<String> response = post("/api/v1/import", "application/json", "", bytes(JSON));
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).contains("3");
        assertThat(response.body()).contains("shard 7 is recovering");
    }
}
