package io.pharos.sharding.rollup;

import io.pharos.timeseries.store.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting on a job's own thread. */
public final class Waiting {
    private static final long PATIENCE_SECONDS = 300;

    private Waiting() {}

    /** The value of a stage; its failure, or none in five minutes, is a {@link StoreUnavailableException}. */
    public static <T> T on(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("the node stops", interrupted);
        } catch (TimeoutException late) {
            throw new StoreUnavailableException("no answer in " + PATIENCE_SECONDS + " s", late);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof StoreUnavailableException known) {
                throw known;
            }
            if (cause instanceof RuntimeException fault) {
                throw fault;
            }
            throw new StoreUnavailableException(String.valueOf(cause), failed);
        }
    }

    /** Lets others go first; false when the node stops. */
    public static boolean pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
