package io.pharos.sharding.placement;

import akka.actor.typed.ActorSystem;
import akka.cluster.Cluster;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.sharding.ShardRegion;
import akka.pattern.Patterns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import scala.concurrent.duration.FiniteDuration;

/** Takes a member's work away while it stays a member, and gives it back; says before what would move where. Thread-safe. */
public final class Draining {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final FiniteDuration REGIONS_PATIENCE = FiniteDuration.create(3, TimeUnit.SECONDS);

    /**
     * One shard that is on the node and is to leave it.
     *
     * @param type the entity type
     * @param to the member it goes to, as host:port
     * @param entities what of the type runs in it now
     */
    public record Move(String type, int shard, String to, int entities) {}

    private final ActorSystem<?> system;
    private final Cluster cluster;
    private final DrainedNodes drained;
    private final PlacementSettings placement;

    /** Of an actor system that is a member of a cluster. */
    public Draining(ActorSystem<?> system) {
        this.system = system;
        this.cluster = Cluster.get(system);
        this.drained = DrainedNodes.get(system);
        this.placement = PlacementSettings.of(system.settings().config());
    }

    /** The members that may carry work, with their roles. */
    private List<Worker> working() {
        List<Worker> working = new ArrayList<>();
        for (Member member : cluster.state().getMembers()) {
            if (member.status().equals(MemberStatus.up()) && !drained.contains(member.uniqueAddress())) {
                working.add(new Worker(hostPort(member), member.getRoles()));
            }
        }
        return working;
    }

    /** A member that may carry work, as host:port of the cluster, and what it does. */
    record Worker(String node, Set<String> roles) {}

    /** Who could have what a member has of a type: those that work, with the type's role, without it. */
    static Set<String> takers(List<Worker> working, String leaving, Optional<String> role) {
        Set<String> takers = new TreeSet<>();
        for (Worker worker : working) {
            if (!worker.node.equals(leaving) && role.map(worker.roles::contains).orElse(true)) {
                takers.add(worker.node);
            }
        }
        return takers;
    }

    /** All members, drained ones too, as host:port of the cluster, in order. */
    public Set<String> members() {
        Set<String> members = new TreeSet<>();
        cluster.state().getMembers().forEach(member -> members.add(hostPort(member)));
        return members;
    }

    private static String hostPort(Member member) {
        return hostPort(member.address().hostPort());
    }

    /** Without the name of the actor system, which Akka puts before it. */
    private static String hostPort(String ringName) {
        return ringName.substring(ringName.indexOf('@') + 1);
    }

    private Optional<Member> member(String hostPort) {
        for (Member member : cluster.state().getMembers()) {
            if (hostPort(member).equals(hostPort)) {
                return Optional.of(member);
            }
        }
        return Optional.empty();
    }

    private Member required(String hostPort) {
        return member(hostPort)
                .orElseThrow(() -> new IllegalArgumentException(
                        "no member has the address " + hostPort + "; the members are " + String.join(", ", members())));
    }

    /** Takes a member's work away; it moves within seconds. Fails where no member has this address or no other one could do what it does. */
    public CompletionStage<Void> drain(String hostPort) {
        Member member = required(hostPort);
        List<Worker> working = working();
        if (takers(working, hostPort, Optional.empty()).isEmpty()) {
            throw new IllegalArgumentException(hostPort + " is the only node that can work: start another one first");
        }
        for (String role : new TreeSet<>(placement.roleByType().values())) {
            if (member.hasRole(role)
                    && takers(working, hostPort, Optional.of(role)).isEmpty()) {
                throw new IllegalArgumentException(hostPort + " is the only node with the role " + role
                        + " that can work: start another one first");
            }
        }
        return drained.drain(member.uniqueAddress());
    }

    /** Gives a member its share of the work again. */
    public CompletionStage<Void> undo(String hostPort) {
        return drained.undo(required(hostPort).uniqueAddress());
    }

    /**
     * What is on a member now and would go elsewhere, or goes already, by type and shard; empty where nothing is left on it. Fails with
     * {@link TimeoutException} where the other members do not say in time what they have.
     */
    public CompletionStage<List<Move>> plan(String hostPort) {
        required(hostPort);
        List<CompletableFuture<List<Move>>> plans = new ArrayList<>();
        LeavingRegions.get(system)
                .forEachType((type, region) -> plans.add(
                        Patterns.ask(region, new ShardRegion.GetClusterShardingStats(REGIONS_PATIENCE), PATIENCE)
                                .thenApply(stats -> plan(type, hostPort, (ShardRegion.ClusterShardingStats) stats))
                                .toCompletableFuture()));
        return CompletableFuture.allOf(plans.toArray(CompletableFuture[]::new)).thenApply(done -> {
            List<Move> all = new ArrayList<>();
            plans.forEach(plan -> all.addAll(plan.join()));
            all.sort(Comparator.comparing(Move::type).thenComparingInt(Move::shard));
            return all;
        });
    }

    /** The same computation that the coordinator does, from the same homes. */
    private List<Move> plan(String type, String leaving, ShardRegion.ClusterShardingStats stats) {
        List<Worker> working = working();
        Optional<String> role = placement.role(type);
        if (stats.getRegions().isEmpty()
                && (required(leaving).hasRole(role.orElse(""))
                        || !takers(working, "", role).isEmpty())) {
            // Akka answers with nothing where one region was silent: that is not an empty node.
            throw new CompletionException(new TimeoutException("not every node said what it has of " + type));
        }
        Map<String, String> homes = new HashMap<>();
        Map<String, Integer> entities = new HashMap<>();
        stats.getRegions()
                .forEach((address, region) -> region.getStats().forEach((shard, count) -> {
                    homes.put(shard, hostPort(address.hostPort()));
                    entities.put(shard, (Integer) count);
                }));
        // Shards lie on the ring by the whole address, as the coordinator names nodes.
        Map<String, String> named = new HashMap<>();
        homes.forEach((shard, node) -> named.put(shard, ringName(node)));
        Set<String> ring = new HashSet<>();
        takers(working, leaving, role).forEach(node -> ring.add(ringName(node)));
        Map<String, String> after = BoundedHashRing.of(ring).place(named.keySet(), named);
        List<Move> moves = new ArrayList<>();
        homes.forEach((shard, node) -> {
            if (node.equals(leaving)) {
                moves.add(new Move(
                        type,
                        Integer.parseInt(shard),
                        hostPort(after.getOrDefault(shard, "")),
                        entities.getOrDefault(shard, 0)));
            }
        });
        return moves;
    }

    private String ringName(String hostPort) {
        return cluster.selfAddress().system() + "@" + hostPort;
    }
}
