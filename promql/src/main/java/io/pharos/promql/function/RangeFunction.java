package io.pharos.promql.function;

/**
 * A function of a window that slides over the samples of one series. The engine calls {@link #begin} for each series and then
 * {@link #at} for windows whose ends only grow, so an instance may keep what it has seen. Used by one thread.
 */
public interface RangeFunction {
    /** Another series begins; its samples are in arrays that do not change until the next call. */
    default void begin(long[] times, double[] values, int count) {}

    /** The value over a window that has at least one sample, or {@link Absent#VALUE}. */
    double at(RangeWindow window);
}
