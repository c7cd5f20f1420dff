package io.pharos.sharding.shard;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import io.pharos.sharding.log.LogSection;
import io.pharos.sharding.recovery.RecoveredShard;
import io.pharos.sharding.series.SeriesEntity;
import io.pharos.sharding.series.SeriesMemory;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.sharding.series.SeriesView;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import io.pharos.timeseries.store.ChunkRow;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A shard while this node owns it at one epoch: admission, the actors of its series, flushing. Belongs to the shard's actor and
 * its thread; only outcomes of the log come on others.
 */
final class OwnedShard {
    private static final byte[] REASON_OF = reasons();

    private static final Duration CLOSE_PAUSE = Duration.ofMillis(50);

    private final ActorContext<SeriesShard.Command> context;
    private final akka.actor.ActorContext classic;
    private final ActorRef<SeriesShard.Command> self;
    private final ShardContext shared;
    private final int shard;
    private final RecoveredShard recovered;
    private final SeriesTable table;
    private final ChunkFlusher flusher;
    private final RolledDays rolled;
    private final SeriesMemory memory;
    private final SeriesEntity.Factory factory;
    private final Checkpoints checkpoints;
    private final Imports imports;
    private final Deletions deletions;
    private final Leaving leaving;
    private final QuietSeries quiet;
    private final AtomicInteger sectionsUnderWay = new AtomicInteger();
    /** Of what the log failed to confirm: bytes that only a checkpoint makes durable. */
    private final AtomicLong unconfirmedBytes = new AtomicLong();

    private final SeriesLimits limits;
    private byte limit;
    private long limitReached;
    private long samples;
    private long idleLookNanos = System.nanoTime();
    private long evictionNanos = System.nanoTime();
    private long handOverNanos;
    private volatile boolean handingOver;
    private volatile boolean closed;

    OwnedShard(ActorContext<SeriesShard.Command> context, ShardContext shared, int shard, RecoveredShard recovered) {
        this.context = context;
        this.classic = Adapter.toClassic(context);
        this.self = context.getSelf();
        this.shared = shared;
        this.shard = shard;
        this.recovered = recovered;
        this.table = recovered.table();
        this.limits = new SeriesLimits(shared.settings().limits(), shared.shardCount());
        this.checkpoints = new Checkpoints(this, shared, shard, recovered);
        this.rolled = new RolledDays(
                shared.stores().rollupProgress(), shard, recovered.epoch(), shared.rollUps(), shared.clock());
        this.flusher = new ChunkFlusher(
                shared,
                shard,
                recovered.epoch(),
                recovered.unflushed().lastSequence(),
                checkpoints.activity(),
                (slot, cause) -> self.tell(new SeriesShard.Ended(
                        epoch(), false, "series " + table.index().labels(slot.ref()) + " failed: " + cause)));
        this.memory = new SeriesMemory(shared.seal(), flusher);
        this.imports = new Imports(
                this,
                shared,
                shard,
                new ImportedDays(
                        table,
                        recovered.book(),
                        recovered.epoch(),
                        shared.settings().catalogueBlockSeries()));
        this.deletions = new Deletions(this, shared, shard, table, checkpoints, rolled);
        this.leaving = new Leaving(shared, shard, table, memory, checkpoints.activity(), imports, deletions);
        this.quiet = new QuietSeries(table, memory);
        this.factory = new SeriesEntity.Factory(memory, shared.seriesDispatcher());
    }

    long epoch() {
        return recovered.epoch();
    }

    int series() {
        return table.liveCount();
    }

    long samples() {
        return samples;
    }

    SeriesTable table() {
        return table;
    }

    ChunkFlusher flusher() {
        return flusher;
    }

