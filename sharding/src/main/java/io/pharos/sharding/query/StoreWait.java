package io.pharos.sharding.query;

import io.pharos.promql.query.Cancellation;
import io.pharos.promql.query.QueryException;
import io.pharos.timeseries.store.ColdObjectMissingException;
import io.pharos.timeseries.store.StoreUnavailableException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waiting for the store inside an evaluation, on a thread that may block, no longer than the query may take. */
final class StoreWait {
    private final Cancellation cancellation;
    private final long deadlineNanos;

    StoreWait(Cancellation cancellation, long deadlineNanos) {
        this.cancellation = cancellation;
        this.deadlineNanos = deadlineNanos;
    }

    /** Whether anybody still waits for the answer; throws where nobody does. */
    void check() {
        if (cancellation.isCancelled()) {
            throw new QueryException(QueryException.Kind.CANCELED, "query was canceled");
        }
    }

    /** The value of a read; its failure is a {@link QueryException}. */
    <T> T on(CompletionStage<T> read, String what, int shard) {
        try {
            return read.toCompletableFuture().get(Math.max(1, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new QueryException(
                    QueryException.Kind.TIMEOUT,
                    "the store did not answer for shard " + shard
                            + " in the query's timeout (at most pharos.promql.timeout-max)",
                    late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new QueryException(QueryException.Kind.CANCELED, "query was interrupted", interrupted);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof QueryException query) {
                throw query;
            }
            throw new QueryException(
                    QueryException.Kind.UNAVAILABLE,
                    what + " of shard " + shard + " cannot be read now: " + reason(cause),
                    failed);
        }
    }

    /** What our own say of a store is a sentence; of what else failed the kind tells most. */
    private static String reason(@Nullable Throwable cause) {
        return cause instanceof StoreUnavailableException || cause instanceof ColdObjectMissingException
                ? String.valueOf(cause.getMessage())
                : String.valueOf(cause);
    }
}
