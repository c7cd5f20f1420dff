package io.pharos.timeseries.store.memory;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Decides what becomes of each operation of one client, so that a test can delay it, make it fail, or let it land after the
 * client gave it up. Called on the thread that calls the port (before) and on the one that ran the operation (after).
 */
public interface StoreInterceptor {
    /** Lets everything through. */
    StoreInterceptor NONE = new StoreInterceptor() {};

    /** Called before the operation has its effect. */
    default Fate before(StoreOperation operation) {
        return new Fate.Proceed();
    }

    /**
     * Called after the effect; the client hears of it when the stage completes. When it fails, the client gets that failure
     * although the effect is there: an outcome that the client cannot know.
     */
    default CompletionStage<Void> after(StoreOperation operation) {
        return CompletableFuture.completedStage(null);
    }

    /** What becomes of an operation. */
    sealed interface Fate {
        /** It runs now. */
        record Proceed() implements Fate {}

        /** It runs when the stage completes, and the client waits; when the stage fails, it fails so and has no effect. */
        record Delay(CompletionStage<?> until) implements Fate {}

        /** It fails without an effect. */
        record Fail(String reason) implements Fate {}

        /** It fails now, and has its effect when the stage completes (never, when that fails). */
        record LandLate(String reason, CompletionStage<?> when) implements Fate {}
    }
}
