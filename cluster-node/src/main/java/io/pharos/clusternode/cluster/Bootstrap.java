package io.pharos.clusternode.cluster;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.server.Route;
import akka.http.javadsl.server.directives.RouteAdapter;
import akka.http.scaladsl.model.Uri;
import akka.management.cluster.bootstrap.ClusterBootstrap;
import akka.management.scaladsl.ManagementRouteProviderSettings;
import java.util.concurrent.CompletionStage;

/**
 * Finds the nodes of the cluster by Akka Management's bootstrap, over DNS or Kubernetes, beside the roll. It only ever joins: to
 * found a cluster is decided over the keyspace. Of Akka Management nothing but {@code GET /bootstrap/seed-nodes} is mounted, which
 * nodes ask each other without credentials, and which tells addresses of nodes only.
 */
public final class Bootstrap {
    private Bootstrap() {}

    /** Answers other nodes at a port of its own and begins to look for them; the stage fails when the port is taken. */
    public static CompletionStage<ServerBinding> start(ActorSystem<?> system, String host, int port) {
        ClusterBootstrap bootstrap = ClusterBootstrap.get(system);
        Uri self = Uri.apply("http://" + host + ":" + port);
        Route route = RouteAdapter.asJava(bootstrap.routes(ManagementRouteProviderSettings.apply(self, true)));
        return Http.get(system).newServerAt(host, port).bind(route).thenApply(binding -> {
            bootstrap.start();
            return binding;
        });
    }
}
