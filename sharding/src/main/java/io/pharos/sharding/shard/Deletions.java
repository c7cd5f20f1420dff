package io.pharos.sharding.shard;

import akka.actor.typed.ActorRef;
import io.pharos.sharding.mask.Mask;
import io.pharos.sharding.mask.MaskBlob;
import io.pharos.sharding.mask.MaskBook;
import io.pharos.sharding.series.SeriesEntity;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.store.IncarnationStore.Fences;
import io.pharos.timeseries.store.StoredMask;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletions of a shard, one after the other (docs/adr/0025-deletions-are-masks.md). The shard's thread only. */
final class Deletions {
    /*
     * 1. What matching series hold open in the time deleted is sealed, and the mask takes the next number of a chunk: all that was
     *    admitted before is in chunks below it, all that comes later in chunks above.
     * 2. Those chunks become durable, and every section that was sent to the log before has its outcome: it lies before the
     *    position of the next row.
     * 3. A checkpoint is cut and becomes the shard's record. Its heads have nothing of what is deleted, nor has the log from its
     *    cut on, so nothing of it can be recovered into chunks above the mask.
     * 4. The mask is written, and days are marked whose points are made again without what is hidden.
     * 5. Read after that, no fence is there: whoever takes this shard reads masks after fencing, and so reads this one.
     * 6. Readers see it, and it is answered.
     * Where no matching series had a sample in this epoch and none left in it, 2 and 3 have nothing to do.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Deletions.class);
    private static final long DAY_MILLIS = 86_400_000L;
    /** Rows of points span ten days, and are kept from their last point on; two more for clocks. */
    private static final long SPARE_MILLIS = 12 * DAY_MILLIS;

    private static final int WAITING_MAX = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final class UnderWay {
        final DeletePart part;
        ActorRef<DeleteReply> replyTo;
        long sealedBefore;
        boolean logged;
        boolean cutting;

        @Nullable
        Mask mask;

        UnderWay(DeletePart part, ActorRef<DeleteReply> replyTo) {
            this.part = part;
            this.replyTo = replyTo;
        }
    }

    private final OwnedShard owner;
    private final ShardContext shared;
    private final int shard;
    private final SeriesTable table;
    private final MaskBook masks;
    private final Checkpoints checkpoints;
    private final RolledDays rolled;
    private final ArrayDeque<UnderWay> waiting = new ArrayDeque<>();
    private @Nullable UnderWay current;
    private LogEra era = new LogEra(CompletableFuture.completedStage(null));
    private boolean handingOver;

    Deletions(
            OwnedShard owner,
            ShardContext shared,
            int shard,
            SeriesTable table,
            Checkpoints checkpoints,
            RolledDays rolled) {
        this.owner = owner;
        this.shared = shared;
        this.shard = shard;
        this.table = table;
        this.masks = table.masks();
        this.checkpoints = checkpoints;
        this.rolled = rolled;
    }

    /** The era a section belongs to that is sent to the log now. */
    LogEra era() {
        return era;
    }

    void take(DeletePart part, ActorRef<DeleteReply> replyTo) {
        UnderWay known = underWay(part.id());
        if (known != null) {
            known.replyTo = replyTo; // asked for again because it takes long: its answer will come
            return;
        }
        if (masks.has(part.id())) {
            replyTo.tell(new DeleteReply(shard, part.id(), DeleteReply.Outcome.DONE, ""));
            return;
        }
        UnderWay wanted = new UnderWay(part, replyTo);
        int most = shared.settings().masksMax();
        if (masks.sizeWith(part.selectors(), part.fromMillis(), part.toMillis()) > most) {
            answer(
                    wanted,
                    DeleteReply.Outcome.REFUSED,
                    "it has " + masks.size() + " deletions, at most " + most
                            + " are kept (pharos.sharding.shard.masks-max); they go when what they hide has expired");
        } else if (handingOver || waiting.size() >= WAITING_MAX) {
            answer(wanted, DeleteReply.Outcome.NOT_NOW, handingOver ? "it is handed over" : "too many deletions wait");
        } else {
            waiting.add(wanted);
            next();
        }
    }

