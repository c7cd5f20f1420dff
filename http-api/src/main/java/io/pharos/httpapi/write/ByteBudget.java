package io.pharos.httpapi.write;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that may be held at one time. Thread-safe. */
final class ByteBudget {
    private final long most;
    private final AtomicLong held = new AtomicLong();

    ByteBudget(long most) {
        this.most = most;
    }

    /** Takes bytes; false, and nothing taken, when they are not there. One taker alone always gets what it asks for. */
    boolean take(long bytes) {
        long after = held.addAndGet(bytes);
        if (after > most && after != bytes) {
            held.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void giveBack(long bytes) {
        held.addAndGet(-bytes);
    }
}
