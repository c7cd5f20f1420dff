package io.pharos.sharding.shard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** Sections sent to the log between two moments: over when each has its outcome and no more come. */
final class LogEra {
    private final AtomicInteger open = new AtomicInteger(1);
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final CompletionStage<Void> before;

    /** @param before eras before this one, which may not be over yet */
    LogEra(CompletionStage<Void> before) {
        this.before = before;
    }

    /** A section is sent. The shard's thread, before {@link #close}. */
    void begin() {
        open.incrementAndGet();
    }

    /** A section has its outcome. Any thread. */
    void end() {
        if (open.decrementAndGet() == 0) {
            over.complete(null);
        }
    }

    /** No more sections come; complete when those of this era and of all before have their outcomes. */
    CompletionStage<Void> close() {
        end();
        return over.thenCombine(before, (mine, theirs) -> null);
    }
}
