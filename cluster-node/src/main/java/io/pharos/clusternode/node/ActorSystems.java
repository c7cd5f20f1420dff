package io.pharos.clusternode.node;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import io.pharos.clusternode.cluster.ClusterSettings;
import io.pharos.clusternode.cluster.DiscoverySettings;
import io.pharos.clusternode.cluster.SameStoreChecker;
import io.pharos.clusternode.tls.NodeTls;
import io.pharos.persistence.lease.CassandraLeaseSetup;
import java.util.Optional;

/** The one actor system of a node, from Akka's defaults, ours, the modules' and the user's. */
final class ActorSystems {
    private static final String NAME = "pharos";

    private ActorSystems() {}

    /**
     * What a node shows others to be let in.
     *
     * @param clusterId nodes with another are not
     * @param tls certificates, where nodes do not talk in clear
     */
    record Identity(String clusterId, Optional<NodeTls> tls) {}

    /**
     * Starts it, in no cluster yet.
     *
     * @param user settings of the node: its {@code akka} keys go over ours
     * @param journal where events are stored
     * @param identity by which other nodes know this one
     * @param lease where the cluster's lease is
     */
    static ActorSystem<Void> start(
            NodeSettings settings, Config user, Config journal, Identity identity, CassandraLeaseSetup lease) {
        Config place = ConfigFactory.parseString("akka.remote.artery.canonical.hostname = "
                + ConfigUtil.quoteString(settings.host())
                + "\nakka.remote.artery.canonical.port = " + settings.clusterPort()
                + "\n" + ClusterSettings.ID + " = " + ConfigUtil.quoteString(identity.clusterId())
                // Nodes over another keyspace are no part of this cluster, whatever led them here.
                + "\nakka.cluster.configuration-compatibility-check.checkers.pharos = "
                + ConfigUtil.quoteString(SameStoreChecker.class.getName())
                + "\nakka.cluster.roles = [" + String.join(", ", settings.roles()) + "]"
                // Entities run only where their role is.
                + "\npharos.placement.roles { series-shard = store, pharos-scrape-target = ingest,"
                + " pharos-rule-group = alert, pharos-notification-group = alert }");
        Config ours = ConfigFactory.parseResources(ActorSystems.class.getClassLoader(), "pharos-akka.conf");
        Config alerting =
                ConfigFactory.parseResources(ActorSystems.class.getClassLoader(), "pharos-alerting-akka.conf");
        Config collection =
                ConfigFactory.parseResources(ActorSystems.class.getClassLoader(), "pharos-collection-akka.conf");
        Config all = user.withFallback(place)
                .withFallback(identity.tls().map(NodeTls::akka).orElse(ConfigFactory.empty()))
                .withFallback(DiscoverySettings.of(user).akka(settings.bootstrapPort()))
                .withFallback(journal)
                .withFallback(alerting)
                .withFallback(collection)
                .withFallback(ours)
                .withFallback(ConfigFactory.defaultReference(ActorSystems.class.getClassLoader()))
                .resolve();
        return ActorSystem.create(Behaviors.empty(), NAME, ActorSystemSetup.create(BootstrapSetup.create(all), lease));
    }
}
