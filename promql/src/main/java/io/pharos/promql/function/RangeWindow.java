package io.pharos.promql.function;

/** The samples of one window: positions in arrays, the end exclusive, and the times it spans. Filled anew for each step. */
public final class RangeWindow {
    /** Times of all samples of the series, ascending, in milliseconds. */
    public long[] times = new long[0];
    /** Values of all samples of the series. */
    public double[] values = new double[0];
    /** The first sample of the window. */
    public int from;
    /** One after the last sample of the window. */
    public int to;
    /** Samples lie strictly after this. */
    public long startMillis;
    /** Samples lie at or before this. */
    public long endMillis;
    /** The time of the step, without offset and {@code @}. */
    public long stepMillis;
    /** The scalar argument at this step, NaN where there is none. */
    public double parameter;
    /** The second scalar argument at this step, NaN where there is none. */
    public double secondParameter;

    /** The number of samples. */
    public int count() {
        return to - from;
    }
}
