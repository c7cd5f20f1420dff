package io.pharos.httpclient;

import java.util.concurrent.CompletionStage;

/** The port of outgoing HTTP: sends one request and brings back what became of it. */
public interface HttpTransport {
    /**
     * Sends a request, following redirects where its settings say so. The stage always completes normally, at the latest when
     * the call's timeout is over, and on a thread of the transport. Callable from any thread; nothing blocks.
     */
    CompletionStage<HttpAnswer> send(HttpCall call);
}
