package io.pharos.sharding.rollup;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** A pass over the shards of a node, one at a time, until it is stopped. Any thread. */
public final class OnePass {
    private final Runnable pass;
    private final Executor executor;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile boolean stopped;

    /**
     * What {@link #start} runs.
     *
     * @param pass asks {@link #isStopped} between its steps
     * @param executor may be blocked for minutes
     */
    public OnePass(Runnable pass, Executor executor) {
        this.pass = pass;
        this.executor = executor;
    }

    /** Starts a pass unless one is under way. Returns at once; complete after that pass, at once where none began. */
    public CompletionStage<Void> start() {
        if (stopped || !running.compareAndSet(false, true)) {
            return CompletableFuture.completedStage(null);
        }
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        pass.run();
                    } finally {
                        running.set(false);
                    }
                },
                executor);
    }

    /** No other pass begins. */
    public void stop() {
        stopped = true;
    }

    /** Whether the pass under way is to end. */
    public boolean isStopped() {
        return stopped;
    }
}
