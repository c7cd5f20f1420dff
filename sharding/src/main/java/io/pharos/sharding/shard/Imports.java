package io.pharos.sharding.shard;

import akka.actor.typed.ActorRef;
import io.pharos.sharding.recovery.ImportWindow;
import io.pharos.sharding.series.SeriesEntity;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.timeseries.chunk.CorruptChunkException;
import io.pharos.timeseries.chunk.SealedChunk;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.IncarnationStore.Fences;
import java.nio.ByteBuffer;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What imports bring to a shard: chunks of samples older than the out-of-order window, which pass by log and heads. Answered when
 * chunks and catalogue are durable and, read after that, no fence is there. The shard's thread only.
 */
final class Imports {
    /*
     * Of two samples of one time the first admitted is read. What the series holds open at the time of an imported chunk is sealed
     * first, and the rows of an import are written only when everything sealed before it is durable: the order of (epoch,
     * sequence) is then the order of admission, also when this epoch ends between the two writes.
     *
     * While one write is under way the next gathers.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Imports.class);
    private static final long DAY_MILLIS = 86_400_000L;
    /** Beyond it a sender is asked to come again; one part is always taken. */
    private static final int WAITING_BYTES_MAX = 2 << 20;

    private static final int WRITE_BYTES_MAX = 1 << 20;
    private static final int[] NONE = {};

    private record Waiting(
            List<ChunkRow> rows,
            int bytes,
            long sealedBefore,
            AppendReply.Appended reply,
            ActorRef<AppendReply> replyTo) {}

    private final OwnedShard owner;
    private final ShardContext shared;
    private final int shard;
    private final ImportedDays days;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private List<Waiting> writing = List.of();
    private long waitingBytes;
    private boolean handingOver;

    Imports(OwnedShard owner, ShardContext shared, int shard, ImportedDays days) {
        this.owner = owner;
        this.shared = shared;
        this.shard = shard;
        this.days = days;
    }

    void take(ImportPart part, ActorRef<AppendReply> replyTo) {
        if (isUnderWay(waiting, part, replyTo) || isUnderWay(writing, part, replyTo)) {
            return; // sent again because the store is slow: its answer will come
        }
        if (handingOver || waitingBytes > 0 && waitingBytes + part.bytes() > WAITING_BYTES_MAX) {
            AppendReply.Reason reason = handingOver ? AppendReply.Reason.HANDING_OVER : AppendReply.Reason.FULL;
            replyTo.tell(new AppendReply.NotNow(shard, part.part(), reason));
            return;
        }
        SealedChunk[] chunks = new SealedChunk[part.chunks().length];
        try {
            for (int i = 0; i < chunks.length; i++) {
                chunks[i] = SealedChunk.parse(part.chunks()[i]);
            }
        } catch (CorruptChunkException damaged) {
            // Its sender encoded it a moment ago: what was damaged on the way is sent again.
            LOG.warn("shard {}: a part of an import is damaged: {}", shard, damaged.getMessage());
            replyTo.tell(new AppendReply.NotNow(shard, part.part(), AppendReply.Reason.LOG));
            return;
        }
        admit(part, chunks, replyTo);
        owner.flush();
        pump();
    }

    private static boolean isUnderWay(Iterable<Waiting> parts, ImportPart part, ActorRef<AppendReply> replyTo) {
        for (Waiting each : parts) {
            if (each.reply.part() == part.part() && each.replyTo.equals(replyTo)) {
                return true;
            }
        }
        return false;
    }

    private void admit(ImportPart part, SealedChunk[] chunks, ActorRef<AppendReply> replyTo) {
        long latest = ImportWindow.ownerTakesUntil(
                shared.clock().millis(), shared.settings().outOfOrderWindow());
        List<ChunkRow> rows = new ArrayList<>(chunks.length);
        int[] refused = new int[chunks.length];
        byte[] reasons = new byte[chunks.length];
        long[] met = new long[chunks.length];
        int count = 0;
        int chunk = 0;
        long samples = 0;
        for (int series = 0; series < part.labelEnds().length; series++) {
            int from = series == 0 ? 0 : part.labelEnds()[series - 1];
            boolean anyOld = false;
            for (int i = chunk; i < part.chunkEnds()[series]; i++) {
                anyOld |= chunks[i].lastTimestampMillis() <= latest;
            }
            SeriesSlot slot = anyOld ? owner.known(part.labels(), from, part.labelEnds()[series]) : null;
            for (; chunk < part.chunkEnds()[series]; chunk++) {
                boolean tooNew = chunks[chunk].lastTimestampMillis() > latest;
                if (slot == null || tooNew) {
                    refused[count] = chunk;
                    met[count] = tooNew ? latest : owner.limitReached();
                    reasons[count++] = tooNew ? RefusalCode.of(RefusalReason.TOO_FAR_AHEAD) : owner.limit();
                } else {
                    rows.add(row(slot, chunks[chunk]));
                    samples += chunks[chunk].count();
                }
            }
        }
        AppendReply.Appended reply = new AppendReply.Appended(
                shard,
                part.part(),
                owner.epoch(),
                NONE,
                Arrays.copyOf(refused, count),
                Arrays.copyOf(reasons, count),
                Arrays.copyOf(met, count));
        if (rows.isEmpty()) {
            replyTo.tell(reply);
            return;
        }
        shared.metrics().imported(samples);
        waiting.add(new Waiting(rows, part.bytes(), owner.flusher().sealedCount(), reply, replyTo));
        waitingBytes += part.bytes();
    }

