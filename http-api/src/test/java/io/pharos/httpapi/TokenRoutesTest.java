package io.pharos.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node answers that wants a token. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenRoutesTest {
    private static final String TOKEN = "the-token-of-this-cluster";

    private ApiFixture fixture;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        fixture = new ApiFixture(
                null,
                Duration.ofMillis(100),
                Set.of("ingest", "store", "query", "alert"),
                Optional.of(Files.writeString(folder.resolve("token"), TOKEN + "\n")));
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  /api/v1/query?query=up",
        "POST, /api/v1/query",
        "GET,  /api/v1/label/job/values",
        "POST, /api/v1/write",
        "GET,  /api/v1/rules",
        "GET,  /api/v1/status/join",
        "GET,  /api/v1/status/config",
        "GET,  /metrics",
        "POST, /-/reload",
        "POST, /-/checkpoint",
        "POST, /-/drain?node=a:1",
    })
    void whatReadsOrChangesWantsTheToken(String method, String path) {
        HttpResponse<String> none = fixture.send(fixture.to(path).method(method, BodyPublishers.ofString("x")));
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.headers().firstValue("www-authenticate")).contains("Bearer realm=\"pharos\"");
        assertThat(none.body()).contains("\"errorType\":\"unauthorized\"", "a token is wanted");
        HttpResponse<String> wrong = fixture.send(fixture.to(path)
                .header("Authorization", "Bearer " + TOKEN + "x")
                .method(method, BodyPublishers.ofString("x")));
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.body()).contains("the token is not one of this cluster");
        assertThat(fixture.reloads.get()).isZero();
        assertThat(fixture.checkpoints.get()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/-/healthy", "/-/ready", "/", "/index.html"})
    void probesAndThePageItselfAreOpen(String path) {
        assertThat(fixture.get(path).statusCode()).isEqualTo(200);
    }

    @Test
    void whoHasTheTokenIsServed() {
        assertThat(status("/metrics")).isEqualTo(200);
        assertThat(status("/api/v1/status/cluster")).isEqualTo(200);
        assertThat(fixture.send(with("/-/drain?node=a:1").POST(BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatAsksBeforeItAsksIsAnsweredWithoutAToken() {
        HttpResponse<String> preflight = fixture.send(fixture.to("/api/v1/query")
                .header("Origin", "http://elsewhere")
                .method("OPTIONS", BodyPublishers.noBody()));
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("access-control-allow-headers"))
                .hasValueSatisfying(allowed -> assertThat(allowed).contains("Authorization"));
    }

    private int status(String path) {
        return fixture.send(with(path).GET()).statusCode();
    }

    private HttpRequest.Builder with(String path) {
        return fixture.to(path).header("Authorization", "Bearer " + TOKEN);
    }
}
