package io.pharos.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node answers that does not do everything. */
class RoleRoutesTest {
    private final ApiFixture fixture = new ApiFixture(null, Duration.ofMillis(100), Set.of("store"));

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aRequestForAnotherRoleIsRefusedAndTheRoleNamed() {
        HttpResponse<String> query = fixture.get("/api/v1/query?query=up");
        assertThat(query.statusCode()).isEqualTo(503);
        assertThat(query.body()).contains("\"errorType\":\"unavailable\"", "does not have the role query");
        assertThat(fixture.get("/api/v1/labels").statusCode()).isEqualTo(503);

        HttpResponse<String> write = fixture.send(HttpRequest.newBuilder(fixture.uri("/api/v1/write"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[100_000])));
        assertThat(write.statusCode()).isEqualTo(503);
        assertThat(write.body()).contains("does not have the role ingest");
    }

    @Test
    void statusIsOnEveryNode() {
        assertThat(fixture.get("/api/v1/status/cluster").statusCode()).isEqualTo(200);
        assertThat(fixture.get("/api/v1/rules").statusCode()).isEqualTo(200);
        assertThat(fixture.get("/-/ready").statusCode()).isEqualTo(200);
    }
}
