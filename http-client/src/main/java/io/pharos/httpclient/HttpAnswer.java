package io.pharos.httpclient;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What became of a request: an answer of whatever status, or the reason why there is none. */
public sealed interface HttpAnswer {
    /**
     * The server answered.
     *
     * @param headers in the order received
     * @param body complete and decompressed
     */
    record Response(int status, List<HttpHeader> headers, byte[] body) implements HttpAnswer {
        /** Whether the status is from 200 to 299. */
        public boolean isSuccess() {
            return status >= 200 && status < 300;
        }

        /** The first header of a name. */
        public Optional<String> header(String name) {
            return headers.stream()
                    .filter(h -> h.is(name))
                    .map(HttpHeader::value)
                    .findFirst();
        }

        /** The body read as UTF-8. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /**
     * There is no usable answer.
     *
     * @param sentence what went wrong, for the user; holds no secret
     */
    record Failure(Kind kind, String sentence) implements HttpAnswer {}

    /** Why there is no answer. */
    enum Kind {
        /** No connection: refused, no route, unknown host. */
        CONNECT,
        /** The time was over. */
        TIMEOUT,
        /** The other side is not who it should be, or does not accept us. */
        TLS,
        /** The body is larger than the call allows. */
        TOO_LARGE,
        /** A secret, certificate or key file is missing or not usable. */
        CREDENTIALS,
        /** The connection broke, or what came is not HTTP. */
        PROTOCOL
    }
}
