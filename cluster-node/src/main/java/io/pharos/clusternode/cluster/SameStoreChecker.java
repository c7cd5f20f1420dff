package io.pharos.clusternode.cluster;

import akka.cluster.ConfigValidation;
import akka.cluster.JoinConfigCompatChecker;
import com.typesafe.config.Config;
import java.util.List;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Lets only nodes over the same keyspace into the cluster, however they found it. Akka makes one by its name. */
public final class SameStoreChecker extends JoinConfigCompatChecker {
    @Override
    public Seq<String> requiredKeys() {
        return CollectionConverters.asScala(List.of(ClusterSettings.ID)).toSeq();
    }

    @Override
    public ConfigValidation check(Config joining, Config ours) {
        return fullMatch(requiredKeys(), joining, ours);
    }
}
