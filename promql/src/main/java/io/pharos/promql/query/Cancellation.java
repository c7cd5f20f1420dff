package io.pharos.promql.query;

/** A flag that the asker raises when nobody waits for the answer any more; evaluation looks at it inside its loops. */
public final class Cancellation {
    private final Cancellation[] parents;
    private volatile boolean cancelled;

    /** A flag that is down; it also counts as raised when any of its parents is. */
    public Cancellation(Cancellation... parents) {
        this.parents = parents.clone();
    }

    /** Raises the flag; it is never lowered. */
    public void cancel() {
        cancelled = true;
    }

    public boolean isCancelled() {
        if (cancelled) {
            return true;
        }
        for (Cancellation parent : parents) {
            if (parent.isCancelled()) {
                return true;
            }
        }
        return false;
    }
}
