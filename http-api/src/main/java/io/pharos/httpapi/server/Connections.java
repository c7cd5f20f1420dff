package io.pharos.httpapi.server;

import akka.NotUsed;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpProtocols;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.Connection;
import akka.stream.javadsl.Flow;
import io.pharos.promql.query.Cancellation;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of a server: requests go through the router in order, and what is under way is cancelled when the client
 * leaves. When the server stops, each answer ends its connection. Thread-safe.
 */
public final class Connections {
    /**
     * A connection reads this many requests ahead. It must be more than one: a connection that reads nothing does not see that
     * its client has left either.
     */
    public static final int REQUESTS_AHEAD = 2;

    private static final HttpHeader CLOSE = Connection.create("close");

    private final Router router;
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean stopping;

    /** Connections to a router. */
    public Connections(Router router) {
        this.router = router;
    }

    /** A flow to bind; each connection gets a state of its own. */
    public Flow<HttpRequest, HttpResponse, ?> flow() {
        return Flow.<HttpRequest, HttpResponse, NotUsed>fromMaterializer((materializer, attributes) -> one());
    }

    /** From now on each connection ends with its next answer: a client that goes on goes to another node. */
    public void endWithNextAnswer() {
        stopping = true;
    }

    /** How many connections are open now. */
    public int open() {
        return open.get();
    }

    private Flow<HttpRequest, HttpResponse, NotUsed> one() {
        Set<UnderWay> underWay = ConcurrentHashMap.newKeySet();
        open.incrementAndGet();
        return Flow.of(HttpRequest.class)
                .watchTermination((before, ended) -> {
                    ended.whenComplete((done, failure) -> {
                        open.decrementAndGet();
                        underWay.forEach(under -> under.ended(failure != null));
                    });
                    return before;
                })
                .mapAsync(REQUESTS_AHEAD, request -> {
                    Cancellation cancellation = new Cancellation();
                    UnderWay under = new UnderWay(cancellation, isLast(request));
                    underWay.add(under);
                    return router.answer(request, cancellation)
                            .whenComplete((response, failure) -> underWay.remove(under))
                            .thenApply(response -> stopping ? response.addHeader(CLOSE) : response);
                });
    }

    /** Whether the client announced that it sends nothing after this request. */
    private static boolean isLast(HttpRequest request) {
        boolean last = request.protocol().equals(HttpProtocols.HTTP_1_0);
        for (HttpHeader header : request.getHeaders()) {
            if (header.is("connection")) {
                String tokens = header.value().toLowerCase(Locale.ROOT);
                if (tokens.contains("close")) {
                    return true;
                }
                last &= !tokens.contains("keep-alive");
            }
        }
        return last;
    }

    /*
     * A client that leaves ends its requests, and so does the last request a client announced: its stream ends once its body
     * is read, while the client waits. After such a request only a failure says that the client has gone.
     */
    private record UnderWay(Cancellation cancellation, boolean last) {
        void ended(boolean failed) {
            if (failed || !last) {
                cancellation.cancel();
            }
        }
    }
}
