package io.pharos.httpclient;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * One request.
 *
 * @param uri absolute, http or https; user and password in it are sent as basic authentication
 * @param headers fields beside those the client settings bring; {@code Content-Type} describes the body
 * @param body empty for none; taken over, not copied
 * @param timeout for everything: connecting, redirects, and reading the answer's body
 * @param bodyLimit most bytes of the answer's body, decompressed, before the call fails
 * @param client authentication, TLS, proxy and redirects
 */
public record HttpCall(
        String method,
        URI uri,
        List<HttpHeader> headers,
        byte[] body,
        Duration timeout,
        long bodyLimit,
        HttpClientSettings client) {
    private static final byte[] NO_BODY = {};

    /** A GET request without a body. */
    public static HttpCall get(
            URI uri, List<HttpHeader> headers, Duration timeout, long bodyLimit, HttpClientSettings client) {
        return new HttpCall("GET", uri, headers, NO_BODY, timeout, bodyLimit, client);
    }

    /** A POST request of a body with its content type. */
    public static HttpCall post(
            URI uri,
            String contentType,
            byte[] body,
            List<HttpHeader> headers,
            Duration timeout,
            long bodyLimit,
            HttpClientSettings client) {
        List<HttpHeader> all = new java.util.ArrayList<>(headers);
        all.add(new HttpHeader("Content-Type", contentType));
        return new HttpCall("POST", uri, List.copyOf(all), body, timeout, bodyLimit, client);
    }
}
