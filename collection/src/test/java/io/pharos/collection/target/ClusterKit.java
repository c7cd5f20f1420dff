package io.pharos.collection.target;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

/** Actor systems that are cluster nodes, for tests. */
final class ClusterKit {
    private static final Config CONFIG = ConfigFactory.parseString("""
            akka {
              loglevel = WARNING
              actor {
                provider = cluster
                allow-java-serialization = off
              }
              remote.artery {
                transport = tcp
                canonical.hostname = "127.0.0.1"
                canonical.port = 0
              }
              cluster {
                jmx.enabled = off
                downing-provider-class = "akka.cluster.sbr.SplitBrainResolverProvider"
                # Membership and moves in tenths of seconds: tests wait for them.
                gossip-interval = 100ms
                leader-actions-interval = 100ms
                periodic-tasks-initial-delay = 100ms
                # As a node has it; without it this is the split brain resolver's 20 s.
                down-removal-margin = 2s
                sharding { rebalance-interval = 500ms, retry-interval = 200ms }
                distributed-data { gossip-interval = 200ms, notify-subscribers-interval = 50ms }
              }
              coordinated-shutdown.run-by-actor-system-terminate = off
            }
            """)
            .withFallback(
                    ConfigFactory.parseResources(ClusterKit.class.getClassLoader(), "pharos-collection-akka.conf"));

    private ClusterKit() {}

    /** A cluster of one. */
    static ActorTestKit oneNode() {
        ActorTestKit kit = node();
        join(kit, kit);
        return kit;
    }

    /** A node that has joined nobody yet. */
    static ActorTestKit node() {
        return ActorTestKit.create("pharos", CONFIG.withFallback(ConfigFactory.load()));
    }

    static void join(ActorTestKit kit, ActorTestKit other) {
        Cluster cluster = Cluster.get(kit.system());
        cluster.manager()
                .tell(Join.create(Cluster.get(other.system()).selfMember().address()));
    }
}
