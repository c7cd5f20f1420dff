package io.pharos.sharding.ingest;

import io.pharos.sharding.shard.AppendReply;
import io.pharos.sharding.shard.RefusalCode;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.AppendResult.Refusal;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import io.pharos.timeseries.sample.SampleBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One batch under way: merges the answers of its parts into one result. Thread-safe. */
final class AppendCall {
    private static final int REFUSALS_NAMED = 10;

    final SampleBatch batch;
    final long deadlineNanos;
    final long bytes;
    final CompletableFuture<AppendResult> result = new CompletableFuture<>();
    private int partsOpen = 1; // the routing itself, so that no early answer completes the call
    private int accepted;
    private int @Nullable [] refused;
    private final List<Refusal> named = new ArrayList<>(0);
    private AppendResult.@Nullable Unavailable unavailable;

    AppendCall(SampleBatch batch, long deadlineNanos, long bytes) {
        this.batch = batch;
        this.deadlineNanos = deadlineNanos;
        this.bytes = bytes;
        this.accepted = batch.sampleCount();
    }

    synchronized void partOpened() {
        partsOpen++;
    }

    /** Counts one refused sample. */
    synchronized void refuse(int series, int sample, RefusalReason reason, String detail) {
        if (refused == null) {
            refused = new int[RefusalCode.COUNT];
        }
        refused[RefusalCode.of(reason)]++;
        accepted--;
        if (named.size() < REFUSALS_NAMED) {
            named.add(
                    new Refusal(describe(series), batch.timestamps()[sample], batch.values()[sample], reason, detail));
        }
    }

    private String describe(int series) {
        try {
            return batch.labels(series).toString();
        } catch (IllegalArgumentException unreadable) {
            return "{?}";
        }
    }

    /** Some part will not be taken: the sender repeats the whole batch. */
    synchronized void unavailable(String reason, Duration retryAfter) {
        if (unavailable == null) {
            unavailable = new AppendResult.Unavailable(reason, retryAfter);
        }
    }

    /** One part is done; the last one makes the result known and returns true. */
    boolean partDone() {
        AppendResult complete;
        synchronized (this) {
            if (--partsOpen > 0) {
                return false;
            }
            complete = unavailable != null ? unavailable : decided();
        }
        result.complete(complete);
        return true;
    }

    private AppendResult decided() {
        int[] counts = refused;
        if (counts == null) {
            return AppendResult.Decided.allOf(accepted);
        }
        Map<RefusalReason, Integer> byReason = new EnumMap<>(RefusalReason.class);
        for (RefusalReason reason : RefusalReason.values()) {
            if (counts[RefusalCode.of(reason)] > 0) {
                byReason.put(reason, counts[RefusalCode.of(reason)]);
            }
        }
        return new AppendResult.Decided(accepted, List.copyOf(named), byReason);
    }

    /** Explains a refusal with what the sample collided with. */
    static String detail(AppendReply.Appended reply, int index) {
        return switch (RefusalCode.reason(reply.reasons()[index])) {
            case TOO_OLD -> "the newest sample of this series is of " + reply.stored()[index] + " ms";
            case DUPLICATE ->
                EncodedHistogram.isMark(reply.stored()[index])
                        ? "a histogram is stored for this time"
                        : "the value stored for this time is " + Double.longBitsToDouble(reply.stored()[index]);
            case TOO_FAR_AHEAD -> "the clock of this node says " + reply.stored()[index] + " ms";
            case INVALID_LABELS -> "the labels are not valid";
            case INVALID_HISTOGRAM -> "the histogram is not valid";
            case SERIES_LIMIT -> "its shard already holds " + reply.stored()[index] + " series";
        };
    }

    @Override
    public String toString() {
        return "append of " + batch.sampleCount() + " samples, refused " + Arrays.toString(refused);
    }
}
