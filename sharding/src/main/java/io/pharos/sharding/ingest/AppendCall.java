package io.pharos.sharding.ingest;

import io.pharos.sharding.shard.RefusalCode;
import io.pharos.timeseries.labels.Labels;
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
import java.util.function.Function;
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
    void refuse(int series, int sample, RefusalReason reason, String detail) {
        refuse(series, sample, reason, labels -> detail);
    }

    /**
     * Counts one refused sample.
     *
     * @param detail makes the sentence out of the series' labels, for the few refusals that are named
     */
    synchronized void refuse(int series, int sample, RefusalReason reason, Function<Labels, String> detail) {
        if (refused == null) {
            refused = new int[RefusalCode.COUNT];
        }
        refused[RefusalCode.of(reason)]++;
        accepted--;
        if (named.size() < REFUSALS_NAMED) {
            Labels labels = labels(series);
            String text = labels == null ? "{?}" : labels.toString();
            named.add(new Refusal(
                    text,
                    batch.timestamps()[sample],
                    batch.values()[sample],
                    reason,
                    detail.apply(labels == null ? Labels.EMPTY : labels)));
        }
    }

    private @Nullable Labels labels(int series) {
        try {
            return batch.labels(series);
        } catch (IllegalArgumentException unreadable) {
            return null;
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

    @Override
    public String toString() {
        return "append of " + batch.sampleCount() + " samples, refused " + Arrays.toString(refused);
    }
}
