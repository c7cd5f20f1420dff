package io.pharos.httpapi.server;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where an endpoint stands and how it may be called.
 *
 * @param path exact, or with one {@code {}} for a segment that varies
 * @param kind what the route does with the body and which pages may read its answer
 */
public record Route(String path, Set<Method> methods, Kind kind, Endpoint endpoint) {
    /** The methods routes use; HEAD goes with GET. */
    public enum Method {
        GET,
        POST,
        PUT
    }

    /** How the router treats a call. */
    public enum Kind {
        /** Reads; a body is a form; any page may read the answer. */
        READ,
        /** Changes something; a body is a form; pages of other origins are refused. */
        CHANGE,
        /** Changes something; the endpoint reads the body itself; pages of other origins are refused. */
        STREAM
    }

    /** A route that reads, by GET alone. */
    public static Route get(String path, Endpoint endpoint) {
        return new Route(path, EnumSet.of(Method.GET), Kind.READ, endpoint);
    }

    /** A route that reads, by GET or with its parameters in a body. */
    public static Route getOrPost(String path, Endpoint endpoint) {
        return new Route(path, EnumSet.of(Method.GET, Method.POST), Kind.READ, endpoint);
    }

    /** A route that changes something. */
    public static Route change(String path, Set<Method> methods, Endpoint endpoint) {
        return new Route(path, methods, Kind.CHANGE, endpoint);
    }

    /** A route that reads its body as a stream. */
    public static Route stream(String path, Endpoint endpoint) {
        return new Route(path, EnumSet.of(Method.POST), Kind.STREAM, endpoint);
    }

    /** The value of the Allow header. */
    public String allow() {
        String listed = methods.stream().map(Method::name).sorted().collect(Collectors.joining(", "));
        return methods.contains(Method.GET) ? listed.replace("GET", "GET, HEAD") + ", OPTIONS" : listed + ", OPTIONS";
    }
}
