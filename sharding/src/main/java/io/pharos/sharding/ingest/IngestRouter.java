package io.pharos.sharding.ingest;

import io.pharos.sharding.shard.AppendPart;
import io.pharos.sharding.shard.AppendReply;
import io.pharos.sharding.shard.RefusalCode;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesHash;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.SampleSink;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The node's way of samples to their shards: a series' raw label bytes become shard and ref without decoding, a batch becomes one
 * columnar message a shard, and a part that a shard could not take is sent again until the sender's deadline. Thread-safe;
 * works on the caller's thread and on those of {@link #onReply} and {@link #sweep}; never blocks.
 */
public final class IngestRouter implements SampleSink {
    private final int shardCount;
    private final IngestSettings settings;
    private final InstantSource clock;
    private final ShardDoor door;
    private final IngestMetrics metrics;
    private final IdentityCache cache;
    private final AtomicLongArray epochs;
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicLong partNumbers = new AtomicLong();
    private final ConcurrentHashMap<Long, PendingPart> pending = new ConcurrentHashMap<>();
    private final ThreadLocal<RoutingScratch> scratches = ThreadLocal.withInitial(RoutingScratch::new);
    private final SmallBatches gathering;
    private volatile boolean stopped;

    /** A router to the shards 0 to shardCount - 1. */
    public IngestRouter(
            int shardCount, IngestSettings settings, InstantSource clock, ShardDoor door, IngestMetrics metrics) {
        this.shardCount = shardCount;
        this.settings = settings;
        this.clock = clock;
        this.door = door;
        this.metrics = metrics;
        this.cache = new IdentityCache(settings.identityCacheEntriesMax());
        this.epochs = new AtomicLongArray(shardCount);
        this.gathering = new SmallBatches(settings);
        metrics.observe(pendingBytes::get, pending::size, cache::size);
    }

    @Override
    public CompletionStage<AppendResult> append(SampleBatch batch, Instant deadline) {
        int samples = batch.sampleCount();
        if (samples == 0) {
            return CompletableFuture.completedFuture(AppendResult.Decided.allOf(0));
        }
        long bytes = batch.labelBytes().length + 20L * samples + 16L * batch.seriesCount();
        if (batch.histograms() != null) {
            bytes += EncodedHistogram.memoryBytes(batch.histograms(), 0, samples);
        }
        if (pendingBytes.addAndGet(bytes) > settings.pendingBytesMax()) {
            pendingBytes.addAndGet(-bytes);
            metrics.overloaded(samples);
            return CompletableFuture.completedFuture(new AppendResult.Unavailable(
                    "this node holds as many unconfirmed samples as it may", settings.retryAfter()));
        }
        long left = Math.max(0, Duration.between(clock.instant(), deadline).toNanos());
        AppendCall call =
                new AppendCall(LongSeries.split(batch, settings.partSamplesMax()), System.nanoTime() + left, bytes);
        call.result.whenComplete((result, failure) -> pendingBytes.addAndGet(-call.bytes));
        metrics.received(samples);
        if (!gather(call, samples)) {
            route(List.of(call));
        }
        return call.result;
    }

    /** Bytes of batches whose outcome is open. */
    public long pendingBytes() {
        return pendingBytes.get();
    }

    /** A small batch waits for others only where others are under way: a lone one would only lose time. */
    private boolean gather(AppendCall call, int samples) {
        if (stopped || samples >= settings.gatherSamplesMax() || pending.size() < 2 * shardCount) {
            return false;
        }
        List<AppendCall> full = gathering.add(call, samples);
        if (!full.isEmpty()) {
            route(full);
        }
        return true;
    }

    /** Says when a batch begins to wait for others: {@link #flushGathered} is then to be called after {@link IngestSettings#gather}. */
    void onGathering(Runnable listener) {
        gathering.onFirst(listener);
    }

    /** Routes small batches that waited long enough; true when some wait still. */
    public boolean flushGathered() {
        List<AppendCall> due = gathering.due(System.nanoTime());
        if (!due.isEmpty()) {
            route(due);
        }
        return gathering.isWaiting();
    }