    private @Nullable UnderWay underWay(UUID id) {
        UnderWay running = current;
        if (running != null && running.part.id().equals(id)) {
            return running;
        }
        for (UnderWay each : waiting) {
            if (each.part.id().equals(id)) {
                return each;
            }
        }
        return null;
    }

    private void answer(UnderWay done, DeleteReply.Outcome outcome, String why) {
        done.replyTo.tell(new DeleteReply(shard, done.part.id(), outcome, why));
    }

    private void next() {
        if (current != null || waiting.isEmpty()) {
            return;
        }
        UnderWay wanted = waiting.remove();
        current = wanted;
        owner.later(PATIENCE, () -> failed(wanted, "the store did not take it within " + PATIENCE.toSeconds() + " s"));
        begin(wanted);
    }

    /** Step 1. */
    private void begin(UnderWay wanted) {
        DeletePart part = wanted.part;
        BitSet refs = new BitSet();
        for (List<LabelMatcher> selector : part.selectors()) {
            for (int ref : table.index().select(selector)) {
                refs.set(ref);
            }
        }
        // Heads and log may still have samples of series that left, and they would come back from there above the mask.
        boolean active = table.generation() > 0;
        for (int ref = refs.nextSetBit(0); ref >= 0; ref = refs.nextSetBit(ref + 1)) {
            SeriesSlot slot = table.slot(ref);
            active |= table.lastTime(ref) != Long.MIN_VALUE;
            if (slot.view().hasOpenIn(part.fromMillis(), part.toMillis())) {
                owner.actorOf(slot).tell(SeriesEntity.seal(), akka.actor.ActorRef.noSender());
            }
        }
        int sequence = owner.flusher().nextSequence();
        wanted.mask = masks.coming(lastPiece -> new Mask(
                part.id(),
                owner.epoch(),
                sequence,
                lastPiece,
                part.selectors(),
                part.fromMillis(),
                part.toMillis(),
                part.createdMillis()));
        if (!active) {
            write(wanted, refs);
            return;
        }
        wanted.sealedBefore = owner.flusher().sealedCount();
        CompletionStage<Void> over = era.close();
        era = new LogEra(over);
        owner.after(over, (done, failure) -> {
            wanted.logged = true;
            cut(wanted, refs);
        });
        owner.flush();
        pump = () -> cut(wanted, refs);
        cut(wanted, refs);
    }

    private Runnable pump = () -> {};

    /** More chunks are durable. */
    void pump() {
        pump.run();
    }

    /** Steps 2 and 3. */
    private void cut(UnderWay wanted, BitSet refs) {
        if (wanted != current
                || wanted.cutting
                || !wanted.logged
                || owner.flusher().writtenCount() < wanted.sealedBefore) {
            return;
        }
        wanted.cutting = true;
        checkpoints.cutAfterThis(done -> {
            if (wanted != current) {
                return;
            }
            if (done) {
                write(wanted, refs);
            } else {
                failed(wanted, "its checkpoint did not become durable");
            }
        });
    }

    /** Steps 4 and 5. */
    private void write(UnderWay wanted, BitSet refs) {
        Mask mask = wanted.mask;
        if (mask == null) {
            return;
        }
        long longest = shared.rollUps().longestRetentionMillis();
        long expiry = shared.clock().millis() + longest + SPARE_MILLIS;
        CompletionStage<Fences> written;
        try {
            StoredMask row = MaskBlob.write(shard, mask);
            Set<Long> days = daysAtTheEdges(mask, refs);
            written = shared.stores()
                    .masks()
                    .write(shard, row, expiry)
                    .thenCompose(done -> rolled.deleted(days))
                    .thenCompose(done ->
                            shared.stores().incarnations().read(shared.log().incarnation()));
        } catch (RuntimeException failure) {
            written = CompletableFuture.failedStage(failure);
        }
        owner.after(written, (fences, failure) -> written(wanted, mask, fences, failure));
    }

