package io.pharos.sharding.query;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.shard.SeriesShard;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Waits until each of some shards has got through what came to it before, and ends. A shard that stops meanwhile is waited for no
 * longer: whoever then looks finds that it is not there.
 */
final class BarrierWait extends AbstractBehavior<BarrierWait.Message> {
    /** What it is told. */
    sealed interface Message {}

    private record Passed(int shard) implements Message {}

    private record Late() implements Message {}

    private final Map<Integer, OpenShard> left = new HashMap<>();
    private final Consumer<Boolean> outcome;

    private BarrierWait(ActorContext<Message> context, List<OpenShard> shards, Consumer<Boolean> outcome) {
        super(context);
        this.outcome = outcome;
        for (OpenShard shard : shards) {
            left.put(shard.shard(), shard);
        }
        for (OpenShard shard : shards) {
            context.watchWith(shard.commands(), new Passed(shard.shard()));
            shard.commands()
                    .tell(new SeriesShard.Barrier(
                            context.messageAdapter(SeriesShard.Passed.class, passed -> new Passed(passed.shard()))));
        }
    }

    /**
     * Tells every shard at once.
     *
     * @param shards at least one
     * @param outcome called once, from another thread: true when all got through, false when the time was over before
     */
    static Behavior<Message> create(List<OpenShard> shards, Duration timeout, Consumer<Boolean> outcome) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startSingleTimer(new Late(), timeout);
            return new BarrierWait(context, shards, outcome);
        }));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Passed.class, this::onPassed)
                .onMessage(Late.class, late -> end(false))
                .build();
    }

    private Behavior<Message> onPassed(Passed passed) {
        left.remove(passed.shard);
        return left.isEmpty() ? end(true) : this;
    }

    private Behavior<Message> end(boolean all) {
        outcome.accept(all);
        return Behaviors.stopped();
    }
}
