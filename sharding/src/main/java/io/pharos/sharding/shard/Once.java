package io.pharos.sharding.shard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is done when it is first wanted, and again only where that failed. Thread-safe. */
final class Once<T> {
    private final Supplier<CompletionStage<T>> work;
    private final AtomicReference<@Nullable CompletableFuture<T>> result = new AtomicReference<>();

    Once(Supplier<CompletionStage<T>> work) {
        this.work = work;
    }

    /** The result, once there is one. */
    CompletionStage<T> get() {
        CompletableFuture<T> known = result.get();
        if (known != null && !known.isCompletedExceptionally()) {
            return known;
        }
        CompletableFuture<T> mine = new CompletableFuture<>();
        if (!result.compareAndSet(known, mine)) {
            return get();
        }
        CompletionStage<T> working;
        try {
            working = work.get();
        } catch (RuntimeException refused) {
            working = CompletableFuture.failedStage(refused);
        }
        working.whenComplete((value, failure) -> {
            if (failure == null) {
                mine.complete(value);
            } else {
                mine.completeExceptionally(failure);
            }
        });
        return mine;
    }

    /** The result where it is there already, else null. Never waits. */
    @Nullable
    T now() {
        CompletableFuture<T> known = result.get();
        return known == null || !known.isDone() || known.isCompletedExceptionally() ? null : known.join();
    }
}
