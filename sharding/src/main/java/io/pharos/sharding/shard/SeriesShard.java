package io.pharos.sharding.shard;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.pharos.sharding.recovery.RecoveredShard;
import io.pharos.sharding.shard.ShardRegistry.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard of series: acquires itself, admits samples and acknowledges them after the log did, and hands itself over. What it
 * acknowledges its successor finds.
 */
public final class SeriesShard extends AbstractBehavior<SeriesShard.Command> {
    /*
     * recovering --acquired--> open --HandOver--> handing over --> stopped
     *     ^                      | fenced, or a checkpoint met another epoch
     *     +------ pause ---------+ (deposed: its actors stop, it acquires like anyone else, but only after ten pauses)
     *
     * All work of an open shard is in OwnedShard; this class is the states around it. Every state answers an Append
     * and takes the stop message, so that sharding never waits for either.
     */
    private static final Logger LOG = LoggerFactory.getLogger(SeriesShard.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    /** Who was deposed has most likely been shut out, and must hear of it before it takes a shard back from who serves it. */
    private static final int DEPOSED_PAUSES = 10;

    /** What a shard is told. */
    public sealed interface Command {}

    /** Samples to admit; the answer comes when they are durable or refused. */
    public record Append(AppendPart part, AppendReply.Receiver replyTo) implements Command {
        /** Samples that an actor sends, which may be on another node. */
        public Append(AppendPart part, ActorRef<AppendReply> replyTo) {
            this(part, new AppendReply.ActorReceiver(replyTo));
        }
    }

    /** Sealed chunks of old samples; answered like an append when they are durable and found by queries, or refused. */
    public record Import(ImportPart part, ActorRef<AppendReply> replyTo) implements Command {}

    /** Hide samples of some series from readers; answered when that is durable, or why it is not. */
    public record Delete(DeletePart part, ActorRef<DeleteReply> replyTo) implements Command {}

    /** Start, if you have not. */
    public record Touch() implements Command {}

    /** Answers when everything told before was applied or refused. */
    public record Barrier(ActorRef<Passed> replyTo) implements Command {}

    /** The answer to a barrier: the epoch, or 0 where the shard is not open. */
    public record Passed(int shard, long epoch) {}

    /** Seal everything, make it durable and checkpoint now. */
    public record CheckpointNow(ActorRef<CheckpointReply> replyTo) implements Command {}

    /**
     * Seal and make durable all samples up to a time (with it), which from then on is closed: what comes later marks its day as due
     * again.
     *
     * @param closed completes with true when that is so, with false where the shard is not open
     */
    record Close(long untilMillis, CompletableFuture<Boolean> closed) implements Command {}

    /** Whether a checkpoint on demand became the shard's record. */
    public record CheckpointReply(int shard, boolean done, String detail) {}

    /** Hand the shard over and stop: sharding's stop message. */
    public record HandOver() implements Command {}

    private record Acquired(RecoveredShard shard) implements Command {}

    private record NotAcquired(Throwable cause) implements Command {}

    private record AcquireAgain() implements Command {}

    private record Tick() implements Command {}

    /** Something of an open shard's own comes back on its thread; ignored when that epoch is over. */
    record Resume(long epoch, Runnable work) implements Command {}

    /** The epoch is over for this node. */
    record Ended(long epoch, boolean deposed, String why) implements Command {}

    /** The hand-over is done, or given up. */
    record HandedOver(long epoch) implements Command {}

    private final ShardContext shared;
    private final int shard;
    private final TimerScheduler<Command> timers;
    private Phase phase = Phase.RECOVERING;
    private Instant since;
    private long startedNanos;
    private @Nullable OwnedShard owned;
    private final List<ActorRef<CheckpointReply>> earlyCheckpoints = new ArrayList<>();

    private SeriesShard(ActorContext<Command> context, TimerScheduler<Command> timers, ShardContext shared, int shard) {
        super(context);
        this.timers = timers;
        this.shared = shared;
        this.shard = shard;
        this.since = shared.clock().instant();
        timers.startTimerWithFixedDelay(new Tick(), TICK);
        acquire();
    }

    /** The behavior of one shard. */
    public static Behavior<Command> create(ShardContext shared, int shard) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new SeriesShard(context, timers, shared, shard)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Append.class, this::onAppend)
                .onMessage(Resume.class, this::onResume)
                .onMessage(Import.class, this::onImport)
                .onMessage(Delete.class, this::onDelete)
                .onMessage(Touch.class, touch -> this)
                .onMessage(Barrier.class, this::onBarrier)
                .onMessage(Tick.class, tick -> onTick())
                .onMessage(CheckpointNow.class, this::onCheckpointNow)
                .onMessage(Close.class, this::onClose)
                .onMessage(Acquired.class, this::onAcquired)
                .onMessage(NotAcquired.class, this::onNotAcquired)
                .onMessage(AcquireAgain.class, again -> onAcquireAgain())
                .onMessage(Ended.class, this::onEnded)
                .onMessage(HandOver.class, handOver -> onHandOver())
                .onMessage(HandedOver.class, this::onHandedOver)
                .onSignal(akka.actor.typed.PostStop.class, stopped -> onStopped())
                .build();
    }

    private void acquire() {
        startedNanos = System.nanoTime();
        enter(Phase.RECOVERING);
        CompletionStage<RecoveredShard> acquiring;
        try {
            acquiring = shared.acquisition().acquire(shard);
        } catch (RuntimeException failure) {
            acquiring = java.util.concurrent.CompletableFuture.failedStage(failure);
        }
        getContext()
                .pipeToSelf(
                        acquiring,
                        (recovered, failure) -> recovered != null
                                ? new Acquired(recovered)
                                : new NotAcquired(failure == null ? new IllegalStateException("no shard") : failure));
    }

    private Behavior<Command> onAcquired(Acquired acquired) {
        if (phase != Phase.RECOVERING) {
            return this;
        }
        OwnedShard next = new OwnedShard(getContext(), shared, shard, acquired.shard);
        owned = next;
        next.open();
        enter(Phase.OPEN);
        shared.metrics().recovered(System.nanoTime() - startedNanos, acquired.shard.replayedSamples());
        LOG.debug("shard {} is open at epoch {}", shard, next.epoch());
        earlyCheckpoints.forEach(next::checkpointNow);
        earlyCheckpoints.clear();
        return this;
    }

    private Behavior<Command> onNotAcquired(NotAcquired failed) {
        LOG.warn("shard {} could not be acquired yet: {}", shard, failed.cause.toString());
        timers.startSingleTimer(new AcquireAgain(), shared.settings().acquirePause());
        return this;
    }

    private Behavior<Command> onAcquireAgain() {
        if (owned == null && (phase == Phase.RECOVERING || phase == Phase.DEPOSED)) {
            acquire();
        }
        return this;
    }

    private Behavior<Command> onAppend(Append append) {
        OwnedShard open = owned;
        if (open != null && phase == Phase.OPEN) {
            open.append(append);
        } else {
            append.replyTo.tell(notNow(append.part.part()));
        }
        return this;
    }

    private Behavior<Command> onImport(Import message) {
        OwnedShard open = owned;
        if (open != null && phase == Phase.OPEN) {
            open.take(message);
        } else {
            message.replyTo.tell(notNow(message.part.part()));
        }
        return this;
    }

    private Behavior<Command> onDelete(Delete message) {
        OwnedShard open = owned;
        if (open != null && phase == Phase.OPEN) {
            open.delete(message);
        } else {
            String why = "it is " + phase.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            message.replyTo.tell(new DeleteReply(shard, message.part.id(), DeleteReply.Outcome.NOT_NOW, why));
        }
        return this;
    }

    private AppendReply.NotNow notNow(long part) {
        return new AppendReply.NotNow(
                shard,
                part,
                switch (phase) {
                    case HANDING_OVER -> AppendReply.Reason.HANDING_OVER;
                    case DEPOSED -> AppendReply.Reason.DEPOSED;
                    default -> AppendReply.Reason.RECOVERING;
                });
    }

    private Behavior<Command> onResume(Resume resume) {
        if (owned != null && owned.epoch() == resume.epoch) {
            resume.work.run();
        }
        return this;
    }

    private Behavior<Command> onBarrier(Barrier barrier) {
        barrier.replyTo.tell(new Passed(shard, owned == null ? 0 : owned.epoch()));
        return this;
    }

    private Behavior<Command> onTick() {
        if (owned != null) {
            owned.tick(phase == Phase.OPEN);
        }
        publish();
        return this;
    }

    private Behavior<Command> onCheckpointNow(CheckpointNow wanted) {
        if (owned != null && phase == Phase.OPEN) {
            owned.checkpointNow(wanted.replyTo);
        } else if (phase == Phase.RECOVERING && earlyCheckpoints.size() < 100) {
            earlyCheckpoints.add(wanted.replyTo);
        } else {
            wanted.replyTo.tell(new CheckpointReply(shard, false, "the shard is " + phase));
        }
        return this;
    }

    private Behavior<Command> onClose(Close close) {
        if (owned != null && phase == Phase.OPEN) {
            owned.closeUntil(close);
        } else {
            close.closed.complete(false);
        }
        return this;
    }

    private Behavior<Command> onEnded(Ended ended) {
        if (owned == null || owned.epoch() != ended.epoch) {
            return this;
        }
        LOG.warn("shard {} ends its epoch {}: {}", shard, ended.epoch, ended.why);
        if (ended.deposed) {
            shared.metrics().lost();
            shared.log().segments().lost(shard);
        }
        boolean stopping = phase == Phase.HANDING_OVER;
        close();
        if (stopping) {
            return Behaviors.stopped();
        }
        enter(Phase.DEPOSED);
        Duration pause = shared.settings().acquirePause();
        timers.startSingleTimer(new AcquireAgain(), ended.deposed ? pause.multipliedBy(DEPOSED_PAUSES) : pause);
        return this;
    }

    private Behavior<Command> onHandOver() {
        if (owned == null) {
            return Behaviors.stopped();
        }
        if (phase != Phase.HANDING_OVER) {
            enter(Phase.HANDING_OVER);
            timers.startSingleTimer(
                    new HandedOver(owned.epoch()), shared.settings().handOverTimeout());
            owned.handOver();
        }
        return this;
    }

    private Behavior<Command> onHandedOver(HandedOver done) {
        return owned != null && owned.epoch() == done.epoch && phase == Phase.HANDING_OVER ? Behaviors.stopped() : this;
    }

    private Behavior<Command> onStopped() {
        close();
        shared.registry().gone(shard);
        return this;
    }

    private void close() {
        OwnedShard was = owned;
        if (was != null) {
            owned = null;
            was.close();
        }
    }

    private void enter(Phase next) {
        if (next != phase) {
            phase = next;
            since = shared.clock().instant();
        }
        publish();
    }

    private void publish() {
        OwnedShard open = owned;
        shared.registry()
                .state(new ShardRegistry.State(
                        shard,
                        phase,
                        since,
                        open == null ? 0 : open.epoch(),
                        open == null ? 0 : open.series(),
                        open == null ? 0 : open.samples(),
                        shared.clock().instant()));
    }
}
