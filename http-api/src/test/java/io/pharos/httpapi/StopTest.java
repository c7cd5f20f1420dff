package io.pharos.httpapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryValue;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StopTest {
    @Test
    void aStopLetsAnswersUnderWayFinishAndAcceptsNoMore() throws Exception {
        try (ApiFixture fixture = new ApiFixture()) {
            CompletableFuture<QueryResult> later = new CompletableFuture<>();
            fixture.queries.answer = later;
            CompletableFuture<HttpResponse<String>> underWay = fixture.client.sendAsync(
                    fixture.to("/api/v1/query?query=slow").build(), BodyHandlers.ofString());
            await().atMost(Duration.ofMinutes(2)).until(() -> fixture.queries.options != null);
            var stopped = fixture.api.stop().toCompletableFuture();
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThatThrownBy(() ->
                                    fixture.client.send(fixture.to("/-/healthy").build(), BodyHandlers.ofString()))
                            .isInstanceOf(ConnectException.class));
            assertThat(stopped).isNotDone();
            later.complete(FakeQueries.value(new QueryValue.Scalar(0, 1)).join());
            assertThat(underWay.get(2, TimeUnit.MINUTES).statusCode()).isEqualTo(200);
            stopped.get(2, TimeUnit.MINUTES);
        }
    }

    @Test
    void aRequestOnAnOpenConnectionIsAnsweredWhileTheNodeStopsAndEndsTheConnection() throws Exception {
        try (ApiFixture fixture = new ApiFixture(null, Duration.ofMinutes(2));
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), fixture.api.address().getPort())) {
            socket.setSoTimeout(120_000);
            byte[] request = "GET /-/healthy HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            socket.getOutputStream().write(request);
            assertThat(head(in)).startsWith("HTTP/1.1 200").doesNotContainIgnoringCase("connection: close");
            in.skipNBytes("Pharos is healthy.\n".length());

            var stopped = fixture.api.stop().toCompletableFuture();
            socket.getOutputStream().write(request);
            assertThat(head(in)).startsWith("HTTP/1.1 200").containsIgnoringCase("connection: close");
            in.skipNBytes("Pharos is healthy.\n".length());
            assertThat(in.read()).as("the end of the connection").isEqualTo(-1);
            stopped.get(2, TimeUnit.MINUTES);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection ended after: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }
}