    private ChunkRow row(SeriesSlot slot, SealedChunk chunk) {
        long start = chunk.firstTimestampMillis();
        long end = chunk.lastTimestampMillis();
        if (slot.view().hasOpenUntil(end)) {
            owner.actorOf(slot).tell(SeriesEntity.seal(), akka.actor.ActorRef.noSender());
        }
        for (long day = Math.floorDiv(start, DAY_MILLIS); day <= Math.floorDiv(end, DAY_MILLIS); day++) {
            days.lived(slot, day);
        }
        ByteBuffer bytes = chunk.bytes();
        return new ChunkRow(
                slot.metricHash(),
                slot.id(),
                start,
                end,
                owner.epoch(),
                owner.flusher().nextSequence(),
                bytes);
    }

    /** Writes what waits, unless a write is under way or something sealed earlier is not durable yet. */
    void pump() {
        if (!writing.isEmpty()) {
            return;
        }
        long durable = owner.flusher().writtenCount();
        List<Waiting> batch = new ArrayList<>();
        List<ChunkRow> rows = new ArrayList<>();
        for (int bytes = 0; bytes < WRITE_BYTES_MAX && !waiting.isEmpty(); ) {
            if (waiting.element().sealedBefore > durable) {
                break;
            }
            Waiting next = waiting.remove();
            batch.add(next);
            rows.addAll(next.rows);
            bytes += next.bytes;
        }
        if (batch.isEmpty()) {
            return;
        }
        writing = batch;
        ClassedRows classed = owner.classed(rows);
        ImportedDays.Listing listing =
                days.take(YearMonth.from(shared.clock().instant().atOffset(ZoneOffset.UTC)));
        CompletionStage<Fences> write;
        try {
            write = listing.write(shared.stores().catalogue(), shard, owner.epoch(), shared.work())
                    .thenComposeAsync(done -> owner.write(classed), shared.work())
                    // Whoever owns the shard when this is read has read no catalogue yet if no fence is there.
                    .thenCompose(done ->
                            shared.stores().incarnations().read(shared.log().incarnation()));
        } catch (RuntimeException failure) {
            write = CompletableFuture.failedStage(failure);
        }
        owner.after(write, (fences, failure) -> written(listing, fences, failure));
    }

    private void written(ImportedDays.Listing listing, @Nullable Fences fences, @Nullable Throwable failure) {
        List<Waiting> batch = writing;
        writing = List.of();
        batch.forEach(done -> waitingBytes -= done.bytes);
        if (fences == null) {
            days.notWritten(listing);
            LOG.warn("shard {}: an import is not durable: {}", shard, String.valueOf(failure));
            notNow(batch, AppendReply.Reason.LOG);
        } else {
            days.written(listing);
            Long fence = fences.epochByShard().get(shard);
            if (!fences.alive() || fence != null && fence > owner.epoch()) {
                notNow(batch, AppendReply.Reason.DEPOSED);
                owner.end(true, "an import met a fence");
            } else if (handingOver) {
                // The next owner needs no fence against this one, so it may have read the catalogue already.
                notNow(batch, AppendReply.Reason.HANDING_OVER);
            } else {
                for (Waiting done : batch) {
                    done.rows.forEach(owner::imported);
                    done.replyTo.tell(done.reply);
                }
            }
        }
        pump();
    }

    /** Adds the refs of series that imports under way bring something to, or whose days of one that failed are not durable. */
    void underWay(SeriesTable table, BitSet refs) {
        for (Waiting part : waiting) {
            add(part, table, refs);
        }
        for (Waiting part : writing) {
            add(part, table, refs);
        }
        days.open(refs);
    }

    private static void add(Waiting part, SeriesTable table, BitSet refs) {
        for (ChunkRow row : part.rows) {
            refs.set(table.ref(row.series()));
        }
    }

    /** From here on nothing is acknowledged any more. */
    void handOver() {
        handingOver = true;
        notNow(List.copyOf(waiting), AppendReply.Reason.HANDING_OVER);
        waiting.forEach(given -> waitingBytes -= given.bytes);
        waiting.clear();
    }

    void close() {
        notNow(writing, AppendReply.Reason.DEPOSED);
        notNow(List.copyOf(waiting), AppendReply.Reason.DEPOSED);
        writing = List.of();
        waiting.clear();
    }

    private void notNow(List<Waiting> parts, AppendReply.Reason reason) {
        parts.forEach(part -> part.replyTo.tell(new AppendReply.NotNow(shard, part.reply.part(), reason)));
    }
}
