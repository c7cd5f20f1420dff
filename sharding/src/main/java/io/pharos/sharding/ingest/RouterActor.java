package io.pharos.sharding.ingest;

import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import io.pharos.sharding.shard.AppendReply;
import java.time.Duration;

/** Gives a router the two things it has no thread for: the shards' answers, and time. */
public final class RouterActor {
    private static final Duration SWEEP = Duration.ofMillis(50);

    /** What it is told: ticks. */
    public sealed interface Command {}

    private record Flush() implements Command {}

    private record Sweep() implements Command {}

    private RouterActor() {}

    /** The address of answers. */
    public static Behavior<AppendReply> answers(IngestRouter router) {
        // A fault in one answer must not end the node's ingest: its part is sent again at its time-out.
        return Behaviors.supervise(Behaviors.<AppendReply>receiveMessage(reply -> {
                    router.onReply(reply);
                    return Behaviors.same();
                }))
                .onFailure(SupervisorStrategy.resume());
    }

    /** The time of one router. */
    public static Behavior<Command> create(IngestRouter router, Duration gather) {
        return Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new Flush(), gather);
            timers.startTimerWithFixedDelay(new Sweep(), SWEEP);
            return Behaviors.supervise(working(router)).onFailure(SupervisorStrategy.resume());
        });
    }

    private static Behavior<Command> working(IngestRouter router) {
        return Behaviors.receive(Command.class)
                .onMessage(Flush.class, flush -> {
                    router.flushGathered();
                    return Behaviors.same();
                })
                .onMessage(Sweep.class, sweep -> {
                    router.sweep();
                    return Behaviors.same();
                })
                .onSignal(akka.actor.typed.PostStop.class, stopped -> {
                    router.stop();
                    return Behaviors.same();
                })
                .build();
    }
}