    private void route(List<AppendCall> calls) {
        int total = 0;
        for (AppendCall call : calls) {
            total += call.batch.seriesCount();
        }
        RoutingScratch scratch = scratches.get();
        scratch.room(total);
        // One look at the epochs for all of a routing: an answer may raise one at any time, and a ref goes out under
        // the
        // epoch it was compared with, or the shard would take it for another series.
        long[] seen = epochsNow(scratch);
        int[] starts = new int[2 * shardCount + 1];
        int routed = resolve(calls, scratch, starts);
        // Counting sort by (shard, known first): two buckets a shard.
        int[] callsSorted = new int[routed];
        int[] seriesSorted = new int[routed];
        int[] refsSorted = new int[routed];
        for (int bucket = 0; bucket < 2 * shardCount; bucket++) {
            starts[bucket + 1] += starts[bucket];
        }
        int[] next = Arrays.copyOf(starts, 2 * shardCount);
        for (int i = 0; i < routed; i++) {
            int at = next[2 * scratch.shardOf[i] + (scratch.refOf[i] < 0 ? 1 : 0)]++;
            callsSorted[at] = scratch.calls[i];
            seriesSorted[at] = scratch.series[i];
            refsSorted[at] = scratch.refOf[i];
        }
        List<PendingPart> sending = new ArrayList<>(shardCount);
        for (int shard = 0; shard < shardCount; shard++) {
            int from = starts[2 * shard];
            int known = starts[2 * shard + 1];
            int to = starts[2 * shard + 2];
            if (to > from) {
                openParts(
                        sending,
                        shard,
                        calls,
                        Arrays.copyOfRange(callsSorted, from, to),
                        Arrays.copyOfRange(seriesSorted, from, to),
                        known - from,
                        Arrays.copyOfRange(refsSorted, from, known),
                        seen[shard]);
            }
        }
        send(sending);
        for (AppendCall call : calls) {
            call.partDone();
        }
    }

    private long[] epochsNow(RoutingScratch scratch) {
        if (scratch.epochs.length < shardCount) {
            scratch.epochs = new long[shardCount];
        }
        for (int shard = 0; shard < shardCount; shard++) {
            scratch.epochs[shard] = epochs.get(shard);
        }
        return scratch.epochs;
    }

    /** Finds shard and ref of every series; counts them by bucket, one place up. Refuses what has no valid labels. */
    private int resolve(List<AppendCall> calls, RoutingScratch scratch, int[] counts) {
        SeriesHash.Words words = scratch.words;
        IdentityCache.Found found = scratch.found;
        int routed = 0;
        for (int c = 0; c < calls.size(); c++) {
            AppendCall call = calls.get(c);
            SampleBatch batch = call.batch;
            byte[] bytes = batch.labelBytes();
            int[] from = batch.labelFrom();
            int[] to = batch.labelTo();
            int seed = batch.encoding().code();
            int n = batch.seriesCount();
            int missed = 0;
            // Hashes first: the look-ups then follow each other closely, and their cache misses overlap.
            for (int series = 0; series < n; series++) {
                SeriesHash.hash(bytes, from[series], to[series], seed, words);
                scratch.high[series] = words.high;
                scratch.low[series] = words.low;
            }
            for (int series = 0; series < n; series++) {
                if (!cache.find(scratch.high[series], scratch.low[series], found)) {
                    int shard = learn(call, series);
                    if (shard < 0) {
                        continue;
                    }
                    scratch.missed[missed] = series;
                    scratch.missedShard[missed++] = shard;
                    found.shard = shard;
                    found.ref = -1;
                } else if (found.epoch != scratch.epochs[found.shard]) {
                    found.ref = -1;
                }
                scratch.shardOf[routed] = found.shard;
                scratch.refOf[routed] = found.ref;
                scratch.calls[routed] = c;
                scratch.series[routed] = series;
                routed++;
                counts[2 * found.shard + (found.ref < 0 ? 1 : 0) + 1]++;
            }
            if (missed > 0) {
                cache.putNew(scratch.high, scratch.low, scratch.missed, scratch.missedShard, missed);
            }
        }
        return routed;
    }

