package io.pharos.promql.query;

/** A flag that the asker raises when nobody waits for the answer any more; evaluation looks at it inside its loops. */
public final class Cancellation {
    private volatile boolean cancelled;

    /** Raises the flag; it is never lowered. */
    public void cancel() {
        cancelled = true;
    }

    public boolean isCancelled() {
        return cancelled;
    }
}
