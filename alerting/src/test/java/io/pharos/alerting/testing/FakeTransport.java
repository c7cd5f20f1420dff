package io.pharos.alerting.testing;

import io.pharos.httpclient.HttpAnswer;
import io.pharos.httpclient.HttpCall;
import io.pharos.httpclient.HttpTransport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A transport that keeps every call and answers with a status the test sets. */
public final class FakeTransport implements HttpTransport {
    private final List<HttpCall> calls = new CopyOnWriteArrayList<>();
    private volatile int status = 200;

    /** The status of the answers from now on; 0 for a refused connection. */
    public void answerWith(int value) {
        status = value;
    }

    /** Every call so far. */
    public List<HttpCall> calls() {
        return calls;
    }

    /** The body of a call as text. */
    public String body(int call) {
        return new String(calls.get(call).body(), StandardCharsets.UTF_8);
    }

    /** A header of a call, or the empty text. */
    public String header(int call, String name) {
        return calls.get(call).headers().stream()
                .filter(header -> header.is(name))
                .map(header -> header.value())
                .findFirst()
                .orElse("");
    }

    @Override
    public CompletionStage<HttpAnswer> send(HttpCall call) {
        calls.add(call);
        return CompletableFuture.completedFuture(
                status == 0
                        ? new HttpAnswer.Failure(HttpAnswer.Kind.CONNECT, "connection refused")
                        : new HttpAnswer.Response(status, List.of(), new byte[0]));
    }
}
