package io.pharos.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.AppendResult.Refusal;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import io.pharos.timeseries.sample.Exemplar;
import io.pharos.timeseries.sample.ExemplarBatch;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SeriesExemplars;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WriteRoutesTest {
    @RegisterExtension
    final ApiFixture fixture = new ApiFixture();

    @BeforeEach
    void reset() {
        fixture.written = null;
        fixture.writeResult = AppendResult.Decided.allOf(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/write", "/api/v1/push", "/api/prom/push"})
    void samplesReachTheSink(String path) throws IOException {
        HttpResponse<String> response = write(path, "application/x-protobuf", "snappy", body());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
        assertBatch();
    }

    @Test
    void aBodyWithoutALengthIsTakenToo() throws IOException {
        byte[] body = body();
        HttpResponse<String> response = fixture.send(
                fixture.to("/api/v1/write").POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));
        assertThat(response.statusCode()).isEqualTo(204);
        assertBatch();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/x-protobuf                                        | snappy | 204",
                "application/x-protobuf;proto=prometheus.WriteRequest          | snappy | 204",
                "application/x-protobuf;proto=io.prometheus.write.v2.Request   | snappy | 415",
                "application/json                                              | snappy | 415",
                "application/x-protobuf                                        | gzip   | 415",
            })
    void onlyRemoteWriteOneIsTaken(String type, String encoding, int code) throws IOException {
        assertThat(write("/api/v1/write", type, encoding, body()).statusCode()).isEqualTo(code);
    }

    @Test
    void exemplarsFollowTheirSamplesAndAreCountedInTheAnswer() throws IOException {
        // x{} with one sample at 1 ms and one exemplar without labels at 2 ms.
        byte[] message =
                HexFormat.of().parseHex("0a1b" + "0a0d" + "0a085f5f6e616d655f5f" + "120178" + "12021001" + "1a021802");
        message[1] = (byte) (message.length - 2);
        HttpResponse<String> response =
                write("/api/v1/write", "application/x-protobuf", "snappy", Snappy.compress(message));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
        assertThat(response.headers().firstValue("X-Prometheus-Remote-Write-Exemplars-Written"))
                .contains("1");
        assertThat(fixture.writtenExemplars)
                .isEqualTo(new ExemplarBatch(
                        List.of(new SeriesExemplars(
                                Labels.of("__name__", "x"), List.of(new Exemplar(Labels.EMPTY, 0, 2, true)))),
                        Map.of()));
        fixture.writtenExemplars = null;
        fixture.writeResult = new AppendResult.Unavailable("shard 3 is recovering", Duration.ofSeconds(1));
        assertThat(write("/api/v1/write", "application/x-protobuf", "snappy", Snappy.compress(message))
                        .statusCode())
                .isEqualTo(503);
        assertThat(fixture.writtenExemplars).as("all of it is sent again").isNull();
    }

    @Test
    void aMalformedBodyIsRefusedWithWhatIsWrong() throws IOException {
        HttpResponse<String> noSnappy =
                write("/api/v1/write", "application/x-protobuf", "snappy", "hello".getBytes(StandardCharsets.UTF_8));
        assertThat(noSnappy.statusCode()).isEqualTo(400);
        assertThat(noSnappy.body()).contains("snappy block");
        HttpResponse<String> noProtobuf = write(
                "/api/v1/write", "application/x-protobuf", "snappy", Snappy.compress(new byte[] {0x0a, 0x7f, 1, 2, 3}));
        assertThat(noProtobuf.statusCode()).isEqualTo(400);
        assertThat(noProtobuf.body()).contains("at byte");
    }

    @Test
    void aBodyBeyondTheLimitIsTooLarge() throws IOException {
        assertThat(write("/api/v1/write", "application/x-protobuf", "snappy", new byte[100_001])
                        .statusCode())
                .isEqualTo(413);
        HttpResponse<String> unannounced = fixture.send(fixture.to("/api/v1/write")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[200_000]))));
        assertThat(unannounced.statusCode()).isEqualTo(413);
    }

    @Test
    void refusedSamplesAreNamedAndCounted() throws IOException {
        fixture.writeResult = new AppendResult.Decided(
                5,
                List.of(
                        new Refusal("up{a=\"b\"}", 1000, 1.5, RefusalReason.TOO_OLD, "older than 1h"),
                        new Refusal(
                                "h",
                                7,
                                EncodedHistogram.ANY_MARK,
                                RefusalReason.INVALID_HISTOGRAM,
                                "schema 99 is not known")),
                Map.of(RefusalReason.TOO_OLD, 12, RefusalReason.DUPLICATE, 3, RefusalReason.INVALID_HISTOGRAM, 1));
        HttpResponse<String> response = write("/api/v1/write", "application/x-protobuf", "snappy", body());
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .isEqualTo(
                        "16 samples refused (12 too old, 3 duplicate sample for timestamp, 1 invalid histogram), 5 stored\n"
                                + "too old: up{a=\"b\"} at 1000 value 1.5: older than 1h\n"
                                + "invalid histogram: h at 7 a histogram: schema 99 is not known\n");
    }

    @Test
    void whoCannotBeServedIsToldWhenToComeAgain() throws IOException {
        fixture.writeResult = new AppendResult.Unavailable("shard 3 is recovering", Duration.ofMillis(2500));
        HttpResponse<String> response = write("/api/v1/write", "application/x-protobuf", "snappy", body());
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("retry-after")).contains("3");
        assertThat(response.body()).isEqualTo("shard 3 is recovering\n");
    }

    private HttpResponse<String> write(String path, String type, String encoding, byte[] body) {
        return fixture.send(fixture.to(path)
                .header("Content-Type", type)
                .header("Content-Encoding", encoding)
                .POST(BodyPublishers.ofByteArray(body)));
    }

    private void assertBatch() {
        SampleBatch batch = Objects.requireNonNull(fixture.written);
        assertThat(batch.sampleCount()).isEqualTo(1);
        assertThat(batch.labels(0).toString()).isEqualTo("up{job=\"a\"}");
        assertThat(batch.timestamps()[0]).isEqualTo(5);
        assertThat(batch.values()[0]).isEqualTo(1.5);
    }

    /** A WriteRequest of one series with one sample, written by hand. */
    private static byte[] body() throws IOException {
        ByteArrayOutputStream series = new ByteArrayOutputStream();
        field(series, 0x0a, label("__name__", "up"));
        field(series, 0x0a, label("job", "a"));
        ByteBuffer sample = ByteBuffer.allocate(11).order(ByteOrder.LITTLE_ENDIAN);
        sample.put((byte) 0x09).putDouble(1.5).put((byte) 0x10).put((byte) 5);
        field(series, 0x12, sample.array());
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        field(request, 0x0a, series.toByteArray());
        return Snappy.compress(request.toByteArray());
    }

    private static byte[] label(String name, String value) {
        ByteArrayOutputStream label = new ByteArrayOutputStream();
        field(label, 0x0a, name.getBytes(StandardCharsets.UTF_8));
        field(label, 0x12, value.getBytes(StandardCharsets.UTF_8));
        return label.toByteArray();
    }

    private static void field(ByteArrayOutputStream out, int tag, byte[] content) {
        out.write(tag);
        out.write(content.length);
        out.writeBytes(content);
    }
}
