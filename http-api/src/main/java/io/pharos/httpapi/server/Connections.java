package io.pharos.httpapi.server;

import akka.NotUsed;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Flow;
import io.pharos.promql.query.Cancellation;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The flow of one connection: requests through the router in order; what is under way is cancelled when the client leaves. */
public final class Connections {
    /**
     * A connection reads this many requests ahead. It must be more than one: a connection that reads nothing does not see that
     * its client has left either.
     */
    public static final int REQUESTS_AHEAD = 2;

    private Connections() {}

    /** A flow to bind; each connection gets a state of its own. */
    public static Flow<HttpRequest, HttpResponse, ?> flow(Router router) {
        return Flow.<HttpRequest, HttpResponse, NotUsed>fromMaterializer((materializer, attributes) -> one(router));
    }

    private static Flow<HttpRequest, HttpResponse, NotUsed> one(Router router) {
        Set<Cancellation> underWay = ConcurrentHashMap.newKeySet();
        return Flow.of(HttpRequest.class)
                .watchTermination((before, ended) -> {
                    ended.whenComplete((done, failure) -> underWay.forEach(Cancellation::cancel));
                    return before;
                })
                .mapAsync(REQUESTS_AHEAD, request -> {
                    Cancellation cancellation = new Cancellation();
                    underWay.add(cancellation);
                    return router.answer(request, cancellation)
                            .whenComplete((response, failure) -> underWay.remove(cancellation));
                });
    }
}
