package io.pharos.collection.target;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import io.pharos.collection.target.TargetDefinitions.Definition;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Makes the targets that run on this node, and lets the node's manager and board know of them. Thread-safe. */
final class TargetHost {
    /** Well below the time after which a move of a shard no longer waits: a target that restarts must hear that it ends. */
    private static final Duration RESTART_MAX = Duration.ofSeconds(15);

    private final TargetDefinitions definitions;
    private final TargetActor.Deps deps;
    private final TargetBoard board;
    private final ActorRef<TargetManager.Command> manager;
    private final AtomicLong incarnations = new AtomicLong();

    TargetHost(
            TargetDefinitions definitions,
            TargetActor.Deps deps,
            TargetBoard board,
            ActorRef<TargetManager.Command> manager) {
        this.definitions = definitions;
        this.deps = deps;
        this.board = board;
        this.manager = manager;
    }

    /** The target of a key, as this node's configuration defines it when it starts. */
    Behavior<TargetActor.Command> target(String key) {
        return Behaviors.supervise(Behaviors.<TargetActor.Command>setup(context -> definitions
                        .find(key)
                        .map(definition -> {
                            manager.tell(new TargetManager.Started(key, definition, context.getSelf()));
                            return define(key, definition);
                        })
                        .orElseGet(() -> undefined(key))))
                .onFailure(SupervisorStrategy.restartWithBackoff(Duration.ofSeconds(1), RESTART_MAX, 0.2));
    }

    /** A target by a definition that may be newer than the one it started with. */
    Behavior<TargetActor.Command> define(String key, Definition definition) {
        long incarnation = incarnations.incrementAndGet();
        board.add(key, TargetActor.unscraped(definition.target()), incarnation);
        return TargetActor.create(definition, deps, new TargetActor.Place() {
            @Override
            public void published(TargetStatus status) {
                board.update(key, status, incarnation);
            }

            @Override
            public void ended() {
                board.remove(key, incarnation);
            }

            @Override
            public Behavior<TargetActor.Command> redefined(Definition newer) {
                return define(key, newer);
            }
        });
    }

    /** Ends at the first message, which says that a node with another configuration wants it here. */
    private Behavior<TargetActor.Command> undefined(String key) {
        return Behaviors.receiveMessage(message -> {
            if (message instanceof TargetActor.Touch) {
                manager.tell(new TargetManager.Undefined(key));
            }
            return Behaviors.stopped();
        });
    }
}
