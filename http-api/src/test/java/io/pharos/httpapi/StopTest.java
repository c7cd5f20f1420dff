package io.pharos.httpapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryValue;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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
            await().until(() -> fixture.queries.options != null);
            var stopped = fixture.api.stop().toCompletableFuture();
            await().untilAsserted(() -> assertThatThrownBy(
                            () -> fixture.client.send(fixture.to("/-/healthy").build(), BodyHandlers.ofString()))
                    .isInstanceOf(ConnectException.class));
            assertThat(stopped).isNotDone();
            later.complete(FakeQueries.value(new QueryValue.Scalar(0, 1)).join());
            assertThat(underWay.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            stopped.get(20, TimeUnit.SECONDS);
        }
    }
}