    private int learn(AppendCall call, int series) {
        metrics.labelsDecoded();
        try {
            Labels labels = call.batch.labels(series);
            int bytes = labels.canonicalBytes().length;
            if (bytes > settings.partLabelBytesMax()) {
                refuseAll(
                        call,
                        series,
                        "its labels take " + bytes + " bytes, at most " + settings.partLabelBytesMax()
                                + " (pharos.sharding.ingest.part-labels) can be sent to a shard");
            } else if (labels.metricName().isEmpty()) {
                refuseAll(call, series, "no metric name");
            } else {
                return SeriesIdentity.of(labels).shard(shardCount);
            }
        } catch (IllegalArgumentException invalid) {
            refuseAll(call, series, String.valueOf(invalid.getMessage()));
        }
        return -1;
    }

    private void refuseAll(AppendCall call, int series, String detail) {
        for (int i = call.batch.sampleFrom()[series]; i < call.batch.sampleFrom()[series + 1]; i++) {
            call.refuse(series, i, RefusalReason.INVALID_LABELS, detail);
            metrics.refused(RefusalReason.INVALID_LABELS);
        }
    }

    private void openParts(
            List<PendingPart> opened,
            int shard,
            List<AppendCall> calls,
            int[] callOf,
            int[] seriesOf,
            int known,
            int[] refs,
            long knownEpoch) {
        long deadline = Long.MIN_VALUE;
        for (int c = 0, last = -1; c < callOf.length; c++) {
            if (callOf[c] != last) {
                last = callOf[c];
                deadline = deadline == Long.MIN_VALUE
                        ? calls.get(last).deadlineNanos
                        : Math.min(deadline, calls.get(last).deadlineNanos);
            }
        }
        long epoch = known == 0 ? 0 : knownEpoch;
        for (PartBuilder.Built built : PartBuilder.build(
                shard, epoch, calls, callOf, seriesOf, known, refs, numbers(callOf.length), settings)) {
            PendingPart sent = new PendingPart(calls, built, deadline);
            sent.forEachCall(AppendCall::partOpened);
            pending.put(built.part().part(), sent);
            if (stopped) {
                giveUp(built.part().part(), sent);
            } else {
                opened.add(sent);
            }
        }
    }

    /** Numbers enough for one part a series, which is more than can be needed. */
    private long numbers(int count) {
        return partNumbers.getAndAdd(count) + 1;
    }

