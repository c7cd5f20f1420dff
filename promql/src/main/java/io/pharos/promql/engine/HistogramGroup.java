package io.pharos.promql.engine;

import io.pharos.promql.ast.AggregateOperator;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramMean;
import org.jspecify.annotations.Nullable;

/** The histograms of one group of a sum or average, a state each step. */
public final class HistogramGroup {
    private final boolean average;
    private final @Nullable HistogramMean[] means;
    private final boolean[] broken;

    /** Of nothing. */
    public HistogramGroup(AggregateOperator operator, int steps) {
        this.average = operator == AggregateOperator.AVG;
        this.means = new HistogramMean[steps];
        this.broken = new boolean[steps];
    }

    void add(@Nullable Histogram[] histograms, String metric, AggregateNotes notes) {
        for (int i = 0; i < means.length; i++) {
            Histogram histogram = histograms[i];
            if (histogram == null || broken[i]) {
                continue;
            }
            HistogramMean mean = means[i];
            if (mean == null) {
                mean = new HistogramMean(average);
                means[i] = mean;
            }
            if (mean.accepts(histogram)) {
                mean.add(histogram);
            } else {
                broken[i] = true;
                notes.exponentialAndCustom(metric);
            }
        }
    }

    /** Merges the state of the same group elsewhere. */
    void merge(HistogramGroup other, AggregateNotes notes) {
        for (int i = 0; i < means.length; i++) {
            broken[i] |= other.broken[i];
            HistogramMean theirs = other.means[i];
            HistogramMean mean = means[i];
            if (theirs == null) {
                continue;
            }
            if (mean == null) {
                means[i] = theirs; // also where it is broken: a number beside it is no sum either
                continue;
            }
            if (broken[i]) {
                continue;
            }
            Histogram plain = theirs.plain();
            if (plain == null || mean.accepts(plain)) {
                mean.merge(theirs);
            } else {
                broken[i] = true;
                notes.exponentialAndCustom("");
            }
        }
    }

    /** Whether a step has had a histogram. */
    boolean has(int step) {
        return means[step] != null;
    }

    /** The state of a step, or null. */
    public @Nullable HistogramMean mean(int step) {
        return means[step];
    }

    /** Whether a step has had histograms of both kinds. */
    public boolean isBroken(int step) {
        return broken[step];
    }

    /** Puts in the state of a step, as it came from elsewhere. */
    public void restore(int step, @Nullable HistogramMean mean, boolean isBroken) {
        means[step] = mean;
        broken[step] = isBroken;
    }

    /** The result of a step, or null. */
    @Nullable
    Histogram result(int step, AggregateNotes notes) {
        HistogramMean mean = means[step];
        if (mean == null || broken[step]) {
            return null;
        }
        if (mean.isReconciled()) {
            notes.reconciled();
        }
        if (mean.hasConflictingResets()) {
            notes.conflictingResets();
        }
        return mean.result();
    }
}
