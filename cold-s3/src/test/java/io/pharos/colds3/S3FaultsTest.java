package io.pharos.colds3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pharos.timeseries.store.ColdStore;
import io.pharos.timeseries.store.StoreUnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server does that no real one does when asked to. */
class S3FaultsTest {
    private static final byte[] OBJECT = "0123456789".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final AtomicInteger requests = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    private interface Answer {
        void to(HttpExchange exchange, int number) throws IOException;
    }

    private volatile Answer answer = (exchange, number) -> say(exchange, 500, "");

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                answer.to(exchange, requests.incrementAndGet());
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void say(HttpExchange exchange, int status, String code) throws IOException {
        byte[] body =
                ("<Error><Code>" + code + "</Code><Message>told so</Message></Error>").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private Map<String, String> settings() throws IOException {
        Path keys = Files.writeString(
                folder.resolve("keys"), "[default]\naws_access_key_id = some\naws_secret_access_key = hidden\n");
        return new HashMap<>(Map.of(
                "bucket", "cold",
                "prefix", "p/",
                "region", "us-east-1",
                "endpoint", "http://127.0.0.1:" + server.getAddress().getPort(),
                "path-style", "true",
                "credentials-file", keys.toString(),
                "profile", "",
                "timeout", "60s"));
    }

    private ColdStore store() throws IOException {
        return new S3ColdStore(S3Settings.of(settings()));
    }

    @Test
    void whatFailsForAMomentIsSentAgain() throws IOException {
        answer = (exchange, number) -> {
            if (number < S3Clients.ATTEMPTS_MAX) {
                say(exchange, 500, "InternalError");
            } else {
                exchange.sendResponseHeaders(200, -1);
            }
        };
        try (ColdStore store = store()) {
            store.put("a/1", ByteBuffer.wrap(OBJECT)).toCompletableFuture().join();
        }
        assertThat(requests).hasValue(S3Clients.ATTEMPTS_MAX);
    }

    @Test
    void whatGoesOnFailingIsSaidAndNotSentForEver() throws IOException {
        answer = (exchange, number) -> say(exchange, 500, "InternalError");
        try (ColdStore store = store()) {
            assertThatThrownBy(() -> store.delete("a/1").toCompletableFuture().join())
                    .hasCauseInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("cannot delete a/1 in the bucket cold under p/ at http://127.0.0.1")
                    .hasMessageContaining("InternalError")
                    .hasMessageNotContaining("hidden");
        }
        assertThat(requests).hasValue(S3Clients.ATTEMPTS_MAX);
    }

    @Test
    void anAnswerThatBreaksOffIsAskedForAgain() throws IOException {
        answer = (exchange, number) -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 0-9/10");
            exchange.sendResponseHeaders(206, OBJECT.length);
            exchange.getResponseBody().write(OBJECT, 0, number == 1 ? 4 : OBJECT.length);
            exchange.getResponseBody().flush();
        };
        try (ColdStore store = store()) {
            assertThat(store.read("a/1", 0, OBJECT.length).toCompletableFuture().join())
                    .isEqualTo(ByteBuffer.wrap(OBJECT));
        }
        assertThat(requests).hasValue(2);
    }

    @Test
    void aServerThatKnowsNoRangesIsReadRightly() throws IOException {
        answer = (exchange, number) -> {
            exchange.sendResponseHeaders(200, OBJECT.length);
            exchange.getResponseBody().write(OBJECT);
        };
        try (ColdStore store = store()) {
            assertThat(store.read("a/1", 3, 4).toCompletableFuture().join())
                    .isEqualTo(ByteBuffer.wrap(OBJECT).slice(3, 4));
            assertThat(store.read("a/1", 8, 9).toCompletableFuture().join())
                    .isEqualTo(ByteBuffer.wrap(OBJECT).slice(8, 2));
            assertThat(store.read("a/1", 10, 4).toCompletableFuture().join().remaining())
                    .isZero();
        }
    }

    @Test
    void theCheckAtTheStartTellsNoFromNotNow() throws Exception {
        answer = (exchange, number) -> say(exchange, 403, "AccessDenied");
        assertThatThrownBy(() -> new S3ColdStoreProvider().open(settings()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot write objects there: AccessDenied");
        answer = (exchange, number) -> say(exchange, 500, "InternalError");
        new S3ColdStoreProvider().open(settings()).close();
    }

    @Test
    void keysThatAreNotThereAreSaid() throws Exception {
        Map<String, String> elsewhere = settings();
        elsewhere.put("credentials-file", folder.resolve("nowhere").toString());
        assertThatThrownBy(() -> new S3ColdStoreProvider().open(elsewhere))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("credentials-file")
                .hasMessageContaining("nowhere");
        Map<String, String> section = settings();
        section.put("profile", "other");
        assertThatThrownBy(() -> new S3ColdStoreProvider().open(section))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no keys for the bucket cold")
                .hasMessageContaining("other");
        assertThat(requests).hasValue(0);
    }
}
