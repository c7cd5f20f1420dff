package io.pharos.timeseries.histogram;

import org.jspecify.annotations.Nullable;

/*
 * A mean is a sum divided at the end, until the sum would overflow: from then on it is the mean itself that moves, by each
 * histogram's share.
 */
/** The sum or the mean of a group of histograms, with what was noticed on the way. Not thread-safe. */
public final class HistogramMean {
    private static final int RECONCILED = 1;
    private static final int RESET_SEEN = 2;
    private static final int NO_RESET_SEEN = 4;

    private final boolean average;
    private @Nullable HistogramSum sum;
    private long count;
    private boolean moving;
    private boolean reconciled;
    private boolean resetSeen;
    private boolean noResetSeen;

    /** Of nothing yet. */
    public HistogramMean(boolean average) {
        this.average = average;
    }

    /**
     * A sum from the state of another.
     *
     * @param state what {@link #state} said
     * @param noticed what {@link #noticed} said
     */
    public HistogramMean(boolean average, Histogram plain, Histogram compensation, long state, int noticed) {
        this.average = average;
        this.sum = new HistogramSum(plain, compensation);
        this.count = Math.abs(state);
        this.moving = state < 0;
        this.reconciled = (noticed & RECONCILED) != 0;
        this.resetSeen = (noticed & RESET_SEEN) != 0;
        this.noResetSeen = (noticed & NO_RESET_SEEN) != 0;
    }

    /** What was noticed on the way, as bits. */
    public int noticed() {
        return (reconciled ? RECONCILED : 0) | (resetSeen ? RESET_SEEN : 0) | (noResetSeen ? NO_RESET_SEEN : 0);
    }

    /** Whether a histogram's buckets are of the same kind as those before. */
    public boolean accepts(Histogram histogram) {
        return sum == null || sum.isCustom() == histogram.isCustom();
    }

    /** Takes one more histogram in, which {@link #accepts} accepts. */
    public void add(Histogram histogram) {
        resetSeen |= histogram.hint() == CounterResetHint.RESET;
        noResetSeen |= histogram.hint() == CounterResetHint.NOT_RESET;
        HistogramSum known = sum;
        count++;
        if (known == null) {
            sum = new HistogramSum(histogram);
            return;
        }
        if (average && !moving && known.overflowsWith(histogram)) {
            moving = true;
            known.divide((double) (count - 1));
        }
        if (moving) {
            known.scale((count - 1) / (double) count);
            reconciled |= known.add(histogram.dividedBy((double) count));
        } else {
            reconciled |= known.add(histogram);
        }
    }

    /** Takes in what another gathered. */
    public void merge(HistogramMean other) {
        HistogramSum others = other.sum;
        HistogramSum known = sum;
        resetSeen |= other.resetSeen;
        noResetSeen |= other.noResetSeen;
        reconciled |= other.reconciled;
        if (others == null) {
            return;
        }
        if (known == null) {
            sum = others.copy();
            count = other.count;
            moving = other.moving;
            return;
        }
        if (average && !moving && (other.moving || known.overflowsWith(others.plain()))) {
            moving = true;
            known.divide((double) count);
        }
        long total = count + other.count;
        HistogramSum added = others.copy();
        if (moving) {
            known.scale(count / (double) total);
            added.scale(other.moving ? other.count / (double) total : 1.0 / total);
        }
        reconciled |= known.add(added.plain());
        known.addCompensation(added.compensation());
        count = total;
    }

    /** How many histograms came, negative where the state is a mean that moves. */
    public long state() {
        return moving ? -count : count;
    }

    /** The plain sums so far, or null of nothing. */
    public @Nullable Histogram plain() {
        return sum == null ? null : sum.plain();
    }

    /** What was rounded away so far, or null of nothing. */
    public @Nullable Histogram compensation() {
        return sum == null ? null : sum.compensation();
    }

    /** Whether custom bounds differed. */
    public boolean isReconciled() {
        return reconciled;
    }

    /** Whether one histogram counted anew while another went on. */
    public boolean hasConflictingResets() {
        return resetSeen && noResetSeen;
    }

    /** The sum or mean, or null of nothing. */
    public @Nullable Histogram result() {
        HistogramSum known = sum;
        if (known == null) {
            return null;
        }
        return average && !moving && count > 1 ? known.dividedBy((double) count) : known.result();
    }
}
