package io.pharos.clusternode.node;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import io.pharos.persistence.lease.CassandraLeaseSetup;

/** The one actor system of a node, from Akka's defaults, ours, the modules' and the user's. */
final class ActorSystems {
    private static final String NAME = "pharos";

    private ActorSystems() {}

    /**
     * Starts it, in no cluster yet.
     *
     * @param user settings of the node: its {@code akka} keys go over ours
     * @param journal where events are stored
     * @param lease where the cluster's lease is
     */
    static ActorSystem<Void> start(NodeSettings settings, Config user, Config journal, CassandraLeaseSetup lease) {
        Config place = ConfigFactory.parseString("akka.remote.artery.canonical.hostname = "
                + ConfigUtil.quoteString(settings.host())
                + "\nakka.remote.artery.canonical.port = " + settings.clusterPort()
                + "\nakka.cluster.roles = [" + String.join(", ", settings.roles()) + "]");
        Config ours = ConfigFactory.parseResources(ActorSystems.class.getClassLoader(), "pharos-akka.conf");
        Config alerting =
                ConfigFactory.parseResources(ActorSystems.class.getClassLoader(), "pharos-alerting-akka.conf");
        Config collection =
                ConfigFactory.parseResources(ActorSystems.class.getClassLoader(), "pharos-collection-akka.conf");
        Config all = user.withFallback(place)
                .withFallback(journal)
                .withFallback(alerting)
                .withFallback(collection)
                .withFallback(ours)
                .withFallback(ConfigFactory.defaultReference(ActorSystems.class.getClassLoader()))
                .resolve();
        return ActorSystem.create(Behaviors.empty(), NAME, ActorSystemSetup.create(BootstrapSetup.create(all), lease));
    }
}
