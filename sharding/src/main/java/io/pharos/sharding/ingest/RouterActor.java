package io.pharos.sharding.ingest;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.pharos.sharding.shard.AppendAnswer;
import io.pharos.sharding.shard.AppendReplies;
import io.pharos.sharding.shard.AppendReply;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a router the two things it has no thread for: the shards' answers, and time. */
public final class RouterActor {
    private static final Logger LOG = LoggerFactory.getLogger(RouterActor.class);
    private static final Duration SWEEP = Duration.ofMillis(50);

    /** What it is told: ticks. */
    public sealed interface Command {}

    private record Gathering() implements Command {}

    private record Flush() implements Command {}

    private record Sweep() implements Command {}

    private RouterActor() {}

    /** The address of answers. */
    public static Behavior<AppendAnswer> answers(IngestRouter router) {
        // A fault in one answer must not end the node's ingest: its part is sent again at its time-out.
        return Behaviors.receive(AppendAnswer.class)
                .onMessage(AppendReplies.class, several -> {
                    several.replies().forEach(reply -> take(router, reply));
                    return Behaviors.same();
                })
                .onMessage(AppendReply.class, reply -> {
                    take(router, reply);
                    return Behaviors.same();
                })
                .build();
    }

    private static void take(IngestRouter router, AppendReply reply) {
        try {
            router.onReply(reply);
        } catch (RuntimeException fault) {
            LOG.error("an answer of shard {} was not taken", reply.shard(), fault);
        }
    }

    /** The time of one router. */
    public static Behavior<Command> create(IngestRouter router, Duration gather) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            ActorRef<Command> self = context.getSelf();
            router.onGathering(() -> self.tell(new Gathering()));
            timers.startTimerWithFixedDelay(new Sweep(), SWEEP);
            return Behaviors.supervise(working(router, timers, gather)).onFailure(SupervisorStrategy.resume());
        }));
    }

    private static Behavior<Command> working(IngestRouter router, TimerScheduler<Command> timers, Duration gather) {
        return Behaviors.receive(Command.class)
                .onMessage(Gathering.class, gathering -> {
                    timers.startSingleTimer(new Flush(), gather);
                    return Behaviors.same();
                })
                .onMessage(Flush.class, flush -> {
                    if (router.flushGathered()) {
                        timers.startSingleTimer(new Flush(), gather);
                    }
                    return Behaviors.same();
                })
                .onMessage(Sweep.class, sweep -> {
                    router.flushGathered(); // should a fault have ended its timer
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
