package io.pharos.clusternode.cluster;

import io.pharos.clusternode.program.CommandFailure;
import io.pharos.clusternode.program.Version;
import io.pharos.persistence.roll.NodeEntry;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a node that is not in a cluster does next, from the roll and its seeds. Two clusters over one keyspace would take each
 * other's shards for ever, so a node founds one only where nobody can be in one already.
 */
sealed interface JoinDecision {
    /** Ask these to let us in. */
    record Ask(Set<String> addresses) implements JoinDecision {}

    /** Wait for these: they ran here, and it is not certain that they do not any more. */
    record Wait(Set<String> addresses) implements JoinDecision {}

    /** Found a cluster, if no other node is just doing so. */
    record Found() implements JoinDecision {}

    /**
     * Decides.
     *
     * @param self our own address
     * @param seeds addresses that are always tried; where there are some, only they found a cluster
     * @param isGone whether nobody listens at an address, for certain
     * @throws CommandFailure when a node of the cluster is too old for this one
     */
    static JoinDecision of(String self, Set<String> seeds, List<NodeEntry> roll, Predicate<String> isGone) {
        Set<String> alive = new TreeSet<>();
        Set<String> unknown = new TreeSet<>();
        for (NodeEntry entry : roll) {
            if (entry.address().equals(self)) {
                continue;
            }
            if (!entry.isAlive()) {
                unknown.add(entry.address());
            } else if (entry.protocol() < Protocol.OLDEST) {
                throw new CommandFailure("the node " + entry.http() + " of this cluster is Pharos " + entry.version()
                        + ", with which " + Version.number() + " cannot be in one cluster: upgrade it first");
            } else {
                alive.add(entry.address());
            }
        }
        Set<String> ask = new TreeSet<>(alive);
        ask.addAll(seeds);
        ask.remove(self);
        if (!alive.isEmpty() || !ask.isEmpty() && !seeds.contains(self)) {
            return new Ask(ask);
        }
        unknown.addAll(ask);
        unknown.removeIf(isGone);
        return unknown.isEmpty() ? new Found() : new Wait(unknown);
    }

    /** What to do where one talks TLS and the other does not. */
    static String tlsDiffers(String peer, boolean theyDo) {
        return theyDo
                ? "the nodes of the cluster of " + peer
                        + " talk TLS with each other: set pharos.cluster.tls to join them"
                : "the nodes of the cluster of " + peer
                        + " talk in clear with each other, but this one is told to use TLS" + " (pharos.cluster.tls)";
    }
}
