package io.pharos.httpapi.server;

import akka.http.javadsl.model.AttributeKeys;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.javadsl.model.headers.RawRequestURI;
import akka.http.scaladsl.model.EntityStreamException;
import akka.http.scaladsl.model.EntityStreamSizeException;
import akka.stream.Materializer;
import io.pharos.httpapi.security.TokenGate;
import io.pharos.promql.query.Cancellation;
import io.pharos.promql.query.QueryException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the endpoint of a request, reads its parameters, turns failures into errors and adds the headers all answers have. */
public final class Router {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final HttpHeader NOSNIFF = RawHeader.create("X-Content-Type-Options", "nosniff");
    private static final HttpHeader CHALLENGE = RawHeader.create("WWW-Authenticate", "Bearer realm=\"pharos\"");
    private static final List<HttpHeader> CORS = List.of(
            RawHeader.create("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, Origin"),
            RawHeader.create("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
            RawHeader.create("Access-Control-Allow-Origin", "*"),
            RawHeader.create("Access-Control-Expose-Headers", "Date"));

    /** What the page must never answer for: clients probe these to learn what a server can do. */
    private static final List<String> NEVER_PAGE = List.of("/api", "/alertmanager", "/config", "/ruler", "/-");

    private final Map<String, Route> exact = new HashMap<>();
    private final List<Route> variable = new ArrayList<>();
    private final Endpoint page;
    private final TokenGate gate;
    private final long formBytesMax;
    private final long formTimeoutMillis;
    private final RequestMetrics metrics;
    private final Materializer materializer;

    /**
     * Over every route of a node.
     *
     * @param page answers every other GET that is no clients' probe
     * @param gate who may call the routes
     */
    public Router(
            List<Route> routes,
            Endpoint page,
            TokenGate gate,
            long formBytesMax,
            long formTimeoutMillis,
            RequestMetrics metrics,
            Materializer materializer) {
        for (Route route : routes) {
            if (route.path().contains("{}")) {
                variable.add(route);
            } else if (exact.put(route.path(), route) != null) {
                throw new IllegalArgumentException("two routes at " + route.path());
            }
        }
        this.page = page;
        this.gate = gate;
        this.formBytesMax = formBytesMax;
        this.formTimeoutMillis = formTimeoutMillis;
        this.metrics = metrics;
        this.materializer = materializer;
    }

    /** Answers a request; the stage never fails. */
    public CompletionStage<HttpResponse> answer(HttpRequest request, Cancellation cancellation) {
        long began = System.nanoTime();
        String target = target(request);
        int mark = target.indexOf('?');
        String rawPath = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 ? "" : target.substring(mark + 1);
        Route route = find(rawPath);
        metrics.began();
        CompletionStage<HttpResponse> answer;
        try {
            answer = dispatch(request, route, rawPath, query, cancellation);
        } catch (RuntimeException e) {
            answer = CompletableFuture.completedFuture(failed(request, e));
        }
        return answer.exceptionally(e -> failed(request, e)).thenApply(response -> {
            String name = route == null ? "other" : route.path();
            metrics.ended(name, response.status().intValue(), System.nanoTime() - began);
            return decorated(request, route, response);
        });
    }

    private CompletionStage<HttpResponse> dispatch(
            HttpRequest request, @Nullable Route route, String rawPath, String query, Cancellation cancellation) {
        String method = request.method().name();
        if (method.equals("OPTIONS")) {
            request.discardEntityBytes(materializer);
            HttpResponse options = HttpResponse.create().withStatus(StatusCodes.NO_CONTENT);
            return CompletableFuture.completedFuture(
                    route == null ? options : options.addHeader(RawHeader.create("Allow", route.allow())));
        }
        if (route == null) {
            request.discardEntityBytes(materializer);
            String path = Parameters.decode(rawPath, false);
            if (NEVER_PAGE.stream().anyMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + "/"))) {
                throw new ApiException(ErrorType.NOT_FOUND, "there is nothing at " + path);
            }
            if (!method.equals("GET") && !method.equals("HEAD")) {
                return CompletableFuture.completedFuture(
                        Answers.error(ErrorType.METHOD, "method " + method + " is not allowed here")
                                .addHeader(RawHeader.create("Allow", "GET, HEAD, OPTIONS")));
            }
            return page.answer(new Call(request, path, "", Parameters.parse(query), false, cancellation));
        }
        String refusal = gate.refusal(route.path(), request);
        if (!refusal.isEmpty()) {
            request.discardEntityBytes(materializer);
            return CompletableFuture.completedFuture(
                    Answers.error(ErrorType.UNAUTHORIZED, refusal).addHeader(CHALLENGE));
        }
        String asked = method.equals("HEAD") ? "GET" : method;
        if (route.methods().stream().noneMatch(allowed -> allowed.name().equals(asked))) {
            request.discardEntityBytes(materializer);
            return CompletableFuture.completedFuture(
                    Answers.error(ErrorType.METHOD, "method " + method + " is not allowed at " + route.path())
                            .addHeader(RawHeader.create("Allow", route.allow())));
        }
        if (route.kind() != Route.Kind.READ && isForeign(request)) {
            request.discardEntityBytes(materializer);
            throw new ApiException(ErrorType.FORBIDDEN, "a page of another origin may not do this");
        }
        String path = Parameters.decode(rawPath, false);
        String variablePart = Parameters.decode(variablePart(route, rawPath), false);
        if (route.kind() == Route.Kind.STREAM || asked.equals("GET")) {
            if (route.kind() != Route.Kind.STREAM) {
                request.discardEntityBytes(materializer);
            }
            return route.endpoint().answer(call(request, path, variablePart, Parameters.parse(query), cancellation));
        }
        return request.entity()
                .withSizeLimit(formBytesMax)
                .toStrict(formTimeoutMillis, materializer)
                .thenCompose(body -> route.endpoint()
                        .answer(call(
                                request,
                                path,
                                variablePart,
                                Parameters.parse(body.getData().utf8String(), query),
                                cancellation)));
    }

    private Call call(
            HttpRequest request, String path, String variable, Parameters parameters, Cancellation cancellation) {
        Optional<InetAddress> peer =
                request.getAttribute(AttributeKeys.remoteAddress).flatMap(address -> address.getAddress());
        // Behind the gate every caller of a route that operates a node has shown the token.
        boolean trusted =
                gate.isClosed() || peer.map(InetAddress::isLoopbackAddress).orElse(false);
        return new Call(request, path, variable, parameters, trusted, cancellation);
    }

    private @Nullable Route find(String rawPath) {
        Route route = exact.get(rawPath);
        if (route != null) {
            return route;
        }
        for (Route candidate : variable) {
            if (!variablePart(candidate, rawPath).isEmpty()) {
                return candidate;
            }
        }
        return null;
    }

    /** What stands for the hole in a route's path, not decoded yet; empty where the path is another one. */
    private static String variablePart(Route route, String rawPath) {
        int hole = route.path().indexOf("{}");
        if (hole < 0) {
            return "";
        }
        String before = route.path().substring(0, hole);
        String after = route.path().substring(hole + 2);
        if (rawPath.length() <= before.length() + after.length()
                || !rawPath.startsWith(before)
                || !rawPath.endsWith(after)) {
            return "";
        }
        String part = rawPath.substring(before.length(), rawPath.length() - after.length());
        return part.indexOf('/') >= 0 ? "" : part;
    }

    /** The request target as it came: path and query, nothing decoded. */
    private static String target(HttpRequest request) {
        String target = request.getHeader(RawRequestURI.class)
                .map(RawRequestURI::uri)
                .orElseGet(() -> request.getUri().toString());
        int scheme = target.indexOf("://");
        if (target.startsWith("/") || scheme < 0) {
            return target;
        }
        int slash = target.indexOf('/', scheme + 3);
        return slash < 0 ? "/" : target.substring(slash);
    }

    /** Whether a browser sends this for a page that did not come from here. Programs send no Origin. */
    private static boolean isForeign(HttpRequest request) {
        String origin = "";
        String host = "";
        for (HttpHeader header : request.getHeaders()) {
            if (header.is("origin")) {
                origin = header.value();
            } else if (header.is("host")) {
                host = header.value();
            }
        }
        return !origin.isEmpty() && !origin.substring(origin.indexOf("//") + 2).equals(host);
    }

    private static HttpResponse decorated(HttpRequest request, @Nullable Route route, HttpResponse response) {
        HttpResponse decorated = response.addHeader(NOSNIFF);
        boolean readable = route != null && route.kind() == Route.Kind.READ;
        for (HttpHeader header : request.getHeaders()) {
            if (readable && header.is("origin")) {
                decorated = decorated.addHeaders(CORS);
            }
        }
        return decorated;
    }

    private static HttpResponse failed(HttpRequest request, Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ApiException refused) {
            return Answers.error(refused.type(), refused.text());
        }
        if (cause instanceof QueryException query) {
            return Answers.error(ErrorType.of(query.kind()), String.valueOf(query.getMessage()));
        }
        if (cause instanceof EntityStreamSizeException size) {
            return Answers.error(
                    ErrorType.TOO_LARGE, "the body is larger than the " + size.limit() + " bytes allowed here");
        }
        if (cause instanceof TimeoutException) {
            return Answers.error(ErrorType.TIMEOUT, "the body did not arrive in time");
        }
        if (cause instanceof EntityStreamException) {
            return Answers.error(ErrorType.BAD_DATA, "the body ended early or is not framed as HTTP");
        }
        LOG.warn("{} {} failed", request.method().name(), request.getUri().getPathString(), cause);
        return Answers.error(
                ErrorType.INTERNAL,
                "internal fault: " + cause.getClass().getSimpleName() + " (the node's log has more)");
    }
}
