package io.pharos.promql.engine;

import io.pharos.promql.query.QueryException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all evaluations of a process may hold together, in bytes. Each draws from it as it goes, some more than it needs at the moment,
 * and gives everything back at its end, however it ends. Who holds little may draw from a reserve besides, so that a few large queries
 * do not make rules and dashboards fail. Thread-safe.
 */
public final class MemoryBudget {
    /** Whoever holds little at a time says so in steps of this, for saying it costs about as much as reading a sample. */
    public static final long TOLD_BYTES = 16 << 10;

    private static final long STEP_BYTES = 64 << 10;
    /** Little is a sixteenth of the budget; the reserve is a quarter of it, on top. */
    private static final int LITTLE = 16;

    private static final int RESERVE = 4;

    private final long bytesMax;
    private final AtomicLong drawn = new AtomicLong();

    /** A budget of so many bytes. */
    public MemoryBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /**
     * A share of the heap this process may have.
     *
     * @param share above 0, at most 1
     * @throws IllegalArgumentException when it is not
     */
    public static MemoryBudget ofHeap(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "pharos.promql.memory-heap-share is " + share + ": it must be above 0 and at most 1");
        }
        return new MemoryBudget((long) (share * Runtime.getRuntime().maxMemory()));
    }

    /** Bytes drawn now. */
    public long drawnBytes() {
        return drawn.get();
    }

    /** The way in for one more evaluation. */
    public Share open() {
        return new Share();
    }

    /** @param held what the evaluation then holds */
    private boolean draw(long bytes, long held) {
        long limit = held <= bytesMax / LITTLE ? bytesMax + bytesMax / RESERVE : bytesMax;
        long before = drawn.get();
        while (before + bytes <= limit) {
            if (drawn.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = drawn.get();
        }
        return false;
    }

    /** What one evaluation has drawn. Thread-safe. */
    public final class Share implements AutoCloseable {
        private long held;
        private long mine;
        private boolean closed;

        private Share() {}

        /**
         * Holds so many bytes more until {@link #close}; after that nothing.
         *
         * @throws QueryException when there are not so many left: {@code UNAVAILABLE} where others hold them, {@code EXECUTION}
         *     where this evaluation alone needs more than there are
         */
        public synchronized void hold(long bytes) {
            if (closed) {
                return;
            }
            held += bytes;
            if (held <= mine) {
                return;
            }
            long missing = held - mine;
            if (draw(missing + STEP_BYTES, held + STEP_BYTES)) {
                mine += missing + STEP_BYTES;
            } else if (draw(missing, held)) {
                mine += missing;
            } else {
                throw new QueryException(
                        held > bytesMax ? QueryException.Kind.EXECUTION : QueryException.Kind.UNAVAILABLE,
                        "the queries of this node would hold too many series in memory together: more than "
                                + bytesMax / 1024 + " KiB, of which this one needs " + held / 1024
                                + " (pharos.promql.memory-heap-share)");
            }
        }

        /** Gives all back. */
        @Override
        public synchronized void close() {
            closed = true;
            drawn.addAndGet(-mine);
            mine = 0;
        }
    }
}
