package io.pharos.httpclient;

import akka.actor.typed.ActorSystem;
import akka.event.LoggingAdapter;
import akka.event.NoLogging;
import akka.http.javadsl.ClientTransport;
import akka.http.javadsl.Http;
import akka.http.javadsl.HttpsConnectionContext;
import akka.http.javadsl.OutgoingConnection;
import akka.http.javadsl.coding.Coder;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.HttpEncodings;
import akka.http.javadsl.settings.ClientConnectionSettings;
import akka.http.javadsl.settings.ConnectionPoolSettings;
import akka.stream.Materializer;
import akka.stream.SystemMaterializer;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import akka.util.ByteStringBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;

/**
 * Outgoing HTTP/1.1 over Akka HTTP's connection pools: one pool a host and kind of client. Secrets and certificates in files are
 * read again for each call, on a dispatcher made for blocking.
 */
public final class AkkaHttpTransport implements HttpTransport {
    private static final int REDIRECTS_MAX = 10;
    private static final int CONNECTIONS_MAX = 32;
    private static final int REQUESTS_WAITING_MAX = 128;
    private static final int IDLE_SECONDS_MIN = 32;

    /** Pools log every refused connection as a warning; here a failure is an answer that its caller reports. */
    private static final LoggingAdapter SILENT = NoLogging.getInstance();

    private record PoolKey(Optional<URI> proxy, boolean secure, long idleSeconds) {}

    private final Http http;
    private final Materializer materializer;
    private final Executor blocking;
    private final ConnectionPoolSettings defaults;
    private final TlsContexts tlsContexts = new TlsContexts();
    private final HttpsConnectionContext unused;
    private final ConcurrentHashMap<PoolKey, ConnectionPoolSettings> pools = new ConcurrentHashMap<>();
    private final ActorSystem<?> system;

    private AkkaHttpTransport(ActorSystem<?> system) {
        this.system = system;
        http = Http.get(system);
        materializer = SystemMaterializer.get(system).materializer();
        blocking = system.dispatchers().lookup(akka.actor.typed.DispatcherSelector.blocking());
        unused = http.defaultClientHttpsContext();
        defaults = ConnectionPoolSettings.create(system.classicSystem())
                .withMaxConnections(CONNECTIONS_MAX)
                .withMinConnections(0)
                .withMaxOpenRequests(REQUESTS_WAITING_MAX)
                .withMaxRetries(1)
                .withBaseConnectionBackoff(scala.concurrent.duration.Duration.create(50, "millis"))
                .withMaxConnectionBackoff(scala.concurrent.duration.Duration.create(1, "second"));
    }

    /** A transport of this actor system; its pools close with the system. */
    public static AkkaHttpTransport create(ActorSystem<?> system) {
        return new AkkaHttpTransport(system);
    }

    @Override
    public CompletionStage<HttpAnswer> send(HttpCall call) {
        CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
        Exchange exchange = new Exchange(call, answer);
        akka.actor.Cancellable timer =
                system.scheduler().scheduleOnce(call.timeout(), exchange::expire, system.executionContext());
        answer.whenComplete((a, e) -> timer.cancel());
        if (RequestWriter.touchesDisk(call)) {
            blocking.execute(() -> exchange.send(call.uri(), call.method(), call.body(), 0));
        } else {
            exchange.send(call.uri(), call.method(), call.body(), 0);
        }
        return answer;
    }

    /** One call with its redirects. */
    private final class Exchange {
        private final HttpCall call;
        private final CompletableFuture<HttpAnswer> answer;
        private final akka.stream.SharedKillSwitch bodySwitch = akka.stream.KillSwitches.shared("http-answer");

        Exchange(HttpCall call, CompletableFuture<HttpAnswer> answer) {
            this.call = call;
            this.answer = answer;
        }

        void expire() {
            if (answer.complete(new HttpAnswer.Failure(
                    HttpAnswer.Kind.TIMEOUT,
                    "no answer from " + Failures.shown(call.uri()) + " within "
                            + call.timeout().toMillis() + " ms"))) {
                bodySwitch.abort(new TimeoutException("the call's time is over"));
            }
        }

        void send(URI uri, String method, byte[] body, int redirects) {
            CompletionStage<HttpResponse> response;
            try {
                boolean secure = "https".equals(uri.getScheme());
                HttpRequest request = RequestWriter.write(call, uri, method, body, redirects);
                HttpsConnectionContext context =
                        secure ? tlsContexts.of(call.client().tls()) : unused;
                response = http.singleRequest(request, context, pool(secure), SILENT);
            } catch (IOException | GeneralSecurityException e) {
                answer.complete(new HttpAnswer.Failure(HttpAnswer.Kind.CREDENTIALS, Failures.sentence(e)));
                return;
            } catch (RuntimeException e) {
                answer.complete(new HttpAnswer.Failure(
                        HttpAnswer.Kind.PROTOCOL, Failures.shown(uri) + ": " + Failures.sentence(e)));
                return;
            }
            response.whenComplete((got, failure) -> {
                if (failure != null) {
                    answer.complete(Failures.of(uri, call, failure));
                } else if (answer.isDone()) {
                    got.discardEntityBytes(materializer);
                } else {
                    onResponse(got, uri, method, body, redirects);
                }
            });
        }

