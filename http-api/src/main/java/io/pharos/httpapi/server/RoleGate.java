package io.pharos.httpapi.server;

import akka.stream.Materializer;
import java.util.List;
import java.util.Set;

/** Refuses what this node does not do, since it does not have the role for it, and says so. */
public final class RoleGate {
    private final Set<String> roles;
    private final Materializer materializer;

    /** @param roles those of this node */
    public RoleGate(Set<String> roles, Materializer materializer) {
        this.roles = Set.copyOf(roles);
        this.materializer = materializer;
    }

    /**
     * The routes as they are where this node has the role, else the same places with a refusal. It is a 503, since other nodes
     * answer and a load balancer should ask those; a writer that took it for a fault of its own would drop its samples.
     */
    public List<Route> require(String role, List<Route> routes) {
        if (roles.contains(role)) {
            return routes;
        }
        String text = "this node does not have the role " + role
                + "; ask one that has (/api/v1/status/cluster names the nodes and their roles)";
        return routes.stream()
                .map(route -> new Route(route.path(), route.methods(), route.kind(), call -> {
                    if (route.kind() == Route.Kind.STREAM) {
                        call.request().discardEntityBytes(materializer);
                    }
                    throw new ApiException(ErrorType.UNAVAILABLE, text);
                }))
                .toList();
    }
}
