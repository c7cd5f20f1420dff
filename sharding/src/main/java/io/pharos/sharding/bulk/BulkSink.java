package io.pharos.sharding.bulk;

import io.pharos.sharding.ingest.RefusalDetail;
import io.pharos.sharding.recovery.ImportWindow;
import io.pharos.sharding.shard.AppendReply;
import io.pharos.sharding.shard.ImportPart;
import io.pharos.sharding.shard.RefusalCode;
import io.pharos.timeseries.chunk.SealedChunk;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.AppendResult.Refusal;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.sample.SampleSink;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Takes samples of any age: those inside the out-of-order window go to the log like any other, older ones are sealed here into
 * chunks and sent to the owners of their shards. A part is sent again until the sender's deadline. Thread-safe; never blocks, but
 * encodes on the caller's thread. Native histograms are not taken this way.
 */
public final class BulkSink implements SampleSink {
    private static final long DAY_MILLIS = 86_400_000L;
    /** 8 hours at 10 s: a row is cheap by then, and a query for an hour decodes no day. In a message it has room whatever its values. */
    private static final int CHUNK_SAMPLES_MAX = 2_880;

    private final int shardCount;
    private final BulkRules rules;
    private final InstantSource clock;
    private final SampleSink recent;
    private final Consumer<ImportPart> door;
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicLong numbers = new AtomicLong();
    private final ConcurrentHashMap<Long, Pending> pending = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    /** A part on its way. Its fields that change are guarded by itself. */
    private static final class Pending {
        final ImportCall call;
        final SampleBatch batch;
        final PartGatherer.Gathered gathered;
        final ImportPart part;
        long againNanos;
        String reason = "does not answer";

        Pending(ImportCall call, SampleBatch batch, PartGatherer.Gathered gathered, ImportPart part) {
            this.call = call;
            this.batch = batch;
            this.gathered = gathered;
            this.part = part;
        }
    }

    /**
     * A sink to the shards 0 to shardCount - 1.
     *
     * @param recent where samples inside the out-of-order window go
     * @param door sends a part to its shard's owner, whose answer comes to {@link #onReply}
     */
    public BulkSink(
            int shardCount, BulkRules rules, InstantSource clock, SampleSink recent, Consumer<ImportPart> door) {
        this.shardCount = shardCount;
        this.rules = rules;
        this.clock = clock;
        this.recent = recent;
        this.door = door;
    }

    @Override
    public CompletionStage<AppendResult> append(SampleBatch batch, Instant deadline) {
        if (batch.histograms() != null) {
            return CompletableFuture.failedStage(
                    new IllegalArgumentException("an import of native histograms is not possible"));
        }
        if (stopped) {
            return CompletableFuture.completedStage(
                    new AppendResult.Unavailable("this node stops", rules.retryAfter()));
        }
        if (pendingBytes.get() > rules.pendingBytesMax()) {
            return CompletableFuture.completedStage(new AppendResult.Unavailable(
                    "this node holds as many chunks of imports as it may", rules.retryAfter()));
        }
        long left = Math.max(0, Duration.between(clock.instant(), deadline).toNanos());
        ImportCall call = new ImportCall(System.nanoTime() + left);
        long now = clock.millis();
        long chunksBefore = ImportWindow.chunksBefore(now, rules.window());
        long oldest = now - rules.oldest().toMillis();
        SampleBatchBuilder young = new SampleBatchBuilder();
        Map<Integer, PartGatherer> parts = new HashMap<>();
        SortedRun run = new SortedRun();
        for (int series = 0; series < batch.seriesCount(); series++) {
            int from = batch.sampleFrom()[series];
            int to = batch.sampleFrom()[series + 1];
            byte[] canonical;
            int shard;
            try {
                Labels labels = batch.labels(series);
                canonical = labels.canonicalBytes();
                check(labels, canonical);
                shard = SeriesIdentity.of(labels).shard(shardCount);
            } catch (IllegalArgumentException invalid) {
                refuse(
                        call,
                        batch,
                        series,
                        from,
                        to,
                        RefusalReason.INVALID_LABELS,
                        String.valueOf(invalid.getMessage()));
                continue;
            }
            run.of(batch.timestamps(), batch.values(), from, to);
            call.accept(run.repeated());
            int first = run.firstNotBefore(oldest);
            int end = run.firstNotBefore(chunksBefore);
            if (first > run.from()) {
                call.refuse(
                        first - run.from(),
                        new Refusal(
                                describe(batch, series),
                                run.times()[run.from()],
                                run.values()[run.from()],
                                RefusalReason.TOO_OLD,
                                "nothing is kept for more than "
                                        + rules.oldest().toDays() + " days (pharos.storage.tiers)"));
            }
            if (first < end) {
                PartGatherer gatherer = parts.computeIfAbsent(
                        shard, added -> new PartGatherer(added, gathered -> open(call, batch, gathered)));
                encode(run, first, end, series, canonical, gatherer);
            }
            if (end < run.to()) {
                young.series(canonical);
                for (int i = Math.max(first, end); i < run.to(); i++) {
                    young.sample(run.times()[i], run.values()[i]);
                }
            }
        }
        parts.values().forEach(PartGatherer::flush);
        if (young.sampleCount() > 0) {
            call.partOpened();
            recent.append(young.build(), deadline).whenComplete((result, failure) -> {
                call.add(
                        result != null
                                ? result
                                : new AppendResult.Unavailable(String.valueOf(failure), rules.retryAfter()));
                call.partDone();
            });
        }
        call.partDone();
        return call.result;
    }

