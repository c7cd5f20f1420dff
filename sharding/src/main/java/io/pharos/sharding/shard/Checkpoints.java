package io.pharos.sharding.shard;

import akka.actor.typed.ActorRef;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.log.LogSection;
import io.pharos.sharding.recovery.CatalogueBlob.BlockId;
import io.pharos.sharding.recovery.CatalogueBook;
import io.pharos.sharding.recovery.HeadsBlob;
import io.pharos.sharding.recovery.RecoveredShard;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.store.CheckpointId;
import io.pharos.timeseries.store.LogPosition;
import io.pharos.timeseries.store.ShardRecord;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When a shard checkpoints, and the cut itself; one at a time. The shard's thread only. */
final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final long DAY_MILLIS = 86_400_000L;
    private static final long PROBE_NANOS = 3_000_000_000L;
    /** Each holds a copy of its shard's heads until they are written, so a node makes only so many at one time. */
    private static final int AT_ONCE = 8;

    private static final java.time.Duration QUEUE_PAUSE = java.time.Duration.ofMillis(20);

    private final OwnedShard owner;
    private final ShardContext shared;
    private final int shard;
    private final SeriesTable table;
    private final CatalogueBook book;
    private final List<CheckpointId> older = new ArrayList<>();
    private final List<ActorRef<SeriesShard.CheckpointReply>> waiting = new ArrayList<>();
    private List<ActorRef<SeriesShard.CheckpointReply>> served = List.of();
    private List<Consumer<Boolean>> cutsWanted = new ArrayList<>();
    private List<Consumer<Boolean>> cutsServed = List.of();
    private final Activity activity = new Activity();
    private ShardRecord record;
    private int number;
    private int generation;
    private boolean running;
    private boolean settling;
    private boolean probing;
    private boolean queued;
    private long probedNanos = System.nanoTime();
    private boolean closed;
    private boolean wantHandOver;
    private long handOverNanos;
    private long dueNanos;

    Checkpoints(OwnedShard owner, ShardContext shared, int shard, RecoveredShard recovered) {
        this.owner = owner;
        this.shared = shared;
        this.shard = shard;
        this.table = recovered.table();
        this.book = recovered.book();
        this.record = recovered.record();
        recovered.checkpoint().ifPresent(older::add);
        long interval = shared.settings().checkpointInterval().toNanos();
        // The first ones are spread over the interval, so that they never come together.
        this.dueNanos = System.nanoTime() + interval * (shard + 1) / shared.shardCount();
    }

    /** Which series lived on which days. */
    Activity activity() {
        return activity;
    }

    /** Counts cuts: what a section before a cut names is not named after it. */
    int generation() {
        return generation;
    }

    /** The log has the meaning of these refs for good, unless a cut came between. */
    void named(LogSection.Definition[] definitions, int sinceGeneration) {
        if (sinceGeneration == generation) {
            for (LogSection.Definition definition : definitions) {
                table.set(definition.ref(), SeriesTable.NAMED_IN_LOG);
            }
        }
    }

    void tick(long nowNanos, boolean unconfirmed) {
        boolean logGrew =
                shared.log().segmentsNeeded(shard) >= shared.settings().checkpointSegments();
        if (nowNanos - dueNanos >= 0 || logGrew) {
            begin();
        } else if (unconfirmed && !probing && !running && nowNanos - probedNanos >= PROBE_NANOS) {
            probe(nowNanos);
        }
    }

    /** Samples the log did not confirm become durable by a checkpoint: as soon as the store answers something small. */
    private void probe(long nowNanos) {
        probing = true;
        probedNanos = nowNanos;
        owner.after(shared.stores().shardRecords().read(shard), (stored, failure) -> {
            probing = false;
            if (failure == null) {
                begin();
            }
        });
    }

    /** A checkpoint on demand: begins once everything sealed is durable. */
    void now(ActorRef<SeriesShard.CheckpointReply> replyTo) {
        waiting.add(replyTo);
    }

    /** A checkpoint that is cut from now on; told true when it is the shard's record, false when it may not be. */
    void cutAfterThis(Consumer<Boolean> done) {
        cutsWanted.add(done);
        begin();
    }

    /** Everything sealed so far is durable. */
    void flushed() {
        if (!waiting.isEmpty()) {
            begin();
        }
    }

    void handOver(long sinceNanos) {
        handOverNanos = sinceNanos;
        wantHandOver = true;
        begin();
    }

    private void begin() {
        if (running || settling || closed || queued) {
            return;
        }
        if (shared.checkpointsRunning().incrementAndGet() > AT_ONCE) {
            shared.checkpointsRunning().decrementAndGet();
            queued = true;
            owner.later(QUEUE_PAUSE, () -> {
                queued = false;
                begin();
            });
            return;
        }
        running = true;
        dueNanos = System.nanoTime() + shared.settings().checkpointInterval().toNanos();
        long unconfirmed = owner.takeUnconfirmed();
        if (owner.flusher().idle() || wantHandOver) {
            served = new ArrayList<>(waiting);
            waiting.clear();
        }
        cutsServed = cutsWanted;
        cutsWanted = new ArrayList<>();
        Checkpoint checkpoint = cut(wantHandOver);
        older.add(checkpoint.id());
        java.util.concurrent.CompletionStage<Checkpoint.Result> writing =
                checkpoint.write(shared.stores(), shared.work());
        // Given back also when this shard ends meanwhile.
        writing.whenComplete((result, failure) -> shared.checkpointsRunning().decrementAndGet());
        owner.after(writing, (result, failure) -> {
            running = false;
            if (result == null) {
                LOG.warn("shard {}: a checkpoint could not be written: {}", shard, String.valueOf(failure));
                notCatalogued(checkpoint);
                failed(String.valueOf(failure));
            } else {
                ended(checkpoint, unconfirmed, result);
            }
        });
    }

    private void ended(Checkpoint checkpoint, long unconfirmed, Checkpoint.Result result) {
        switch (result) {
            case DONE -> done(checkpoint, unconfirmed);
            case DEPOSED -> {
                failed("another node owns the shard");
                owner.end(true, "a checkpoint met another epoch");
            }
            case MAY_STILL_LAND -> {
                failed("its outcome is not certain");
                owner.end(false, "a checkpoint's transaction may still land");
            }
            case UNKNOWN -> {
                failed("the store did not say whether it counts");
                settle(checkpoint, unconfirmed);
            }
        }
    }

    private void settle(Checkpoint checkpoint, long unconfirmed) {
        settling = true;
        owner.later(java.time.Duration.ofSeconds(1), () -> {
            if (!closed) {
                owner.after(checkpoint.settle(shared.stores()), (result, failure) -> {
                    settling = false;
                    ended(checkpoint, unconfirmed, result == null ? Checkpoint.Result.UNKNOWN : result);
                });
            }
        });
    }

    /** Step 4: only now older heads and the log before the cut are of no use. */
    private void done(Checkpoint checkpoint, long unconfirmed) {
        record = checkpoint.next();
        owner.confirmed(unconfirmed);
        shared.metrics().checkpointed();
        for (Checkpoint.NewBlock block : checkpoint.newBlocks()) {
            catalogued(checkpoint.month(), block);
        }
        activity.written();
        if (checkpoint.handOver()) {
            shared.log().segments().released(shard);
            shared.metrics().handedOver(System.nanoTime() - handOverNanos, checkpoint.headBytes());
        } else {
            shared.log().segments().checkpointed(shard, checkpoint.cut());
        }
        older.remove(checkpoint.id());
        for (CheckpointId old : older) {
            shared.stores().heads().delete(shard, old).exceptionally(failure -> {
                LOG.warn("shard {}: heads of {} were not deleted: {}", shard, old, failure.toString());
                return null;
            });
        }
        older.clear();
        older.add(checkpoint.id());
        shared.log().dropCovered();
        owner.evict();
        if (!checkpoint.handOver()) {
            owner.checkpointed();
        }
        List<Consumer<Boolean>> cuts = cutsServed;
        cutsServed = List.of();
        cuts.forEach(cut -> cut.accept(true));
        answer(
                true,
                "checkpoint " + checkpoint.id().number() + " of epoch "
                        + checkpoint.id().epoch());
        if (checkpoint.handOver()) {
            owner.handedOver();
        } else if (wantHandOver
                || !cutsWanted.isEmpty()
                || !waiting.isEmpty() && owner.flusher().idle()) {
            begin();
        }
    }

    private void failed(String why) {
        shared.metrics().checkpointFailed();
        List<Consumer<Boolean>> cuts = new ArrayList<>(cutsServed);
        cuts.addAll(cutsWanted);
        cutsServed = List.of();
        cutsWanted = new ArrayList<>();
        cuts.forEach(cut -> cut.accept(false));
        answer(false, why);
        dueNanos = Math.min(
                dueNanos,
                System.nanoTime() + shared.settings().checkpointInterval().toNanos() / 10);
    }

    private void answer(boolean done, String detail) {
        for (ActorRef<SeriesShard.CheckpointReply> replyTo : served) {
            replyTo.tell(new SeriesShard.CheckpointReply(shard, done, detail));
        }
        served = List.of();
    }

    void close() {
        closed = true;
        served = new ArrayList<>(served);
        served.addAll(waiting);
        waiting.clear();
        answer(false, "the shard ended its epoch");
    }

    /** Step 1: the position, and in the same breath all that memory holds: no series has mail while its shard runs. */
    private Checkpoint cut(boolean handOver) {
        OffsetDateTime now = shared.clock().instant().atOffset(ZoneOffset.UTC);
        YearMonth month = YearMonth.from(now);
        if (!month.equals(book.month())) {
            turnMonth(month);
        }
        LogPosition cut = shared.log().nextPosition();
        generation++;
        CheckpointId id = new CheckpointId(record.epoch(), ++number);
        HeadParts heads = new HeadParts(shared.settings().headsBlobBytes());
        BitSet unlisted = new BitSet();
        for (int ref = 0; ref < table.size(); ref++) {
            SeriesSlot slot = table.slotOrNull(ref);
            if (slot == null) {
                continue;
            }
            if (slot.actor() == null && slot.view().allDurable()) {
                // Not in these heads: the log has to name it again before it uses its ref.
                table.clear(ref, SeriesTable.NAMED_IN_LOG);
                continue;
            }
            if (table.lastTime(ref) == Long.MIN_VALUE) {
                table.clear(ref, SeriesTable.NAMED_IN_LOG);
                continue;
            }
            ByteWriter part = heads.of(HeadsBlob.hasHistograms(slot));
            HeadsBlob.write(slot, table.lastTime(ref), table.lastBits(ref), part);
            activity.lived(slot, slot.view());
            activity.lived(slot, Math.floorDiv(table.lastTime(ref), DAY_MILLIS));
            if (slot.cataloguePlace() < 0) {
                unlisted.set(ref);
            }
        }
        activity.unlisted(table, unlisted);
        return new Checkpoint(
                record,
                shared.log().incarnation(),
                id,
                cut,
                month,
                blocks(unlisted),
                activity.take(table, book),
                heads,
                handOver);
    }

    /** In another month every living series is listed anew. */
    private void turnMonth(YearMonth month) {
        book.turn(month);
        for (int ref = 0; ref < table.size(); ref++) {
            SeriesSlot slot = table.slotOrNull(ref);
            if (slot != null) {
                slot.cataloguePlace(-1);
                table.clear(ref, SeriesTable.IN_CATALOGUE);
            }
        }
    }

    /** Blocks of the series the month's catalogue lacks; they know their places at once, but only a durable one counts. */
    private List<Checkpoint.NewBlock> blocks(BitSet unlisted) {
        record Listed(SeriesSlot slot, Labels labels) {}
        List<Listed> all = new ArrayList<>(unlisted.cardinality());
        for (int ref = unlisted.nextSetBit(0); ref >= 0; ref = unlisted.nextSetBit(ref + 1)) {
            Labels labels = table.index().labels(ref);
            if (labels != null) {
                all.add(new Listed(table.slot(ref), labels));
            }
        }
        all.sort(Comparator.comparing(Listed::labels));
        int size = shared.settings().catalogueBlockSeries();
        List<Checkpoint.NewBlock> blocks = new ArrayList<>();
        for (int from = 0; from < all.size(); from += size) {
            int to = Math.min(all.size(), from + size);
            List<byte[]> labels = new ArrayList<>(to - from);
            List<SeriesSlot> slots = new ArrayList<>(to - from);
            BlockId id = book.next(record.epoch());
            int number = book.add(id);
            for (int i = from; i < to; i++) {
                SeriesSlot slot = all.get(i).slot();
                slot.cataloguePlace(CatalogueBook.place(number, i - from));
                labels.add(all.get(i).labels().canonicalBytes());
                slots.add(slot);
            }
            blocks.add(new Checkpoint.NewBlock(id, labels, slots));
        }
        return blocks;
    }

    private void catalogued(YearMonth month, Checkpoint.NewBlock block) {
        if (month.equals(book.month())) {
            for (SeriesSlot slot : block.slots()) {
                table.set(slot.ref(), SeriesTable.IN_CATALOGUE);
            }
        }
    }

    /** The checkpoint was not written: its blocks may or may not be there, so their series are listed again. */
    private void notCatalogued(Checkpoint checkpoint) {
        for (Checkpoint.NewBlock block : checkpoint.newBlocks()) {
            for (SeriesSlot slot : block.slots()) {
                slot.cataloguePlace(-1);
            }
        }
        activity.again();
    }
}