    /** Step 6. */
    private void written(UnderWay wanted, Mask mask, @Nullable Fences fences, @Nullable Throwable failure) {
        if (wanted != current) {
            return; // given up before: it may count for the next owner
        }
        if (fences == null) {
            LOG.warn("shard {}: a deletion is not durable: {}", shard, String.valueOf(failure));
            failed(wanted, "the store did not take it");
            return;
        }
        Long fence = fences.epochByShard().get(shard);
        if (!fences.alive() || fence != null && fence > owner.epoch()) {
            failed(wanted, "another node owns it");
            owner.end(true, "a deletion met a fence");
            return;
        }
        List<Mask> before =
                masks.published() == null ? List.of() : masks.published().masks();
        masks.durable(mask);
        removeCovered(before);
        answer(wanted, DeleteReply.Outcome.DONE, "");
        ended();
    }

    private void removeCovered(List<Mask> before) {
        List<StoredMask> covered = new ArrayList<>();
        for (Mask each : before) {
            if (!masks.has(each.id())) {
                covered.add(MaskBlob.write(shard, each));
            }
        }
        if (!covered.isEmpty()) {
            shared.stores().masks().remove(shard, covered).exceptionally(failure -> {
                LOG.info("shard {}: deletions that others cover stay for now: {}", shard, failure.toString());
                return null;
            });
        }
    }

    /*
     * Inside the time deleted points are hidden and nothing is left to make others of. At its edges an interval may have samples on both
     * sides; the first point after it begins with the last sample before it, and the last one before it knows how it went on.
     */
    private Set<Long> daysAtTheEdges(Mask mask, BitSet refs) {
        Set<Long> days = new TreeSet<>();
        long[] kept = rolled.daysKept();
        long first = Math.max(mask.fromMillis(), (kept[0] - 2) * DAY_MILLIS);
        long last = Math.min(mask.toMillis(), (kept[1] + 2) * DAY_MILLIS);
        // A point at midnight belongs to the day that ends there.
        days.add(Math.floorDiv(first - 2, DAY_MILLIS));
        days.add(Math.floorDiv(first - 1, DAY_MILLIS));
        days.add(Math.floorDiv(last - 1, DAY_MILLIS));
        days.add(Math.floorDiv(last, DAY_MILLIS));
        days.add(Math.floorDiv(last, DAY_MILLIS) + 1);
        days.removeIf(day -> day < kept[0] || day > kept[1] || !lived(refs, day));
        return days;
    }

    private boolean lived(BitSet refs, long day) {
        if (day < Math.floorDiv(table.knownFromMillis(), DAY_MILLIS)) {
            return true; // so may others have that are not in memory
        }
        for (int ref = refs.nextSetBit(0); ref >= 0; ref = refs.nextSetBit(ref + 1)) {
            SeriesSlot slot = table.slotOrNull(ref);
            if (slot == null || slot.mayHaveLived(day, day + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Whether none is under way. */
    boolean idle() {
        return current == null;
    }

    private void failed(UnderWay wanted, String why) {
        if (wanted == current) {
            masks.dropped();
            answer(wanted, DeleteReply.Outcome.NOT_NOW, why);
            ended();
        }
    }

    private void ended() {
        current = null;
        pump = () -> {};
        next();
    }

    /** From here on nothing is answered as done: the next owner needs no fence against this one. */
    void handOver() {
        handingOver = true;
        giveUp("it is handed over");
    }

    void close() {
        handingOver = true;
        giveUp("its owner changed");
    }

    private void giveUp(String why) {
        waiting.forEach(each -> answer(each, DeleteReply.Outcome.NOT_NOW, why));
        waiting.clear();
        UnderWay running = current;
        if (running != null) {
            failed(running, why);
        }
    }
}
