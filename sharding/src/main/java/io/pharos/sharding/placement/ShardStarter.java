package io.pharos.sharding.placement;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.typed.ShardingEnvelope;
import java.time.Duration;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * Touches the shards of an entity type that run nowhere, at start and again each interval, so that a shard runs on its owner as
 * soon as the cluster has one and not only when a sample comes for it. The entity ignores the touch.
 */
public final class ShardStarter {
    /** What the starter is told. */
    public sealed interface Command {}

    /** These shards were seen to leave a node: they are to run again now. */
    public record Missing(Set<Integer> shards) implements Command {}

    private record Tick() implements Command {}

    private ShardStarter() {}

    /**
     * A starter of the entities "0" to shardCount - 1.
     *
     * @param isMissing whether a shard is not known to run
     * @param touch makes the message that the entity ignores
     */
    public static <M> Behavior<Command> create(
            ActorRef<ShardingEnvelope<M>> region,
            int shardCount,
            IntPredicate isMissing,
            Supplier<M> touch,
            Duration interval) {
        return Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new Tick(), Duration.ZERO, interval);
            return Behaviors.receive(Command.class)
                    .onMessage(Tick.class, tick -> {
                        for (int shard = 0; shard < shardCount; shard++) {
                            if (isMissing.test(shard)) {
                                region.tell(new ShardingEnvelope<>(Integer.toString(shard), touch.get()));
                            }
                        }
                        return Behaviors.same();
                    })
                    .onMessage(Missing.class, missing -> {
                        for (int shard : missing.shards) {
                            region.tell(new ShardingEnvelope<>(Integer.toString(shard), touch.get()));
                        }
                        return Behaviors.same();
                    })
                    .build();
        });
    }
}