    private void check(Labels labels, byte[] canonical) {
        if (canonical.length > rules.labelBytesMax()) {
            throw new IllegalArgumentException("its labels take " + canonical.length + " bytes, at most "
                    + rules.labelBytesMax() + " (pharos.sharding.ingest.part-labels) can be sent to a shard");
        }
        if (labels.metricName().isEmpty()) {
            throw new IllegalArgumentException("no metric name");
        }
    }

    private static void refuse(
            ImportCall call, SampleBatch batch, int series, int from, int to, RefusalReason reason, String detail) {
        if (to > from) {
            call.refuse(
                    to - from,
                    new Refusal(
                            describe(batch, series), batch.timestamps()[from], batch.values()[from], reason, detail));
        }
    }

    private static String describe(SampleBatch batch, int series) {
        try {
            return batch.labels(series).toString();
        } catch (IllegalArgumentException unreadable) {
            return "{?}";
        }
    }

    /** Chunks of about one size, none across a UTC day. */
    private static void encode(SortedRun run, int first, int end, int series, byte[] canonical, PartGatherer gatherer) {
        for (int from = first; from < end; ) {
            long nextDay = (Math.floorDiv(run.times()[from], DAY_MILLIS) + 1) * DAY_MILLIS;
            int dayEnd = Math.min(end, run.firstNotBefore(nextDay));
            int pieces = (dayEnd - from + CHUNK_SAMPLES_MAX - 1) / CHUNK_SAMPLES_MAX;
            int size = (dayEnd - from + pieces - 1) / pieces;
            for (; from < dayEnd; ) {
                int to = Math.min(dayEnd, from + size);
                gatherer.add(
                        series,
                        canonical,
                        SealedChunk.encode(run.times(), run.values(), from, to),
                        to - from,
                        run.times()[from]);
                from = to;
            }
        }
    }

    private void open(ImportCall call, SampleBatch batch, PartGatherer.Gathered gathered) {
        ImportPart part = new ImportPart(
                gathered.shard(),
                numbers.incrementAndGet(),
                gathered.labels(),
                gathered.labelEnds(),
                gathered.chunkEnds(),
                gathered.chunks());
        Pending sent = new Pending(call, batch, gathered, part);
        call.partOpened();
        pendingBytes.addAndGet(part.bytes());
        pending.put(part.part(), sent);
        if (stopped) {
            giveUp(part.part(), sent, "this node stops");
        } else {
            send(sent);
        }
    }

    private void send(Pending sent) {
        synchronized (sent) {
            sent.againNanos = System.nanoTime() + rules.attemptTimeout().toNanos();
        }
        door.accept(sent.part);
    }

    /** Bytes of parts whose outcome is open. */
    public long pendingBytes() {
        return pendingBytes.get();
    }

    /** Takes a shard's answer; answers to parts no longer open are ignored. */
    public void onReply(AppendReply reply) {
        if (reply instanceof AppendReply.Appended appended) {
            Pending part = pending.remove(reply.part());
            if (part != null) {
                try {
                    take(part, appended);
                } catch (RuntimeException fault) {
                    part.call.add(new AppendResult.Unavailable(
                            "an answer of shard " + reply.shard() + " was not understood", rules.retryAfter()));
                    throw fault;
                } finally {
                    done(part);
                }
            }
        } else if (reply instanceof AppendReply.NotNow notNow) {
            Pending part = pending.get(reply.part());
            if (part != null) {
                synchronized (part) {
                    part.reason = "is " + notNow.reason().text();
                    part.againNanos = System.nanoTime() + rules.retryPause().toNanos();
                }
            }
        }
    }

    private static void take(Pending part, AppendReply.Appended reply) {
        int accepted = 0;
        for (int count : part.gathered.counts()) {
            accepted += count;
        }
        for (int i = 0; i < reply.refused().length; i++) {
            int chunk = reply.refused()[i];
            int count = part.gathered.counts()[chunk];
            accepted -= count;
            RefusalReason reason = RefusalCode.reason(reply.reasons()[i]);
            int series = part.gathered.seriesOf()[chunk];
            String detail = reason == RefusalReason.TOO_FAR_AHEAD
                    ? "the clock of its shard's node is behind: it takes old samples up to " + reply.stored()[i] + " ms"
                    : RefusalDetail.of(reason, reply.stored()[i], part.batch.labels(series));
            part.call.refuse(
                    count,
                    new Refusal(
                            describe(part.batch, series), part.gathered.starts()[chunk], Double.NaN, reason, detail));
        }
        part.call.accept(accepted);
    }

    private void done(Pending part) {
        pendingBytes.addAndGet(-part.part.bytes());
        part.call.partDone();
    }

    /** Sends again what waited long enough, gives up what waited too long; to be called some times a second. */
    public void sweep() {
        long now = System.nanoTime();
        pending.forEach((number, part) -> {
            boolean again;
            String reason;
            synchronized (part) {
                again = now - part.againNanos >= 0;
                reason = part.reason;
            }
            if (now - part.call.deadlineNanos >= 0) {
                giveUp(number, part, "shard " + part.part.shard() + " " + reason);
            } else if (again) {
                send(part);
            }
        });
    }

    /** No part is sent any more: what is open is unavailable. */
    public void stop() {
        stopped = true;
        pending.forEach((number, part) -> giveUp(number, part, "this node stops"));
    }

    private void giveUp(long number, Pending part, String reason) {
        if (pending.remove(number, part)) {
            part.call.add(new AppendResult.Unavailable(reason, rules.retryAfter()));
            done(part);
        }
    }
}
