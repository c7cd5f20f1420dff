package io.pharos.httpclient;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.Uri;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.javadsl.model.headers.RawRequestURI;
import io.pharos.httpclient.HttpClientSettings.Authorization;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes a call as Akka HTTP's request: headers, authentication, body. */
final class RequestWriter {
    private RequestWriter() {}

    /** Whether writing this call reads files. */
    static boolean touchesDisk(HttpCall call) {
        HttpClientSettings client = call.client();
        boolean secrets = client.authorization()
                .map(a -> a instanceof Authorization.Basic basic
                        ? basic.user().isFile() || basic.password().isFile()
                        : a instanceof Authorization.Credentials c
                                && c.credentials().isFile())
                .orElse(false);
        return secrets
                || "https".equals(call.uri().getScheme())
                || client.headers().values().stream()
                        .anyMatch(values -> values.stream().anyMatch(Secret::isFile));
    }

    /**
     * The request for one hop.
     *
     * @param redirects hops before this one; another host than the call's own gets no credentials
     * @throws IOException with a sentence when a secret cannot be read
     */
    static HttpRequest write(HttpCall call, URI uri, String method, byte[] body, int redirects) throws IOException {
        String host = uri.getHost();
        if (host == null) {
            throw new IllegalArgumentException("an address without a host");
        }
        boolean trusted = redirects == 0 || host.equalsIgnoreCase(call.uri().getHost());
        List<akka.http.javadsl.model.HttpHeader> headers = new ArrayList<>();
        Optional<String> contentType = Optional.empty();
        boolean authorized = false;
        for (HttpHeader header : call.headers()) {
            if (header.is("Content-Type")) {
                contentType = Optional.of(header.value());
            } else if (trusted || !header.is("Authorization") && !header.is("Cookie")) {
                headers.add(field(header.name(), header.value()));
                authorized |= header.is("Authorization");
            }
        }
        if (trusted) {
            for (Map.Entry<String, List<Secret>> extra : call.client().headers().entrySet()) {
                if (call.headers().stream().noneMatch(h -> h.is(extra.getKey()))) {
                    for (Secret value : extra.getValue()) {
                        headers.add(field(extra.getKey(), value.read()));
                    }
                }
            }
            if (!authorized) {
                Optional<String> authorization = authorization(call, uri);
                if (authorization.isPresent()) {
                    headers.add(field("Authorization", authorization.get()));
                }
            }
        }
        String address = withoutUser(uri);
        if (call.client().proxy().isPresent() && "http".equals(uri.getScheme())) {
            headers.add(RawRequestURI.create(address));
        }
        HttpRequest request = HttpRequest.create()
                .withMethod(HttpMethods.lookup(method)
                        .orElseThrow(() -> new IllegalArgumentException("unknown method " + method)))
                .withUri(Uri.create(address, Uri.RELAXED))
                .withHeaders(headers);
        if (body.length == 0 && contentType.isEmpty()) {
            return request;
        }
        ContentType type = contentType
                .map(text -> {
                    ContentType parsed = ContentTypes.parse(text);
                    if (parsed == null) {
                        throw new IllegalArgumentException("not a content type: " + text);
                    }
                    return parsed;
                })
                .orElse(ContentTypes.APPLICATION_OCTET_STREAM);
        return request.withEntity(HttpEntities.create(type, body));
    }

    /** A field Akka HTTP has a class for must be that class, or it is left out with a warning. */
    private static akka.http.javadsl.model.HttpHeader field(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7f) {
                throw new IllegalArgumentException("the header " + name + " holds a control character");
            }
        }
        if (name.equalsIgnoreCase("User-Agent") || name.equalsIgnoreCase("Host")) {
            return akka.http.javadsl.model.HttpHeader.parse(name, value);
        }
        return RawHeader.create(name, value);
    }

    private static Optional<String> authorization(HttpCall call, URI uri) throws IOException {
        Authorization given = call.client().authorization().orElse(null);
        if (given instanceof Authorization.Basic basic) {
            return Optional.of(
                    basic(basic.user().read() + ":" + basic.password().read()));
        }
        if (given instanceof Authorization.Credentials credentials) {
            return Optional.of(
                    credentials.type() + " " + credentials.credentials().read());
        }
        String userInfo = uri.getUserInfo();
        return userInfo == null ? Optional.empty() : Optional.of(basic(userInfo));
    }

    private static String basic(String userAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    }

    private static String withoutUser(URI uri) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return uri.getScheme() + "://" + uri.getHost() + port + path + query;
    }
}
