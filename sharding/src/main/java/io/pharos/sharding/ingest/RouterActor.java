package io.pharos.sharding.ingest;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import io.pharos.sharding.shard.AppendAnswer;
import io.pharos.sharding.shard.AppendReplies;
import io.pharos.sharding.shard.AppendReply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a router the two things it has no thread for: the shards' answers, and time. */
public final class RouterActor {
    private static final Logger LOG = LoggerFactory.getLogger(RouterActor.class);
    private static final Duration SWEEP = Duration.ofMillis(100);

    /** What it is told: ticks. */
    public sealed interface Command {}

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
            // Not by the system's scheduler, whose tick is longer than batches may wait.
            Executor later = CompletableFuture.delayedExecutor(gather.toNanos(), TimeUnit.NANOSECONDS);
            AtomicBoolean isTimed = new AtomicBoolean();
            Runnable flushLater = () -> {
                if (isTimed.compareAndSet(false, true)) {
                    later.execute(() -> self.tell(new Flush()));
                }
            };
            router.onGathering(flushLater);
            timers.startTimerWithFixedDelay(new Sweep(), SWEEP);
            return Behaviors.supervise(working(router, isTimed, flushLater)).onFailure(SupervisorStrategy.resume());
        }));
    }

    private static Behavior<Command> working(IngestRouter router, AtomicBoolean isTimed, Runnable flushLater) {
        return Behaviors.receive(Command.class)
                .onMessage(Flush.class, flush -> {
                    isTimed.set(false);
                    if (router.flushGathered()) {
                        flushLater.run();
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
