package io.pharos.clusternode.cluster;

import akka.actor.Address;
import akka.actor.typed.ActorSystem;
import akka.cluster.Cluster;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.clusternode.tls.NodeTls;
import io.pharos.persistence.lease.ExpelledNodes;
import io.pharos.persistence.roll.NodeEntry;
import io.pharos.persistence.roll.NodeRoll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a node into the cluster of its keyspace, and keeps it on the roll while it is in it. A thread of its own does both, since
 * both wait for the store.
 */
public final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final Duration STORE_PATIENCE = Duration.ofSeconds(10);
    private static final Duration JOIN_PATIENCE = Duration.ofSeconds(140);
    private static final Duration FOUND_PATIENCE = Duration.ofSeconds(15);
    /** Longer than a node needs to write itself down again after Cassandra was away. */
    private static final Duration RETURN_PATIENCE = Duration.ofSeconds(12);

    private static final long BEAT_MILLIS = 3000;
    private static final long LOOK_MILLIS = 50;
    private static final int PROBE_MILLIS = 500;
    private static final int TRUST_ATTEMPTS = 3;

    private final ActorSystem<?> system;
    private final Cluster cluster;
    private final NodeRoll roll;
    private final ExpelledNodes expelled;
    private final NodeEntry self;
    private final String clusterId;
    private final Set<String> seeds;
    private final Optional<NodeTls> tls;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();
    private final Thread thread = new Thread(this::live, "pharos-membership");
    private volatile Set<String> strangers = Set.of();
    private volatile boolean stopping;

    /**
     * What a node knows before it looks at the roll.
     *
     * @param clusterId of its keyspace
     * @param seeds cluster addresses that are always tried
     * @param tls how nodes are talked to, where not in clear
     */
    public record Known(String clusterId, List<String> seeds, Optional<NodeTls> tls) {}

    private Membership(ActorSystem<?> system, NodeRoll roll, ExpelledNodes expelled, NodeEntry self, Known known) {
        this.system = system;
        this.cluster = Cluster.get(system);
        this.roll = roll;
        this.expelled = expelled;
        this.self = self;
        this.clusterId = known.clusterId();
        this.seeds = Set.copyOf(known.seeds());
        this.tls = known.tls();
    }

    /** Begins to join, or to found, and returns at once. */
    public static Membership start(
            ActorSystem<?> system, NodeRoll roll, ExpelledNodes expelled, NodeEntry self, Known known) {
        known.seeds().forEach(HostPort::parse);
        Membership membership = new Membership(system, roll, expelled, self, known);
        membership.thread.setDaemon(true);
        membership.thread.start();
        return membership;
    }

    /** Whether another node is alive over this keyspace. Blocks. */
    public static boolean othersRun(NodeRoll roll, NodeEntry self) throws InterruptedException {
        return await(roll.list()).stream().anyMatch(entry -> isOther(entry, self));
    }

    private static boolean isOther(NodeEntry entry, NodeEntry self) {
        return entry.isAlive() && !entry.address().equals(self.address());
    }

    /** Complete when this node is in the cluster and on the roll; fails with {@link CommandFailure} when it cannot get in. */
    public CompletionStage<Void> joined() {
        return joined.minimalCompletionStage();
    }

    /** The id of the cluster's keyspace. */
    public String clusterId() {
        return clusterId;
    }

    /** Says that the actor system ended; true where that was before this node was in the cluster, so that it was refused. */
    public boolean refused() {
        return joined.completeExceptionally(
                new CommandFailure("the nodes of the cluster refused this one: its settings do not fit"
                        + " theirs, or its seeds are nodes over another keyspace; see DATA/logs/node.log"));
    }

    /** Nodes that run over our keyspace in a cluster of their own, which must not be; none in a sound cluster. */
    public Set<String> strangers() {
        return strangers;
    }

    /** Addresses of the nodes in the cluster; none while this one is not in it. */
    public List<String> seeds() {
        List<String> up = new ArrayList<>();
        if (joined.isDone() && !joined.isCompletedExceptionally()) {
            for (Member member : cluster.state().getMembers()) {
                if (member.status().equals(MemberStatus.up())) {
                    up.add(text(member.address()));
                }
            }
        }
        return up;
    }

    private void live() {
        try {
            if (!joinOnce()) {
                return;
            }
            joined.complete(null);
            keepOnRoll();
        } catch (InterruptedException e) {
            // Only leave() interrupts.
        } catch (RuntimeException e) {
            if (!joined.completeExceptionally(e)) {
                LOG.error("this node no longer writes itself down", e);
            }
        } finally {
            joined.completeExceptionally(new CommandFailure("stopped before this node was in the cluster"));
        }
    }

    private boolean joinOnce() throws InterruptedException {
        long begin = System.nanoTime();
        Set<String> asked = Set.of();
        boolean told = false;
        while (!stopping) {
            JoinDecision decision = JoinDecision.of(
                    self.address(),
                    seeds,
                    entries(),
                    address -> HostPort.parse(address).isRefused(PROBE_MILLIS));
            long waited = System.nanoTime() - begin;
            if (decision instanceof JoinDecision.Wait wait && waited < RETURN_PATIENCE.toNanos()) {
                if (!told) {
                    LOG.info("{} ran over this keyspace and may come back: waiting for them", wait.addresses());
                    told = true;
                }
                TimeUnit.MILLISECONDS.sleep(500);
            } else if (decision instanceof JoinDecision.Ask ask) {
                if (!ask.addresses().equals(asked)) {
                    asked = ask.addresses();
                    requireTrust(asked);
                    LOG.info("joining the cluster of {}", asked);
                    cluster.joinSeedNodes(addresses(asked));
                }
                if (awaitUp(Duration.ofSeconds(2))) {
                    write();
                    return true;
                }
                if (waited > JOIN_PATIENCE.toNanos()) {
                    throw new CommandFailure("the nodes " + asked + " did not let this one into their cluster within "
                            + JOIN_PATIENCE.toSeconds()
                            + " s: is their cluster port (HTTP + 8000) reachable from here, and"
                            + " this one's from there?");
                }
            } else if (found()) {
                return true;
            } else {
                TimeUnit.MILLISECONDS.sleep(300);
            }
        }
        return false;
    }

    /** Akka only says that a connection failed, again and again. A node may hang up as it ends, so it is asked more than once. */
    private void requireTrust(Set<String> addresses) throws InterruptedException {
        for (String address : addresses) {
            Optional<String> fault = trustFault(address);
            for (int attempt = 1; attempt < TRUST_ATTEMPTS && fault.isPresent(); attempt++) {
                TimeUnit.SECONDS.sleep(1);
                fault = trustFault(address);
            }
            if (fault.isPresent()) {
                throw new CommandFailure(fault.get());
            }
        }
    }

    private Optional<String> trustFault(String address) {
        HostPort node = HostPort.parse(address);
        if (tls.isPresent()) {
            return tls.get().fault(node.host(), node.port());
        }
        return NodeTls.isSpoken(node.host(), node.port())
                ? Optional.of(JoinDecision.tlsDiffers(address, true))
                : Optional.empty();
    }

    /** False when another node is founding. */
    private boolean found() throws InterruptedException {
        if (!await(roll.takeFounding(self.address(), FOUND_PATIENCE.plus(NodeRoll.LIFE)))) {
            return false;
        }
        try {
            // Somebody may have founded between our look and our right to.
            if (othersRun(roll, self)) {
                return false;
            }
            LOG.info("no other node runs over this keyspace: founding the cluster");
            cluster.join(cluster.selfAddress());
            if (!awaitUp(FOUND_PATIENCE)) {
                throw new CommandFailure(
                        "the cluster could not be founded within " + FOUND_PATIENCE.toSeconds() + " s");
            }
            write();
            return true;
        } finally {
            roll.leaveFounding(self.address());
        }
    }

    private boolean awaitUp(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!stopping) {
            MemberStatus status = cluster.selfMember().status();
            if (status.equals(MemberStatus.up())) {
                return true;
            }
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return false;
    }

    private void keepOnRoll() throws InterruptedException {
        Strangers all = new Strangers();
        boolean failing = false;
        while (!stopping) {
            TimeUnit.MILLISECONDS.sleep(BEAT_MILLIS);
            try {
                if (!cluster.isTerminated()
                        && await(expelled.contains(
                                self.address(), cluster.selfUniqueAddress().longUid()))) {
                    LOG.error("the other nodes went on without this one while it did not run or was not reachable");
                    cluster.down(cluster.selfAddress());
                    return;
                }
                if (!cluster.isTerminated() && cluster.selfMember().status().equals(MemberStatus.up())) {
                    write();
                }
                Set<String> found = findStrangers(all);
                if (!found.isEmpty() && strangers.isEmpty()) {
                    LOG.error(
                            "the nodes {} run over this keyspace in another cluster: they take each other's shards."
                                    + " Stop them and start them again, they then find this one",
                            found);
                }
                strangers = found;
                failing = false;
            } catch (RuntimeException e) {
                if (!failing) {
                    LOG.warn("this node cannot write itself down: {}", CommandFailure.sentence(e));
                }
                failing = true;
            }
        }
    }

    private Set<String> findStrangers(Strangers all) throws InterruptedException {
        Set<String> members = new HashSet<>();
        for (Member member : cluster.state().getMembers()) {
            members.add(text(member.address()));
        }
        Set<String> alive = new HashSet<>();
        for (NodeEntry entry : await(roll.list())) {
            if (entry.isAlive()) {
                alive.add(entry.address());
            }
        }
        return all.look(System.nanoTime(), members, alive);
    }

    private void write() throws InterruptedException {
        await(roll.write(self));
    }

    private List<NodeEntry> entries() throws InterruptedException {
        return await(roll.list());
    }

    private List<Address> addresses(Set<String> texts) {
        List<Address> addresses = new ArrayList<>();
        for (String text : texts) {
            addresses.add(HostPort.parse(text).address(system.name()));
        }
        return addresses;
    }

    /** A member's address as the roll has it. */
    public static String text(Address address) {
        return address.getHost().orElse("") + ":"
                + address.getPort().map(String::valueOf).orElse("");
    }

    private static <T> T await(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(STORE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new CommandFailure(CommandFailure.sentence(e), e);
        } catch (TimeoutException e) {
            throw new CommandFailure("Cassandra did not answer within " + STORE_PATIENCE.toSeconds() + " s", e);
        }
    }

    /** Strikes this node off the roll: whoever starts from now on asks others. Blocks for at most some seconds. */
    public void leave() throws InterruptedException {
        stopping = true;
        thread.interrupt();
        thread.join(STORE_PATIENCE.toMillis());
        await(roll.strike(self.address()));
    }
}
