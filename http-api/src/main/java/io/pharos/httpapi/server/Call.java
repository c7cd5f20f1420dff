package io.pharos.httpapi.server;

import akka.http.javadsl.model.HttpRequest;
import io.pharos.promql.query.Cancellation;

/**
 * One request on its way to its endpoint.
 *
 * @param path the path without its query, percent encoding undone
 * @param variable what stands where the route has its variable segment, or the empty string
 * @param parameters of URL and form body
 * @param isTrusted whether the caller may operate nodes: it showed the cluster's token, or is on this host where there is none
 * @param cancellation raised when the client leaves before its answer
 */
public record Call(
        HttpRequest request,
        String path,
        String variable,
        Parameters parameters,
        boolean isTrusted,
        Cancellation cancellation) {

    /**
     * Fails unless the caller may operate nodes.
     *
     * @param deed what it asks for, as in "only a client on this host may ..."
     */
    public void requireTrusted(String deed) {
        if (!isTrusted) {
            throw new ApiException(
                    ErrorType.FORBIDDEN,
                    "only a client on this host may " + deed
                            + ", or one with a token where pharos.http.token-file is set");
        }
    }

    /** The value of a header, or the empty string. */
    public String header(String lowerCaseName) {
        for (var header : request.getHeaders()) {
            if (header.is(lowerCaseName)) {
                return header.value();
            }
        }
        return "";
    }

    /** Whether the client takes gzip. */
    public boolean acceptsGzip() {
        for (String offer : header("accept-encoding").split(",", -1)) {
            String[] parts = offer.trim().split(";", 2);
            if (parts[0].trim().equalsIgnoreCase("gzip")) {
                return parts.length == 1 || !parts[1].trim().matches("q=0(\\.0*)?");
            }
        }
        return false;
    }
}