    private void send(List<PendingPart> pendingParts) {
        if (pendingParts.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        List<AppendPart> parts = new ArrayList<>(pendingParts.size());
        for (PendingPart pendingPart : pendingParts) {
            synchronized (pendingPart) {
                pendingPart.sentNanos = now;
                pendingPart.resendNanos = Long.MAX_VALUE;
            }
            parts.add(pendingPart.part);
        }
        door.send(parts);
    }

    /** Takes a shard's answer; answers to parts no longer open are ignored. */
    public void onReply(AppendReply reply) {
        if (reply instanceof AppendReply.Appended appended) {
            epochs.accumulateAndGet(reply.shard(), appended.epoch(), Math::max);
            PendingPart part = pending.remove(reply.part());
            if (part != null) {
                try {
                    remember(part, appended);
                    refuse(part, appended);
                } catch (RuntimeException fault) {
                    String reason = "an answer of shard " + reply.shard() + " was not understood";
                    part.forEachCall(call -> call.unavailable(reason, settings.retryAfter()));
                    throw fault;
                } finally {
                    part.forEachCall(AppendCall::partDone);
                }
            }
        } else if (reply instanceof AppendReply.UnknownRefs unknown) {
            epochs.accumulateAndGet(reply.shard(), unknown.epoch(), Math::max);
            PendingPart part = pending.remove(reply.part());
            if (part != null) {
                metrics.resent();
                List<PendingPart> again = new ArrayList<>(1);
                openParts(again, reply.shard(), part.calls, part.callOf, part.seriesOf, 0, AppendPart.NO_INTS, 0);
                send(again);
                part.forEachCall(AppendCall::partDone);
            }
        } else if (reply instanceof AppendReply.NotNow notNow) {
            PendingPart part = pending.get(reply.part());
            if (part != null) {
                synchronized (part) {
                    part.lastReason = notNow.reason();
                    part.everAnswered = true;
                    part.resendNanos = System.nanoTime() + settings.retryPause().toNanos();
                }
                if (notNow.reason() == AppendReply.Reason.FULL) {
                    giveUp(reply.part(), part);
                }
            }
        }
    }

    private void remember(PendingPart part, AppendReply.Appended reply) {
        int known = part.part.refs().length;
        SeriesHash.Words words = new SeriesHash.Words();
        for (int i = 0; i < reply.newRefs().length; i++) {
            SampleBatch batch = part.calls.get(part.callOf[known + i]).batch;
            int series = part.seriesOf[known + i];
            if (reply.newRefs()[i] >= 0) {
                SeriesHash.hash(
                        batch.labelBytes(),
                        batch.labelFrom()[series],
                        batch.labelTo()[series],
                        batch.encoding().code(),
                        words);
                cache.put(words.high, words.low, reply.shard(), reply.newRefs()[i], reply.epoch());
            }
        }
    }

    private void refuse(PendingPart part, AppendReply.Appended reply) {
        int series = 0;
        for (int i = 0; i < reply.refused().length; i++) {
            int sample = reply.refused()[i];
            while (part.part.end(series) <= sample) {
                series++;
            }
            AppendCall call = part.calls.get(part.callOf[series]);
            int first = series == 0 ? 0 : part.part.end(series - 1);
            RefusalReason reason = RefusalCode.reason(reply.reasons()[i]);
            long stored = reply.stored()[i];
            call.refuse(
                    part.seriesOf[series],
                    call.batch.sampleFrom()[part.seriesOf[series]] + sample - first,
                    reason,
                    labels -> RefusalDetail.of(reason, stored, labels));
            metrics.refused(reason);
        }
    }

    /**
     * A shard is open under this epoch. What was sent to it before and has no answer is sent again soon, since it may have gone
     * to the owner before; what waits for the shard waits no longer.
     */
    public void opened(int shard, long epoch) {
        epochs.accumulateAndGet(shard, epoch, Math::max);
        long now = System.nanoTime();
        for (PendingPart part : pending.values()) {
            synchronized (part) {
                if (part.part.shard() == shard) {
                    boolean answered = part.resendNanos != Long.MAX_VALUE;
                    part.resendNanos =
                            answered ? now : now + settings.retryPause().toNanos();
                }
            }
        }
    }

    /** Sends again what is due and gives up what is late; called regularly by one thread. */
    public void sweep() {
        long now = System.nanoTime();
        List<PendingPart> again = new ArrayList<>(0);
        for (java.util.Map.Entry<Long, PendingPart> entry : pending.entrySet()) {
            PendingPart part = entry.getValue();
            boolean late;
            boolean due;
            synchronized (part) {
                late = now - part.deadlineNanos >= 0;
                due = part.resendNanos != Long.MAX_VALUE
                        ? now - part.resendNanos >= 0
                        : now - part.sentNanos >= settings.attemptTimeout().toNanos();
            }
            if (late) {
                giveUp(entry.getKey(), part);
            } else if (due) {
                metrics.resent();
                again.add(part);
            }
        }
        send(again);
    }

    private void giveUp(Long number, PendingPart part) {
        if (pending.remove(number) == null) {
            return;
        }
        String reason;
        synchronized (part) {
            reason = "shard " + part.part.shard() + " is "
                    + (part.everAnswered ? part.lastReason.text() : "not answering");
        }
        metrics.unavailable();
        part.forEachCall(call -> {
            call.unavailable(reason, settings.retryAfter());
            call.partDone();
        });
    }

    /** Completes everything open as unavailable: the node stops. */
    public void stop() {
        stopped = true;
        for (AppendCall call : gathering.take()) {
            call.unavailable("this node is stopping", settings.retryAfter());
            call.partDone();
        }
        pending.forEach(this::giveUp);
    }
}
