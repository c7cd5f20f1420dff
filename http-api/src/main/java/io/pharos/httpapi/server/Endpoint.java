package io.pharos.httpapi.server;

import akka.http.javadsl.model.HttpResponse;
import java.util.concurrent.CompletionStage;

/** Answers one kind of request. Called on a dispatcher thread: must not block. */
@FunctionalInterface
public interface Endpoint {
    /**
     * Answers. May throw or fail the stage with {@link ApiException} or a query's exception: the router writes the error. The
     * entity of the request is the endpoint's own only when its route streams; otherwise it is already in the parameters.
     */
    CompletionStage<HttpResponse> answer(Call call);
}
