package io.pharos.sharding.ingest;

import io.pharos.sharding.shard.AppendPart;
import io.pharos.sharding.shard.AppendReply;
import java.util.List;
import java.util.function.Consumer;

/** A part that was sent and has no outcome yet, and whose samples are in it. What changes is guarded by itself. */
final class PendingPart {
    final List<AppendCall> calls;
    final int[] callOf;
    final int[] seriesOf;
    final long deadlineNanos;
    AppendPart part;
    long sentNanos = System.nanoTime(); // it is known before it is sent
    long resendNanos = Long.MAX_VALUE;
    AppendReply.Reason lastReason = AppendReply.Reason.RECOVERING;
    boolean everAnswered;

    PendingPart(List<AppendCall> calls, PartBuilder.Built built, long deadlineNanos) {
        this.calls = calls;
        this.callOf = built.callOf();
        this.seriesOf = built.seriesOf();
        this.part = built.part();
        this.deadlineNanos = deadlineNanos;
    }

    /** Does something once for each batch that has samples in it. */
    void forEachCall(Consumer<AppendCall> action) {
        if (calls.size() == 1) {
            action.accept(calls.get(0));
            return;
        }
        boolean[] seen = new boolean[calls.size()];
        for (int call : callOf) {
            if (!seen[call]) {
                seen[call] = true;
                action.accept(calls.get(call));
            }
        }
    }
}
