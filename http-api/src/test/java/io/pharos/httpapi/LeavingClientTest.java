package io.pharos.httpapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryResult;
import io.pharos.timeseries.labels.Labels;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LeavingClientTest {
    /** Eight thousand regressions over up to a million points each: a minute or more in one series. */
    private static final String LARGE =
            "/api/v1/query_range?query=deriv((m)%5B2000s:2ms%5D)&start=0&end=4000&step=0.5" + "&lookback_delta=1h";

    @Test
    void anEvaluationEndsWhenTheConnectionOfItsClientDoes() throws Exception {
        MemoryQueries memory = new MemoryQueries();
        memory.add(Labels.of("__name__", "m"), 0, 1);
        memory.add(Labels.of("__name__", "m"), 60_000, 2);
        try (ApiFixture fixture = new ApiFixture(memory)) {
            try (Socket socket = new Socket(
                    InetAddress.getLoopbackAddress(), fixture.api.address().getPort())) {
                socket.getOutputStream()
                        .write(("GET " + LARGE + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                await().atMost(Duration.ofMinutes(2)).until(() -> memory.last != null);
            }
            CompletableFuture<QueryResult> asked = Objects.requireNonNull(memory.last);
            await().atMost(Duration.ofMinutes(4)).until(asked::isDone);
            // Had it run on, it would have an answer or have run out of time.
            assertThatThrownBy(asked::join)
                    .cause()
                    .isInstanceOfSatisfying(
                            QueryException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(QueryException.Kind.CANCELED));
        }
    }
}
