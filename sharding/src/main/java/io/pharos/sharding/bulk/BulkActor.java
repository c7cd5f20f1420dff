package io.pharos.sharding.bulk;

import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import io.pharos.sharding.shard.AppendReply;
import java.time.Duration;

/** Gives a {@link BulkSink} the two things it has no thread for: the shards' answers, and time. */
public final class BulkActor {
    private static final Duration SWEEP = Duration.ofMillis(200);

    private record Sweep() {}

    private BulkActor() {}

    /** The address of answers to parts of imports. */
    public static Behavior<AppendReply> create(BulkSink sink) {
        return Behaviors.<Object>withTimers(timers -> {
                    timers.startTimerWithFixedDelay(new Sweep(), SWEEP);
                    // A fault in one answer must not end the others: its own call is told that it is not available.
                    return Behaviors.supervise(Behaviors.receive(Object.class)
                                    .onMessage(AppendReply.class, reply -> {
                                        sink.onReply(reply);
                                        return Behaviors.same();
                                    })
                                    .onMessage(Sweep.class, sweep -> {
                                        sink.sweep();
                                        return Behaviors.same();
                                    })
                                    .onSignal(akka.actor.typed.PostStop.class, stopped -> {
                                        sink.stop();
                                        return Behaviors.same();
                                    })
                                    .build())
                            .onFailure(SupervisorStrategy.resume());
                })
                .narrow();
    }
}
