package io.pharos.sharding.log;

/**
 * Says when a row of a log may start after the one before. A row and its fence read cost Cassandra and the driver the same whatever
 * is in them, so small rows start an interval apart, and the smaller the longer it is: three nodes with a third of the samples each
 * would otherwise write three times as many rows. Where nobody came while a row waited long, as with one sender that sends one
 * request after the other, the next ones wait only the shortest time. After a pause the first one starts at once. Guarded by its
 * log's lock.
 */
final class CommitPace {
    /** A start that waits is moved forward only by as much as this. */
    private static final long EARLIER_NANOS = 2_000_000;

    private static final int SHORT_WAITS = 15;

    private final long targetBytes;
    private final long shortestNanos;
    private final long longestNanos;
    private long lastStartNanos;
    private boolean startWaits;
    private long waitsUntilNanos;
    private long gatheringSinceNanos;
    private boolean hasCompany;
    /** Rows that are not to wait long, since the last one did so for nothing. */
    private int shortWaits;

    private int longWaitsForNothing;

    CommitPace(LogSettings settings, long nowNanos) {
        this.targetBytes = settings.blobBytesTarget();
        this.shortestNanos = settings.commitInterval().toNanos();
        this.longestNanos = Math.max(shortestNanos, settings.commitIntervalMax().toNanos());
        this.lastStartNanos = nowNanos - longestNanos;
    }

    /**
     * A section comes; company is who comes later than the sections of one request do.
     *
     * @param first whether nothing else gathers
     */
    void sectionComes(boolean first, long nowNanos) {
        if (first) {
            gatheringSinceNanos = nowNanos;
            hasCompany = false;
        } else if (!hasCompany) {
            hasCompany = nowNanos - gatheringSinceNanos > shortestNanos;
        }
    }

    /** How long a row that gets what has gathered so far has to wait; zero or less when it may start. */
    long waitNanos(int gatheringBytes, long nowNanos) {
        return lastStartNanos + intervalNanos(gatheringBytes) - nowNanos;
    }

    private long intervalNanos(int gatheringBytes) {
        if (shortWaits > 0) {
            return shortestNanos;
        }
        // The whole time up to a quarter of the target size, beyond it in proportion less.
        long wanted = (long) ((double) longestNanos * targetBytes / (4.0 * gatheringBytes));
        return Math.max(shortestNanos, Math.min(longestNanos, wanted));
    }

    /** Whether a timer is needed for a start at this time: there is none yet, or it would come much later. */
    boolean waitsAnew(long untilNanos) {
        if (startWaits && untilNanos - waitsUntilNanos >= -EARLIER_NANOS) {
            return false;
        }
        startWaits = true;
        waitsUntilNanos = untilNanos;
        return true;
    }

    /** A timer has run out. */
    void waitIsOver() {
        startWaits = false;
    }

    /** A row starts. */
    void rowStarts(long nowNanos) {
        lastStartNanos = nowNanos;
        if (shortWaits > 0) {
            shortWaits--;
        } else if (!hasCompany && nowNanos - gatheringSinceNanos > 2 * shortestNanos) {
            shortWaits = SHORT_WAITS;
            longWaitsForNothing++;
        }
    }

    /** How often a row waited long and nobody else came. */
    int longWaitsForNothing() {
        return longWaitsForNothing;
    }
}
