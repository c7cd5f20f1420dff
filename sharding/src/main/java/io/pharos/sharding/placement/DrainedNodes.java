package io.pharos.sharding.placement;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ClusterEvent;
import akka.cluster.UniqueAddress;
import akka.cluster.ddata.Key;
import akka.cluster.ddata.ORSet;
import akka.cluster.ddata.ORSetKey;
import akka.cluster.ddata.SelfUniqueAddress;
import akka.cluster.ddata.typed.javadsl.DistributedData;
import akka.cluster.ddata.typed.javadsl.Replicator;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Subscribe;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The members that are to carry no work, as every member knows them: kept as distributed data, so that the knowledge outlives
 * any one of them, also the one that places shards. A node is named with the number of its run, so one that restarts is
 * not drained any more. Thread-safe.
 */
public final class DrainedNodes implements Extension {
    private static final Id ID = new Id();
    private static final Key<ORSet<String>> KEY = ORSetKey.create("pharos-drained-nodes");
    private static final Duration TELL_TIMEOUT = Duration.ofSeconds(3);

    private static final class Id extends ExtensionId<DrainedNodes> {
        @Override
        public DrainedNodes createExtension(ActorSystem<?> system) {
            return new DrainedNodes(system);
        }
    }

    private sealed interface Heard {}

    private record Changed(Set<String> nodes) implements Heard {}

    private record Removed(UniqueAddress node) implements Heard {}

    private record Nothing() implements Heard {}

    private final ActorSystem<?> system;
    private final SelfUniqueAddress self;
    private final ActorRef<Replicator.Command> replicator;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Set<String> names = Set.of();

    private DrainedNodes(ActorSystem<?> system) {
        this.system = system;
        DistributedData data = DistributedData.get(system);
        this.self = data.selfUniqueAddress();
        this.replicator = data.replicator();
        system.systemActorOf(listen(), "drained-nodes", Props.empty());
    }

    /** Of an actor system that is a member of a cluster, or will be. */
    public static DrainedNodes get(ActorSystem<?> system) {
        return ID.apply(system);
    }

    private Behavior<Heard> listen() {
        return Behaviors.setup(context -> {
            Cluster.get(system)
                    .subscriptions()
                    .tell(Subscribe.create(
                            context.messageAdapter(
                                    ClusterEvent.MemberRemoved.class,
                                    removed -> new Removed(removed.member().uniqueAddress())),
                            ClusterEvent.MemberRemoved.class));
            return DistributedData.withReplicatorMessageAdapter(
                    (akka.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter<Heard, ORSet<String>> adapter) -> {
                        adapter.subscribe(
                                KEY,
                                told -> told instanceof Replicator.Changed<ORSet<String>> changed
                                        ? new Changed(
                                                Set.copyOf(changed.get(KEY).getElements()))
                                        : new Nothing());
                        return Behaviors.receive(Heard.class)
                                .onMessage(Changed.class, changed -> {
                                    names = changed.nodes;
                                    listeners.forEach(Runnable::run);
                                    return Behaviors.same();
                                })
                                .onMessage(Removed.class, removed -> {
                                    if (contains(removed.node)) {
                                        undo(removed.node);
                                    }
                                    return Behaviors.same();
                                })
                                .onMessage(Nothing.class, nothing -> Behaviors.same())
                                .build();
                    });
        });
    }

    private static String name(UniqueAddress node) {
        return node.address().hostPort() + "#" + node.longUid();
    }

    /** Whether a member is to carry no work. */
    public boolean contains(UniqueAddress node) {
        return names.contains(name(node));
    }

    /** Calls back, on any thread, after the set changed; must be quick. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** A member is to carry no work; completes when most members know it, or after some seconds when it is told on its way. */
    public CompletionStage<Void> drain(UniqueAddress node) {
        return update(before -> before.add(self, name(node)));
    }

    /** A member may carry work again. */
    public CompletionStage<Void> undo(UniqueAddress node) {
        return update(before -> before.remove(self, name(node)));
    }

    private CompletionStage<Void> update(akka.japi.function.Function<ORSet<String>, ORSet<String>> change) {
        // Were members silent just now, this one knows it all the same and gossip tells the others.
        return AskPattern.<Replicator.Command, Replicator.UpdateResponse<ORSet<String>>>ask(
                        replicator,
                        replyTo -> new Replicator.Update<>(
                                KEY,
                                ORSet.create(),
                                new Replicator.WriteMajority(TELL_TIMEOUT),
                                replyTo,
                                before -> applied(change, before)),
                        TELL_TIMEOUT.multipliedBy(2),
                        system.scheduler())
                .thenAccept(answer -> {});
    }

    private static ORSet<String> applied(
            akka.japi.function.Function<ORSet<String>, ORSet<String>> change, ORSet<String> before) {
        try {
            return change.apply(before);
        } catch (Exception fault) {
            throw new IllegalStateException(fault);
        }
    }
}
