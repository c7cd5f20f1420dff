package io.pharos.promql.engine;

import io.pharos.promql.function.Absent;
import io.pharos.timeseries.labels.Labels;
import java.util.Arrays;

/** One series' values at all steps; a step without a sample has {@link Absent#VALUE}. Owned by who received it. */
public final class SeriesBlock {
    private final Labels labels;
    private final boolean dropName;
    private final double[] values;

    /**
     * A block that takes the array over.
     *
     * @param dropName whether the metric's name goes when the query ends (with delayed name removal only)
     */
    public SeriesBlock(Labels labels, boolean dropName, double[] values) {
        this.labels = labels;
        this.dropName = dropName;
        this.values = values;
    }

    public Labels labels() {
        return labels;
    }

    public boolean dropName() {
        return dropName;
    }

    /** The values, one a step; not a copy. */
    public double[] values() {
        return values;
    }

    /** The same values under other labels; shares the array. */
    public SeriesBlock withLabels(Labels changed, boolean drop) {
        return new SeriesBlock(changed, drop, values);
    }

    /** Whether no step has a sample. */
    public boolean isEmpty() {
        for (double value : values) {
            if (!Absent.is(value)) {
                return false;
            }
        }
        return true;
    }

    /** An array of steps without samples. */
    static double[] absent(int count) {
        double[] values = new double[count];
        Arrays.fill(values, Absent.VALUE);
        return values;
    }
}
