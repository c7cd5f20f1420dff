package io.pharos.httpapi.security;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import java.util.Set;

/**
 * Decides which requests have to show a token. Everything that reads or changes anything has to, from this host too: behind a proxy
 * every client is of this host. Open are the two probes of load balancers, and the page's own files, which hold no data.
 */
public final class TokenGate {
    private static final Set<String> OPEN = Set.of("/-/healthy", "/-/ready");

    private final AccessTokens tokens;

    /** Over the tokens that are taken. */
    public TokenGate(AccessTokens tokens) {
        this.tokens = tokens;
    }

    /** Whether callers have to show a token at all. */
    public boolean isClosed() {
        return tokens.isRequired();
    }

    /**
     * Why a request may not go on, or the empty string.
     *
     * @param route the path of the route it is for
     */
    public String refusal(String route, HttpRequest request) {
        if (!tokens.isRequired() || OPEN.contains(route)) {
            return "";
        }
        String authorization = "";
        for (HttpHeader header : request.getHeaders()) {
            if (header.is("authorization")) {
                authorization = header.value();
            }
        }
        if (authorization.isEmpty()) {
            return "a token is wanted: send the header Authorization: Bearer TOKEN, or use --token-file";
        }
        return tokens.accepts(authorization) ? "" : "the token is not one of this cluster";
    }
}