    /** Step 6 of acquiring: the actors, then readers and writers may come. */
    void open() {
        for (SeriesSlot slot : recovered.active()) {
            factory.start(classic, slot);
        }
        for (RecoveredShard.Unflushed.Waiting waiting : recovered.unflushed().waiting()) {
            flusher.sealed(waiting.slot(), waiting.chunk());
        }
        shared.registry().opened(new OpenShard(shard, epoch(), table, self, rolled));
        new Preloading(this, shared, shard, memory).opened();
        flush();
    }

    /** Runs work on the shard's thread once a stage is complete, if this epoch still is. */
    <T> void after(CompletionStage<T> stage, java.util.function.BiConsumer<@Nullable T, @Nullable Throwable> work) {
        stage.whenComplete(
                (value, failure) -> self.tell(new SeriesShard.Resume(epoch(), () -> work.accept(value, failure))));
    }

    /** Runs work on the shard's thread after a while, if this epoch still is. */
    void later(Duration delay, Runnable work) {
        context.scheduleOnce(delay, self, new SeriesShard.Resume(epoch(), work));
    }

    /** Canonical labels of a series of this shard. */
    byte[] canonicalLabels(SeriesSlot slot) {
        Labels labels = table.index().labels(slot.ref());
        if (labels == null) {
            throw new IllegalStateException("series " + slot.id() + " has no labels in shard " + shard);
        }
        return labels.canonicalBytes();
    }

    // Appending.

    /** Admission first; then the log, and only after its outcome the answer. */
    void append(SeriesShard.Append append) {
        AppendPart part = append.part();
        if (part.refs().length > 0 && (part.epoch() != epoch() || !table.hasAll(part.refs()))) {
            // Given by another epoch, or to a series that left: it comes again with labels.
            append.replyTo().tell(new AppendReply.UnknownRefs(shard, part.part(), epoch()));
            return;
        }
        if (shared.unloggedBytes().get() + part.sampleBytes()
                > shared.settings().unloggedBytesMax()) {
            append.replyTo().tell(new AppendReply.NotNow(shard, part.part(), AppendReply.Reason.FULL));
            return;
        }
        new Admission(this, shared, shard, part).run(append.replyTo());
    }

    /** The store has a chunk that never was in memory: from here on readers look there. */
    void imported(ChunkRow row) {
        memory.imported(table.slot(table.ref(row.series())), row.endMillis());
    }

    /** Takes chunks of old samples; answered when they are durable. */
    void take(SeriesShard.Import message) {
        imports.take(message.part(), message.replyTo());
    }

    /** Hides samples from readers; answered when that is durable. */
    void delete(SeriesShard.Delete message) {
        deletions.take(message.part(), message.replyTo());
    }

    /** The era of the log that a section belongs to which is sent now. */
    LogEra era() {
        return deletions.era();
    }

    /** A series new to this epoch; null when a limit stands against it: {@link #limit} and {@link #limitReached} say which. */
    @Nullable
    SeriesSlot known(byte[] canonical, int from, int to) {
        Labels labels = Labels.ofCanonicalBytes(canonical, from, to);
        SeriesIdentity identity = SeriesIdentity.of(labels);
        SeriesSlot slot = table.slotOrNull(table.ref(identity.id()));
        if (slot == null) {
            RefusalReason against = limits.against(labels, table.index());
            if (against != null) {
                limit = RefusalCode.of(against);
                limitReached = limits.reached(against, labels, table.index());
                return null;
            }
            // Whatever is stored of it lies before what the table knows all of.
            slot = table.add(labels, identity, SeriesView.since(table.knownFromMillis()));
        }
        return slot;
    }

    /** The {@link RefusalCode} of the limit that stood against the last series. */
    byte limit() {
        return limit;
    }

    /** What {@link AppendReply.Appended} says of it. */
    long limitReached() {
        return limitReached;
    }

    akka.actor.ActorRef actorOf(SeriesSlot slot) {
        akka.actor.ActorRef actor = slot.actor();
        return actor == null ? factory.start(classic, slot) : actor;
    }

    void admitted(int count) {
        samples += count;
    }

