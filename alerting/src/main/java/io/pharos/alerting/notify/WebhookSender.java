package io.pharos.alerting.notify;

import io.pharos.alerting.route.Receiver;
import io.pharos.httpclient.HttpAnswer;
import io.pharos.httpclient.HttpCall;
import io.pharos.httpclient.HttpHeader;
import io.pharos.httpclient.HttpTransport;
import io.pharos.httpclient.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Posts one message to one webhook and judges the answer. */
public final class WebhookSender {
    private static final long ANSWER_BYTES_MAX = 64L * 1024;
    private static final int SHOWN_MAX = 200;

    /** What an attempt came to. */
    enum Verdict {
        DELIVERED,
        /** Worth another attempt. */
        RETRY,
        /** The receiver does not want it as it is. */
        FINAL
    }

    /**
     * An attempt that is over.
     *
     * @param statusCode 0 where there was no answer
     * @param error empty where it was taken
     */
    record Outcome(Verdict verdict, int statusCode, String error, Duration latency) {}

    private final HttpTransport transport;
    private final Executor blocking;

    /**
     * A sender.
     *
     * @param blocking where files with URLs are read
     */
    public WebhookSender(HttpTransport transport, Executor blocking) {
        this.transport = transport;
        this.blocking = blocking;
    }

    /** Sends; the stage always completes normally. */
    CompletionStage<Outcome> send(Receiver.Webhook webhook, byte[] body, String idempotencyKey) {
        long started = System.nanoTime();
        return url(webhook.url())
                .thenCompose(url -> transport.send(HttpCall.post(
                        url,
                        "application/json",
                        body,
                        List.of(
                                new HttpHeader("Idempotency-Key", idempotencyKey),
                                new HttpHeader("User-Agent", "Pharos")),
                        webhook.timeout(),
                        ANSWER_BYTES_MAX,
                        webhook.client())))
                .handle((answer, fault) -> {
                    Duration latency = Duration.ofNanos(System.nanoTime() - started);
                    return fault == null
                            ? judge(answer, latency)
                            : new Outcome(Verdict.RETRY, 0, message(fault), latency);
                });
    }

    private CompletionStage<URI> url(Secret secret) {
        if (secret.isFile()) {
            return CompletableFuture.supplyAsync(() -> read(secret), blocking);
        }
        return CompletableFuture.completedFuture(read(secret));
    }

    private static URI read(Secret secret) {
        try {
            return URI.create(secret.read());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("the file does not hold a URL", e);
        }
    }

    private static String message(Throwable fault) {
        Throwable cause = fault.getCause() == null ? fault : fault.getCause();
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private static Outcome judge(HttpAnswer answer, Duration latency) {
        if (answer instanceof HttpAnswer.Response response) {
            if (response.isSuccess()) {
                return new Outcome(Verdict.DELIVERED, response.status(), "", latency);
            }
            boolean retry = response.status() >= 500 || response.status() == 429;
            String text = response.text().strip();
            String shown = text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "..." : text;
            String error = "answered " + response.status() + (shown.isEmpty() ? "" : ": " + shown);
            return new Outcome(retry ? Verdict.RETRY : Verdict.FINAL, response.status(), error, latency);
        }
        HttpAnswer.Failure failure = (HttpAnswer.Failure) answer;
        return new Outcome(Verdict.RETRY, 0, failure.sentence(), latency);
    }
}
