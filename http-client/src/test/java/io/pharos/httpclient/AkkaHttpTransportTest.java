package io.pharos.httpclient;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AkkaHttpTransportTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private ActorTestKit kit;
    private HttpServer server;
    private HttpTransport transport;

    @BeforeEach
    void start() throws IOException {
        kit = ActorTestKit.create();
        transport = AkkaHttpTransport.create(kit.system());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        kit.shutdownTestKit();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private HttpAnswer send(HttpCall call) throws Exception {
        return transport.send(call).toCompletableFuture().get(4, TimeUnit.MINUTES);
    }

    private HttpAnswer get(String path, HttpClientSettings client) throws Exception {
        return send(HttpCall.get(uri(path), List.of(new HttpHeader("Accept", "text/plain")), PATIENCE, 1000, client));
    }

    private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static HttpClientSettings with(HttpClientSettings.Authorization authorization) {
        return new HttpClientSettings(
                Optional.of(authorization), HttpClientSettings.Tls.DEFAULT, Optional.empty(), true, Map.of());
    }

    @Test
    void postsABodyAndBringsTheAnswerBack() throws Exception {
        server.createContext("/echo", exchange -> {
            exchange.getResponseHeaders()
                    .add("X-Got", exchange.getRequestHeaders().getFirst("Content-Type"));
            byte[] body = exchange.getRequestBody().readAllBytes();
            reply(exchange, 201, body);
        });
        HttpAnswer answer = send(HttpCall.post(
                uri("/echo?a=%20b"),
                "application/json",
                "{\"ä\":1}".getBytes(UTF_8),
                List.of(),
                PATIENCE,
                100,
                HttpClientSettings.DEFAULT));
        assertThat(answer).isInstanceOfSatisfying(HttpAnswer.Response.class, response -> {
            assertThat(response.status()).isEqualTo(201);
            assertThat(response.text()).isEqualTo("{\"ä\":1}");
            assertThat(response.header("x-got")).contains("application/json");
        });
    }

    @Test
    void authenticatesAndReadsTheTokenFileAtEachCall() throws Exception {
        server.createContext(
                "/",
                exchange -> reply(
                        exchange,
                        200,
                        exchange.getRequestHeaders().getFirst("Authorization").getBytes(UTF_8)));
        Path file = folder.resolve("token");
        HttpClientSettings settings = with(new HttpClientSettings.Authorization.Credentials("Bearer", Secret.in(file)));
        assertThat(get("/", settings))
                .isInstanceOfSatisfying(
                        HttpAnswer.Failure.class, f -> assertThat(f.kind()).isEqualTo(HttpAnswer.Kind.CREDENTIALS));
        for (String token : List.of("first", "second")) {
            Files.writeString(file, token + "\n");
            assertThat(((HttpAnswer.Response) get("/", settings)).text()).isEqualTo("Bearer " + token);
        }
        HttpAnswer basic = get("/", with(new HttpClientSettings.Authorization.Basic(Secret.of("u"), Secret.of("p"))));
        assertThat(((HttpAnswer.Response) basic).text())
                .isEqualTo("Basic " + Base64.getEncoder().encodeToString("u:p".getBytes(UTF_8)));
    }

    @Test
    void followsRedirectsWithoutCarryingTheTokenToAnotherHost() throws Exception {
        server.createContext("/from", exchange -> {
            String host = "http://localhost:" + server.getAddress().getPort();
            exchange.getResponseHeaders().add("Location", host + "/to");
            reply(exchange, 302, new byte[0]);
        });
        server.createContext(
                "/to",
                exchange -> reply(
                        exchange,
                        200,
                        (exchange.getRequestMethod() + " "
                                        + exchange.getRequestHeaders().getFirst("Authorization"))
                                .getBytes(UTF_8)));
        server.createContext("/loop", exchange -> {
            exchange.getResponseHeaders().add("Location", "/loop");
            reply(exchange, 307, new byte[0]);
        });
        HttpClientSettings settings = with(new HttpClientSettings.Authorization.Credentials("Bearer", Secret.of("x")));
        assertThat(((HttpAnswer.Response) get("/from", settings)).text()).isEqualTo("GET null");
        assertThat(((HttpAnswer.Failure) get("/loop", settings)).sentence()).contains("more than 10 times");
        HttpClientSettings stay = new HttpClientSettings(
                Optional.empty(), HttpClientSettings.Tls.DEFAULT, Optional.empty(), false, Map.of());
        assertThat(((HttpAnswer.Response) get("/from", stay)).status()).isEqualTo(302);
    }

    @Test
    void aBodyIsDecompressedAndItsSizeLimited() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(new byte[900]);
        }
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write(new byte[1001]);
        }
        server.createContext("/packed", exchange -> {
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
            reply(exchange, 200, packed.toByteArray());
        });
        server.createContext("/bomb", exchange -> {
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
            reply(exchange, 200, bomb.toByteArray());
        });
        assertThat(((HttpAnswer.Response) get("/packed", HttpClientSettings.DEFAULT)).body())
                .hasSize(900);
        assertThat(((HttpAnswer.Failure) get("/bomb", HttpClientSettings.DEFAULT)).kind())
                .isEqualTo(HttpAnswer.Kind.TOO_LARGE);
    }

    @Test
    void everyFailureIsAnAnswerWithASentence() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        HttpAnswer refused = send(HttpCall.get(
                URI.create("http://127.0.0.1:" + closed + "/m?secret=1"),
                List.of(),
                PATIENCE,
                10,
                HttpClientSettings.DEFAULT));
        assertThat(refused).isInstanceOfSatisfying(HttpAnswer.Failure.class, f -> {
            assertThat(f.kind()).isEqualTo(HttpAnswer.Kind.CONNECT);
            assertThat(f.sentence())
                    .contains("127.0.0.1:" + closed + "/m")
                    .contains("refused")
                    .doesNotContain("secret");
        });
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            HttpAnswer late = send(HttpCall.get(
                    URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/"),
                    List.of(),
                    Duration.ofMillis(200),
                    10,
                    HttpClientSettings.DEFAULT));
            assertThat(((HttpAnswer.Failure) late).kind()).isEqualTo(HttpAnswer.Kind.TIMEOUT);
        }
        HttpAnswer unknown = send(HttpCall.get(
                URI.create("http://no-such-host.invalid/"), List.of(), PATIENCE, 10, HttpClientSettings.DEFAULT));
        assertThat(((HttpAnswer.Failure) unknown).kind()).isEqualTo(HttpAnswer.Kind.CONNECT);
        HttpAnswer badHeader = send(HttpCall.get(
                uri("/"), List.of(new HttpHeader("X", "a\r\nb: c")), PATIENCE, 10, HttpClientSettings.DEFAULT));
        assertThat(((HttpAnswer.Failure) badHeader).sentence()).contains("control character");
    }

    @Test
    void aPlainProxyIsAskedForTheWholeAddress() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            HttpClientSettings settings = new HttpClientSettings(
                    Optional.empty(),
                    HttpClientSettings.Tls.DEFAULT,
                    Optional.of(URI.create("http://127.0.0.1:" + proxy.getLocalPort())),
                    true,
                    Map.of());
            var answer = transport.send(
                    HttpCall.get(URI.create("http://target.invalid:81/m"), List.of(), PATIENCE, 10, settings));
            try (Socket accepted = proxy.accept()) {
                StringBuilder line = new StringBuilder();
                InputStream in = accepted.getInputStream();
                for (int c = in.read(); c != '\r' && c >= 0; c = in.read()) {
                    line.append((char) c);
                }
                accepted.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(UTF_8));
                assertThat(line).hasToString("GET http://target.invalid:81/m HTTP/1.1");
                assertThat(((HttpAnswer.Response) answer.toCompletableFuture().get(30, TimeUnit.SECONDS)).text())
                        .isEqualTo("ok");
            }
        }
    }

    @Test
    void tlsTrustsOnlyWhatItIsTold() throws Exception {
        Path store = folder.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "RSA",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-dname",
                        "CN=db",
                        "-ext",
                        "san=dns:db",
                        "-keystore",
                        store.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        Path authority = folder.resolve("ca.pem");
        Files.writeString(
                authority,
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getCertificate("a").getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        Path key = folder.resolve("key.pem");
        Files.writeString(
                key,
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getKey("a", "changeit".toCharArray())
                                        .getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(context));
        secure.createContext("/", exchange -> reply(exchange, 200, "ok".getBytes(UTF_8)));
        secure.start();
        try {
            URI address = URI.create("https://127.0.0.1:" + secure.getAddress().getPort() + "/");
            var none = Optional.<Path>empty();
            var refusing = HttpClientSettings.Tls.DEFAULT;
            var otherName = new HttpClientSettings.Tls(Optional.of(authority), none, none, Optional.empty(), false);
            var trusting = new HttpClientSettings.Tls(
                    Optional.of(authority), Optional.of(authority), Optional.of(key), Optional.of("db"), false);
            var anybody = new HttpClientSettings.Tls(none, none, none, Optional.empty(), true);
            for (var tls : List.of(refusing, otherName)) {
                assertThat(((HttpAnswer.Failure) send(tlsCall(address, tls))).kind())
                        .isEqualTo(HttpAnswer.Kind.TLS);
            }
            for (var tls : List.of(trusting, anybody)) {
                assertThat(((HttpAnswer.Response) send(tlsCall(address, tls))).text())
                        .isEqualTo("ok");
            }
        } finally {
            secure.stop(0);
        }
    }

    private static HttpCall tlsCall(URI address, HttpClientSettings.Tls tls) {
        return HttpCall.get(
                address,
                List.of(),
                PATIENCE,
                100,
                new HttpClientSettings(Optional.empty(), tls, Optional.empty(), true, Map.of()));
    }
}
