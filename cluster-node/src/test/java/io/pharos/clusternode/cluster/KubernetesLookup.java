package io.pharos.clusternode.cluster;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.discovery.Discovery;
import akka.discovery.ServiceDiscovery;
import com.typesafe.config.ConfigFactory;
import io.pharos.conf.HoconReader;
import java.time.Duration;

/** A process that looks nodes up as a pod would, since Kubernetes tells a pod by its environment where its API is. */
final class KubernetesLookup {
    private KubernetesLookup() {}

    /** Prints the addresses found, one a line; arguments are the paths of the authority, the token and the namespace. */
    public static void main(String[] arguments) throws Exception {
        DiscoverySettings settings = DiscoverySettings.of(
                HoconReader.read(
                        "test",
                        "pharos.cluster.discovery { method = kubernetes, service-name = metrics, kubernetes.namespace = watch }"));
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "lookup",
                ConfigFactory.parseString("akka.loglevel = WARNING\nakka.discovery.kubernetes-api { api-ca-path = \""
                                + arguments[0] + "\", api-token-path = \"" + arguments[1] + "\" }")
                        .withFallback(settings.akka(17093))
                        .withFallback(ConfigFactory.load()));
        try {
            ServiceDiscovery discovery = Discovery.get(system).loadServiceDiscovery("kubernetes-api");
            discovery
                    .lookup(settings.serviceName(), Duration.ofSeconds(20))
                    .toCompletableFuture()
                    .join()
                    .getAddresses()
                    .forEach(target -> System.out.println(target.host()));
        } finally {
            system.terminate();
        }
    }
}
