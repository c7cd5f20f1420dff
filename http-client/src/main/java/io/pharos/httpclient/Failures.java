package io.pharos.httpclient;

import akka.stream.StreamTcpException;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Turns what the pool throws into a sentence for the user. */
final class Failures {
    private Failures() {}

    static HttpAnswer.Failure of(URI uri, HttpCall call, Throwable thrown) {
        String where = shown(uri);
        boolean connecting = false;
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof AkkaHttpTransport.BodyTooLargeException) {
                return failure(
                        HttpAnswer.Kind.TOO_LARGE,
                        "the answer of " + where + " is larger than " + call.bodyLimit() + " bytes");
            }
            if (at instanceof SSLException || at instanceof java.security.GeneralSecurityException) {
                return failure(HttpAnswer.Kind.TLS, "TLS with " + where + " failed: " + sentence(innermost(at)));
            }
            if (at instanceof UnknownHostException) {
                return failure(HttpAnswer.Kind.CONNECT, "the host of " + where + " is unknown");
            }
            if (at instanceof TimeoutException) {
                return failure(HttpAnswer.Kind.TIMEOUT, "no answer from " + where + " in time");
            }
            connecting |= at instanceof StreamTcpException || at instanceof java.net.ConnectException;
        }
        String reason = sentence(innermost(thrown));
        if (connecting && (reason.contains("refused") || reason.contains("onnect"))) {
            return failure(HttpAnswer.Kind.CONNECT, "cannot connect to " + where + ": " + reason);
        }
        return failure(HttpAnswer.Kind.PROTOCOL, where + ": " + reason);
    }

    private static HttpAnswer.Failure failure(HttpAnswer.Kind kind, String sentence) {
        return new HttpAnswer.Failure(kind, sentence);
    }

    /** The message of a failure, its own class where it has none. */
    static String sentence(Throwable failure) {
        Throwable at =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String message = at.getMessage();
        if (message == null || message.isBlank()) {
            return at instanceof IOException
                    ? "the connection broke"
                    : at.getClass().getSimpleName();
        }
        int line = message.indexOf('\n');
        return line < 0 ? message : message.substring(0, line);
    }

    private static Throwable innermost(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null && at.getCause() != at) {
            at = at.getCause();
        }
        return at;
    }

    /** An address without user, password and query: what may be shown. */
    static String shown(URI uri) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return uri.getScheme() + "://" + uri.getHost() + port + path;
    }
}
