package io.pharos.sharding.bulk;

import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.AppendResult.Refusal;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One batch of an import under way: merges the answers of its parts into one result. Thread-safe. */
final class ImportCall {
    private static final int REFUSALS_NAMED = 10;

    final long deadlineNanos;
    final CompletableFuture<AppendResult> result = new CompletableFuture<>();
    private int partsOpen = 1; // the making of the parts itself, so that no early answer completes the call
    private int accepted;
    private final Map<RefusalReason, Integer> refused = new EnumMap<>(RefusalReason.class);
    private final List<Refusal> named = new ArrayList<>(0);
    private AppendResult.@Nullable Unavailable unavailable;

    ImportCall(long deadlineNanos) {
        this.deadlineNanos = deadlineNanos;
    }

    synchronized void partOpened() {
        partsOpen++;
    }

    synchronized void accept(int samples) {
        accepted += samples;
    }

    synchronized void refuse(int samples, Refusal first) {
        refused.merge(first.reason(), samples, Integer::sum);
        if (named.size() < REFUSALS_NAMED) {
            named.add(first);
        }
    }

    synchronized void add(AppendResult other) {
        if (other instanceof AppendResult.Unavailable away) {
            unavailable = unavailable == null ? away : unavailable;
            return;
        }
        AppendResult.Decided decided = (AppendResult.Decided) other;
        accepted += decided.accepted();
        decided.refusedByReason().forEach((reason, count) -> refused.merge(reason, count, Integer::sum));
        for (Refusal refusal : decided.refusals()) {
            if (named.size() < REFUSALS_NAMED) {
                named.add(refusal);
            }
        }
    }

    /** One part is done; the last one makes the result known. */
    void partDone() {
        AppendResult complete;
        synchronized (this) {
            if (--partsOpen > 0) {
                return;
            }
            complete = unavailable != null
                    ? unavailable
                    : new AppendResult.Decided(accepted, List.copyOf(named), Map.copyOf(refused));
        }
        result.complete(complete);
    }
}