        private void onResponse(HttpResponse response, URI uri, String method, byte[] body, int redirects) {
            int status = response.status().intValue();
            Optional<String> location = response.getHeader("Location").map(akka.http.javadsl.model.HttpHeader::value);
            if (!call.client().followRedirects() || location.isEmpty() || !isRedirect(status)) {
                gather(response, uri);
                return;
            }
            response.discardEntityBytes(materializer);
            URI next;
            try {
                next = uri.resolve(location.get());
            } catch (IllegalArgumentException e) {
                next = null;
            }
            if (next == null
                    || next.getHost() == null
                    || !("http".equals(next.getScheme()) || "https".equals(next.getScheme()))) {
                fail(Failures.shown(uri) + " redirects to a place that is no HTTP address");
            } else if (redirects == REDIRECTS_MAX) {
                fail(Failures.shown(call.uri()) + " redirects more than " + REDIRECTS_MAX + " times");
            } else if (status >= 307 || method.equals("GET") || method.equals("HEAD")) {
                follow(next, method, body, redirects + 1);
            } else {
                follow(next, "GET", new byte[0], redirects + 1);
            }
        }

        private void follow(URI next, String method, byte[] body, int redirects) {
            blocking.execute(() -> send(next, method, body, redirects));
        }

        private void fail(String sentence) {
            answer.complete(new HttpAnswer.Failure(HttpAnswer.Kind.PROTOCOL, sentence));
        }

        private void gather(HttpResponse response, URI uri) {
            List<HttpHeader> headers = new ArrayList<>();
            response.getHeaders().forEach(h -> headers.add(new HttpHeader(h.name(), h.value())));
            headers.add(new HttpHeader(
                    "Content-Type", response.entity().getContentType().toString()));
            HttpResponse plain = response;
            if (response.encoding().equals(HttpEncodings.GZIP)) {
                plain = Coder.Gzip.decodeMessage(response);
            } else if (response.encoding().equals(HttpEncodings.DEFLATE)) {
                plain = Coder.Deflate.decodeMessage(response);
            }
            long limit = call.bodyLimit();
            plain.entity()
                    .withoutSizeLimit()
                    .getDataBytes()
                    .via(bodySwitch.flow())
                    .runWith(
                            Sink.fold(new ByteStringBuilder(), (ByteStringBuilder gathered, ByteString part) -> {
                                if (gathered.length() + (long) part.length() > limit) {
                                    throw new BodyTooLargeException(limit);
                                }
                                return gathered.append(part);
                            }),
                            materializer)
                    .whenComplete((gathered, failure) -> answer.complete(
                            failure != null
                                    ? Failures.of(uri, call, failure)
                                    : new HttpAnswer.Response(
                                            response.status().intValue(),
                                            List.copyOf(headers),
                                            gathered.result().toArrayUnsafe())));
        }

        /** Connections idle for longer are closed, which also ends those whose server never answered. */
        private ConnectionPoolSettings pool(boolean secure) {
            long wanted = Math.max(IDLE_SECONDS_MIN, 2 * call.timeout().toSeconds());
            long idle = Long.highestOneBit(wanted - 1) * 2; // few distinct values, so few pools
            return pools.computeIfAbsent(
                    new PoolKey(call.client().proxy(), secure, idle), AkkaHttpTransport.this::newPool);
        }
    }

    private ConnectionPoolSettings newPool(PoolKey key) {
        Duration idle = Duration.ofSeconds(key.idleSeconds);
        ClientConnectionSettings connection = defaults.getConnectionSettings()
                .withIdleTimeout(scala.concurrent.duration.Duration.create(key.idleSeconds, "seconds"))
                .withConnectingTimeout(scala.concurrent.duration.FiniteDuration.create(10, "seconds"));
        if (key.proxy.isPresent()) {
            URI proxy = key.proxy.get();
            int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
            connection = connection.withTransport(
                    key.secure
                            ? ClientTransport.httpsProxy(InetSocketAddress.createUnresolved(proxy.getHost(), port))
                            : new PlainProxy(proxy.getHost(), port));
        }
        return defaults.withConnectionSettings(connection)
                .withKeepAliveTimeout(scala.concurrent.duration.Duration.create(idle.toMillis() * 9 / 10, "millis"))
                .withIdleTimeout(scala.concurrent.duration.Duration.create(2 * key.idleSeconds, "seconds"));
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /** Connects to the proxy whatever the request's host; the request then names the whole URL. */
    private static final class PlainProxy extends ClientTransport {
        private final String proxyHost;
        private final int proxyPort;

        PlainProxy(String proxyHost, int proxyPort) {
            this.proxyHost = proxyHost;
            this.proxyPort = proxyPort;
        }

        @Override
        public Flow<ByteString, ByteString, CompletionStage<OutgoingConnection>> connectTo(
                String host, int port, ClientConnectionSettings settings, akka.actor.ActorSystem system) {
            return ClientTransport.TCP().connectTo(proxyHost, proxyPort, settings, system);
        }
    }

    /** The answer's body passed the call's limit. */
    static final class BodyTooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1;

        BodyTooLargeException(long limit) {
            super("larger than " + limit + " bytes", null, false, false);
        }
    }
}
