package io.pharos.clusternode.cluster;

import akka.actor.ExtendedActorSystem;
import akka.discovery.Lookup;
import akka.discovery.ServiceDiscovery;
import akka.dispatch.Futures;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import scala.Option;
import scala.concurrent.Future;
import scala.concurrent.duration.FiniteDuration;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Looks a name's addresses up by the resolver of the JVM, which knows what the host knows (hosts file, search domains). Akka's own
 * resolver never repeats a query that was lost. Made by Akka by its name.
 */
public final class JvmDnsDiscovery extends ServiceDiscovery {
    private final ExtendedActorSystem system;

    /** Called by Akka. */
    public JvmDnsDiscovery(ExtendedActorSystem system) {
        this.system = system;
    }

    @Override
    public Future<Resolved> lookup(Lookup lookup, FiniteDuration timeout) {
        // The resolver blocks for as long as the host lets it.
        return Futures.future(
                () -> resolve(lookup.serviceName()),
                system.dispatchers().lookup("akka.actor.default-blocking-io-dispatcher"));
    }

    static Resolved resolve(String name) {
        List<ResolvedTarget> targets = new ArrayList<>();
        try {
            for (InetAddress address : InetAddress.getAllByName(name)) {
                targets.add(new ResolvedTarget(address.getHostAddress(), Option.empty(), Option.apply(address)));
            }
        } catch (UnknownHostException nobodyYet) {
            // A name without addresses is a service without nodes: the next look may find some.
            return new Resolved(
                    name,
                    CollectionConverters.asScala(List.<ResolvedTarget>of()).toSeq());
        }
        return new Resolved(name, CollectionConverters.asScala(targets).toSeq());
    }
}