    /** Sends a section to the log; its outcome answers, on a thread of the log. */
    void log(LogSection section) {
        sectionsUnderWay.incrementAndGet();
        shared.log().submit(section);
    }

    /** The outcome of a section. Called by the log. */
    void outcome(
            LogSection.Outcome outcome,
            long bytes,
            LogSection.Definition[] named,
            int generation,
            AppendReply.Appended reply,
            AppendReply.Receiver replyTo) {
        int left = sectionsUnderWay.decrementAndGet();
        switch (outcome) {
            case ACKNOWLEDGED -> {
                shared.unloggedBytes().addAndGet(-bytes);
                replyTo.tell(reply);
                if (named.length > 0) {
                    self.tell(new SeriesShard.Resume(epoch(), () -> checkpoints.named(named, generation)));
                }
            }
            case FAILED -> {
                if (closed) {
                    shared.unloggedBytes().addAndGet(-bytes);
                } else {
                    unconfirmedBytes.addAndGet(bytes);
                }
                replyTo.tell(new AppendReply.NotNow(shard, reply.part(), AppendReply.Reason.LOG));
            }
            case FENCED -> {
                shared.unloggedBytes().addAndGet(-bytes);
                replyTo.tell(new AppendReply.NotNow(shard, reply.part(), AppendReply.Reason.DEPOSED));
                self.tell(new SeriesShard.Ended(epoch(), true, "the log met a fence"));
            }
        }
        if (left == 0 && handingOver) {
            self.tell(new SeriesShard.Resume(epoch(), this::maybeFinishHandOver));
        }
    }

    int generation() {
        return checkpoints.generation();
    }

    /** Bytes admitted without a confirmation that a checkpoint cut now will make durable. */
    long takeUnconfirmed() {
        return unconfirmedBytes.get();
    }

    void confirmed(long bytes) {
        unconfirmedBytes.addAndGet(-bytes);
        shared.unloggedBytes().addAndGet(-bytes);
    }

    // Sealed chunks.

    /** Writes the next sealed chunks, if none are being written. */
    void flush() {
        List<ChunkRow> rows = flusher.next();
        if (rows.isEmpty()) {
            if (flusher.idle()) {
                checkpoints.flushed();
            }
            return;
        }
        CompletionStage<Void> write;
        try {
            write = write(classed(rows));
        } catch (RuntimeException failure) {
            write = java.util.concurrent.CompletableFuture.failedStage(failure);
        }
        after(write, (done, failure) -> {
            if (failure == null) {
                flusher.written();
                flush();
                imports.pump();
                deletions.pump();
            } else {
                flusher.notWritten();
                context.getLog().warn("shard {}: sealed chunks are not durable yet: {}", shard, failure.toString());
                later(Duration.ofSeconds(2), this::flush);
            }
        });
    }

    /** Writes chunks, those sealed here and those of imports alike; complete when they, and marks on closed days, are durable. Any thread. */
    CompletionStage<Void> write(ClassedRows rows) {
        return rows.write(shared.stores().chunks(), shard).thenCompose(done -> rolled.written(rows.all()));
    }

    /** By the rules of now: where these are others after a restart, what is written again is in both classes. */
    ClassedRows classed(List<ChunkRow> rows) {
        TierRules tiers = shared.tiers();
        if (tiers.oneClassOfRaw()) {
            return ClassedRows.ofCommon(rows);
        }
        return ClassedRows.of(rows, tiers.rawRetentionMillis(), row -> {
            // What is not durable yet keeps its series here.
            SeriesSlot slot = table.slotOrNull(table.ref(row.series()));
            Labels labels = slot == null ? null : table.labels(slot);
            return labels == null ? tiers.rawRetentionMillis() : tiers.rawKeptMillis(labels);
        });
    }

