package io.pharos.sharding.exemplar;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.Exemplar;
import io.pharos.timeseries.sample.ExemplarRefusal;
import io.pharos.timeseries.sample.SeriesExemplars;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes exemplars for all shards of a node, and has what came written every few seconds and at once when a shard leaves. Not the shards'
 * actors do it: a sample waits for nothing of this.
 */
public final class ExemplarDesk {
    /** What the desk is told. */
    public sealed interface Command {}

    /**
     * Exemplars of shards that were open here.
     *
     * @param replyTo hears {@link Taken} once
     */
    public record Take(List<ShardPart> parts, ActorRef<Taken> replyTo) implements Command {}

    /** The exemplars of one shard. */
    public record ShardPart(int shard, List<SeriesExemplars> series) {}

    /**
     * What became of them.
     *
     * @param accepted in memory now, repeated ones included
     * @param refused how many for each reason
     * @param notHere shards that take nothing on this node now; nothing of them is counted
     */
    public record Taken(int accepted, Map<ExemplarRefusal, Integer> refused, List<Integer> notHere) {}

    private record Tick() implements Command {}

    private record Changed() implements Command {}

    private final IntFunction<@Nullable OpenShard> taking;
    private final ExemplarMemory memory;
    private final ExemplarFlusher flusher;
    private final InstantSource clock;

    private ExemplarDesk(
            IntFunction<@Nullable OpenShard> taking,
            ExemplarMemory memory,
            ExemplarFlusher flusher,
            InstantSource clock) {
        this.taking = taking;
        this.memory = memory;
        this.flusher = flusher;
        this.clock = clock;
    }

    /**
     * The desk of one node.
     *
     * @param taking the shard of a number, if it takes samples here now
     */
    public static Behavior<Command> create(
            IntFunction<@Nullable OpenShard> taking,
            ExemplarMemory memory,
            ExemplarFlusher flusher,
            ExemplarSettings settings,
            InstantSource clock) {
        return Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new Tick(), settings.flushInterval());
            ExemplarDesk desk = new ExemplarDesk(taking, memory, flusher, clock);
            return Behaviors.supervise(Behaviors.receive(Command.class)
                            .onMessage(Take.class, desk::onTake)
                            .onMessage(Tick.class, tick -> desk.onTick())
                            .onMessage(Changed.class, changed -> desk.onChanged())
                            .build())
                    .onFailure(SupervisorStrategy.resume());
        });
    }

    /** What tells a desk that shards came or went. */
    public static Command changed() {
        return new Changed();
    }

    private Behavior<Command> onTake(Take take) {
        long now = clock.millis();
        int accepted = 0;
        Map<ExemplarRefusal, Integer> refused = new EnumMap<>(ExemplarRefusal.class);
        List<Integer> notHere = new ArrayList<>(0);
        for (ShardPart part : take.parts) {
            OpenShard shard = taking.apply(part.shard);
            if (shard == null) {
                notHere.add(part.shard);
                continue;
            }
            Predicate<Labels> known = labels -> isKnown(shard, labels);
            for (SeriesExemplars series : part.series) {
                for (Exemplar exemplar : series.exemplars()) {
                    ExemplarRefusal why = memory.add(part.shard, shard.epoch(), series.series(), exemplar, now, known);
                    if (why == null) {
                        accepted++;
                    } else {
                        refused.merge(why, 1, Integer::sum);
                    }
                }
            }
        }
        take.replyTo.tell(new Taken(accepted, refused, notHere));
        return Behaviors.same();
    }

    /** By the index, which any thread may ask: the table's own map is its shard's. */
    private static boolean isKnown(OpenShard shard, Labels labels) {
        List<LabelMatcher> matchers = new ArrayList<>(labels.size());
        for (int i = 0; i < labels.size(); i++) {
            matchers.add(LabelMatcher.of(LabelMatcher.Type.EQUAL, labels.name(i), labels.value(i)));
        }
        for (int ref : shard.table().index().select(matchers)) {
            if (labels.equals(shard.table().index().labels(ref))) {
                return true;
            }
        }
        return false;
    }

    private Behavior<Command> onTick() {
        flusher.flushAll();
        return onChanged();
    }

    private Behavior<Command> onChanged() {
        for (int shard : memory.shards()) {
            if (taking.apply(shard) == null) {
                flusher.flush(shard);
                memory.closed(shard);
            }
        }
        return Behaviors.same();
    }
}
