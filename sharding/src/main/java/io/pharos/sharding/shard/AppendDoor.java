package io.pharos.sharding.shard;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The one door of a node for samples of all its shards: what one request brings for them comes in one message and is answered in one.
 * A message between nodes costs tens of microseconds whatever is in it, on its way through sharding's region still more.
 */
public final class AppendDoor {
    private static final Sweep SWEEPING = new Sweep();
    private static final Duration SWEEP = Duration.ofMillis(200);
    /** Who asked has asked again by then. */
    private static final long FORGET_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** What the door is told. */
    public sealed interface Command {}

    /**
     * Parts for shards of this node. A shard that does not take samples here gets its part by way of sharding and answers for itself.
     *
     * @param replyTo where all answers go, as {@link AppendReplies} where several came
     */
    public record Parts(List<AppendPart> parts, ActorRef<AppendAnswer> replyTo) implements Command {}

    private record Sweep() implements Command {}

    private record Open(GatheredReplies replies, long sinceNanos) {}

    private final ShardRegistry registry;
    private final Consumer<SeriesShard.Append> elsewhere;
    private final int bytesMax;
    private final TimerScheduler<Command> timers;
    /** Those that may still wait for an answer, the oldest first. */
    private final Deque<Open> open = new ArrayDeque<>();

    private AppendDoor(
            ShardRegistry registry,
            Consumer<SeriesShard.Append> elsewhere,
            int bytesMax,
            TimerScheduler<Command> timers) {
        this.registry = registry;
        this.elsewhere = elsewhere;
        this.bytesMax = bytesMax;
        this.timers = timers;
    }

    /**
     * The door of one node.
     *
     * @param elsewhere the way to a shard that is not open here
     * @param bytesMax no message of answers takes more between nodes
     */
    public static Behavior<Command> create(
            ShardRegistry registry, Consumer<SeriesShard.Append> elsewhere, int bytesMax) {
        return Behaviors.withTimers(timers -> {
            AppendDoor door = new AppendDoor(registry, elsewhere, bytesMax, timers);
            // A fault in one message must not end the node's ingest: its parts are sent again at their time-out.
            return Behaviors.supervise(Behaviors.receive(Command.class)
                            .onMessage(Parts.class, door::onParts)
                            .onMessage(Sweep.class, sweep -> door.onSweep())
                            .build())
                    .onFailure(SupervisorStrategy.resume());
        });
    }

    private Behavior<Command> onParts(Parts message) {
        List<AppendPart> parts = message.parts;
        int mine = 0;
        @SuppressWarnings({"unchecked", "rawtypes"})
        ActorRef<SeriesShard.Command>[] shards = new ActorRef[parts.size()];
        for (int i = 0; i < shards.length; i++) {
            shards[i] = registry.taking(parts.get(i).shard());
            mine += shards[i] == null ? 0 : 1;
        }
        GatheredReplies replies = new GatheredReplies(message.replyTo, mine, bytesMax);
        if (mine > 0) {
            open.add(new Open(replies, System.nanoTime()));
            if (!timers.isTimerActive(SWEEPING)) {
                timers.startSingleTimer(SWEEPING, SWEEPING, SWEEP);
            }
        }
        for (int i = 0; i < shards.length; i++) {
            if (shards[i] == null) {
                elsewhere.accept(new SeriesShard.Append(parts.get(i), message.replyTo.narrow()));
            } else {
                shards[i].tell(new SeriesShard.Append(parts.get(i), replies));
            }
        }
        return Behaviors.same();
    }

    /** A shard that ended without an answer, or whose log is slow, holds the answers of the others no longer. */
    private Behavior<Command> onSweep() {
        long now = System.nanoTime();
        open.removeIf(gathered -> now - gathered.sinceNanos >= SWEEP.toNanos()
                && (gathered.replies.flush() || now - gathered.sinceNanos >= FORGET_NANOS));
        if (!open.isEmpty()) {
            timers.startSingleTimer(SWEEPING, SWEEPING, SWEEP);
        }
        return Behaviors.same();
    }
}
