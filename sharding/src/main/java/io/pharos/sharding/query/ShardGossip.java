package io.pharos.sharding.query;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import io.pharos.sharding.exemplar.ExemplarDesk;
import io.pharos.sharding.shard.AppendDoor;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.shard.ShardRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells every node which shards this one has open, whenever that changes and now and then, and fills the node's directory. */
public final class ShardGossip {
    private static final ServiceKey<Command> KEY = ServiceKey.create(Command.class, "pharos-shard-gossip");
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    /** What it is told. */
    public sealed interface Command {}

    /**
     * A node's claim.
     *
     * @param epochs open shard to epoch
     * @param door of the node for samples; null where it has none
     * @param exemplars where the node takes them; null where it does not
     */
    public record Claim(
            ActorRef<QueryWorker.Command> worker,
            String incarnation,
            Map<Integer, Long> epochs,
            @Nullable ActorRef<AppendDoor.Command> door,
            @Nullable ActorRef<ExemplarDesk.Command> exemplars)
            implements Command {}

    private record Peers(Receptionist.Listing listing) implements Command {}

    private record Changed() implements Command {}

    private record Tick() implements Command {}

    private ShardGossip() {}

    /**
     * The gossip of one node.
     *
     * @param onClosed told the shards that a node had open and has no more, when no other one has them yet; must be quick
     */
    public static Behavior<Command> create(
            ShardRegistry registry,
            ShardDirectory directory,
            ActorRef<QueryWorker.Command> worker,
            ActorRef<AppendDoor.Command> door,
            ActorRef<ExemplarDesk.Command> exemplars,
            String incarnation,
            Consumer<Set<Integer>> onClosed) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            context.getSystem().receptionist().tell(Receptionist.register(KEY, context.getSelf()));
            context.getSystem()
                    .receptionist()
                    .tell(Receptionist.subscribe(KEY, context.messageAdapter(Receptionist.Listing.class, Peers::new)));
            timers.startTimerWithFixedDelay(new Tick(), INTERVAL);
            ActorRef<Command> self = context.getSelf();
            registry.onChange(() -> self.tell(new Changed()));
            Set<ActorRef<Command>> peers = new HashSet<>();
            Map<Address, ActorRef<QueryWorker.Command>> workers = new HashMap<>();
            return Behaviors.receive(Command.class)
                    .onMessage(Claim.class, claim -> {
                        Set<Integer> closed =
                                new HashSet<>(directory.claimed(claim.worker).keySet());
                        closed.removeAll(claim.epochs.keySet());
                        directory.claim(claim.worker, claim.incarnation, claim.epochs, claim.door, claim.exemplars);
                        if (!closed.isEmpty()) {
                            List<ShardDirectory.@Nullable Place> places = directory.places();
                            closed.removeIf(shard -> places.get(shard) != null);
                            onClosed.accept(closed);
                        }
                        workers.put(claim.worker.path().address(), claim.worker);
                        return Behaviors.same();
                    })
                    .onMessage(Peers.class, listed -> {
                        peers.clear();
                        peers.addAll(listed.listing.getServiceInstances(KEY));
                        retain(directory, peers, workers);
                        tell(registry, directory, peers, worker, door, exemplars, incarnation);
                        return Behaviors.same();
                    })
                    .onMessage(Tick.class, tick -> {
                        // A claim may come from a node that has left the listing already.
                        retain(directory, peers, workers);
                        tell(registry, directory, peers, worker, door, exemplars, incarnation);
                        return Behaviors.same();
                    })
                    .onMessage(Changed.class, changed -> {
                        tell(registry, directory, peers, worker, door, exemplars, incarnation);
                        return Behaviors.same();
                    })
                    .build();
        }));
    }

    /** Forgets the claims of those who are not there. */
    private static void retain(
            ShardDirectory directory,
            Set<ActorRef<Command>> peers,
            Map<Address, ActorRef<QueryWorker.Command>> workers) {
        Set<Address> alive = new HashSet<>();
        peers.forEach(peer -> alive.add(peer.path().address()));
        workers.keySet().retainAll(alive);
        directory.retain(workers.values());
    }

    private static void tell(
            ShardRegistry registry,
            ShardDirectory directory,
            Set<ActorRef<Command>> peers,
            ActorRef<QueryWorker.Command> worker,
            ActorRef<AppendDoor.Command> door,
            ActorRef<ExemplarDesk.Command> exemplars,
            String incarnation) {
        Map<Integer, Long> epochs = new HashMap<>();
        for (OpenShard shard : registry.open()) {
            epochs.put(shard.shard(), shard.epoch());
        }
        directory.claim(worker, incarnation, epochs, door, exemplars);
        Claim claim = new Claim(worker, incarnation, epochs, door, exemplars);
        for (ActorRef<Command> peer : peers) {
            peer.tell(claim);
        }
    }
}