    void sealAll() {
        for (int ref = 0; ref < table.size(); ref++) {
            SeriesSlot slot = table.slotOrNull(ref);
            akka.actor.ActorRef actor = slot == null ? null : slot.actor();
            if (actor != null) {
                actor.tell(SeriesEntity.seal(), akka.actor.ActorRef.noSender());
            }
        }
        flush();
    }

    /** Seals what is open of a time, again and again until all of it is durable; then the time is closed. */
    void closeUntil(SeriesShard.Close close) {
        if (close.closed().isDone()) {
            return; // nobody waits any more
        }
        boolean open = flusher.holds(close.untilMillis());
        for (int ref = 0; ref < table.size(); ref++) {
            SeriesSlot slot = table.slotOrNull(ref);
            if (slot != null && slot.view().hasOpenUntil(close.untilMillis())) {
                open = true;
                actorOf(slot).tell(SeriesEntity.seal(), akka.actor.ActorRef.noSender());
            }
        }
        if (open) {
            flush();
            later(CLOSE_PAUSE, () -> closeUntil(close));
        } else {
            rolled.close(close.untilMillis());
            close.closed().complete(true);
        }
    }

    // Regular work.

    void tick(boolean open) {
        flush();
        if (!open) {
            maybeFinishHandOver();
            return;
        }
        long now = System.nanoTime();
        checkpoints.tick(now, unconfirmedBytes.get() > 0);
        leaving.tick();
        if (now - evictionNanos >= TimeUnit.SECONDS.toNanos(30)) {
            evictionNanos = now;
            evict();
        }
        if (now - idleLookNanos >= shared.settings().idleAfter().toNanos()) {
            idleLookNanos = now;
            quiet.stopIdle();
            flush();
        }
    }

    /** Lets go of durable chunks that are older than the node's budget allows. */
    void evict() {
        quiet.evict(shared.hot().floorMillis(shared.clock().millis()));
    }

    /** A checkpoint is the shard's record, and this goes on. */
    void checkpointed() {
        leaving.checkpointed();
    }

    void checkpointNow(ActorRef<SeriesShard.CheckpointReply> replyTo) {
        checkpoints.now(replyTo);
        sealAll();
    }

    // The end.

    /** Hand-over: no more admission; when the log answered for everything, one last checkpoint that names no owner. */
    void handOver() {
        handOverNanos = System.nanoTime();
        handingOver = true;
        imports.handOver();
        deletions.handOver();
        maybeFinishHandOver();
    }

    private void maybeFinishHandOver() {
        if (handingOver && sectionsUnderWay.get() == 0) {
            checkpoints.handOver(handOverNanos);
        }
    }

    void end(boolean deposed, String why) {
        self.tell(new SeriesShard.Ended(epoch(), deposed, why));
    }

    void handedOver() {
        self.tell(new SeriesShard.HandedOver(epoch()));
    }

    /** The epoch is over: readers are turned away, the actors stop, budgets are given back. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        shared.registry().closed(shard, epoch());
        checkpoints.close();
        imports.close();
        deletions.close();
        for (int ref = 0; ref < table.size(); ref++) {
            SeriesSlot slot = table.slotOrNull(ref);
            akka.actor.ActorRef actor = slot == null ? null : slot.actor();
            if (slot != null && actor != null) {
                slot.actor(null);
                classic.stop(actor);
            }
        }
        flusher.close();
        long rest = unconfirmedBytes.getAndSet(0);
        shared.unloggedBytes().addAndGet(-rest);
    }

    static byte reason(int verdict) {
        return REASON_OF[verdict];
    }

    private static byte[] reasons() {
        byte[] of = new byte[8];
        of[SeriesTable.DUPLICATE] = RefusalCode.of(RefusalReason.DUPLICATE);
        of[SeriesTable.TOO_OLD] = RefusalCode.of(RefusalReason.TOO_OLD);
        of[SeriesTable.TOO_FAR_AHEAD] = RefusalCode.of(RefusalReason.TOO_FAR_AHEAD);
        return of;
    }
}
