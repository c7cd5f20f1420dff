package io.pharos.simulation.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WebhookPrinterTest {
    private static final String PAYLOAD = """
            {"version":"4","groupKey":"{}:{alertname=\\"PoolCpuHigh\\"}","status":"firing","receiver":"printer",
             "groupLabels":{"alertname":"PoolCpuHigh","pool":"web"},
             "alerts":[{"status":"firing","labels":{"alertname":"PoolCpuHigh","pool":"web","severity":"page"},
                        "annotations":{"summary":"pool web is busy"},"startsAt":"2026-01-01T00:00:00Z",
                        "endsAt":"0001-01-01T00:00:00Z"},
                       {"status":"resolved","labels":{"alertname":"PoolCpuHigh","pool":"web"},"annotations":{},
                        "startsAt":"2026-01-01T00:00:00Z","endsAt":"2026-01-01T00:01:00Z"}]}
            """;

    @Test
    void aNotificationIsOneLine() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (WebhookPrinter printer = WebhookPrinter.start(0, new PrintStream(printed, true, StandardCharsets.UTF_8))) {
            assertThat(post(printer.port(), PAYLOAD)).isEqualTo(200);
            assertThat(post(printer.port(), "{ not json")).isEqualTo(400);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "webhook FIRING {alertname=PoolCpuHigh, pool=web}: 2 alerts | {severity=page} pool web is busy"
                                + " (since 2026-01-01T00:00:00Z); {} (resolved 2026-01-01T00:01:00Z)");
    }

    private static int post(int port, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hook"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
