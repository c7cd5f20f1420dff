package io.pharos.promql.function;

import io.pharos.timeseries.histogram.Neumaier;

/** A sum with the compensation of {@link Neumaier}. Not thread-safe. */
public final class Kahan {
    private double sum;
    private double compensation;

    /** Starts again from nothing. */
    public void reset() {
        sum = 0;
        compensation = 0;
    }

    /** Adds a value. */
    public void add(double value) {
        double total = sum + value;
        compensation = Neumaier.rest(sum, compensation, value, total);
        sum = total;
    }

    /** The plain sum, without what was rounded away. */
    public double sum() {
        return sum;
    }

    public double compensation() {
        return compensation;
    }

    /** The sum with its compensation. */
    public double result() {
        return result(sum, compensation);
    }

    /** A sum with its compensation; infinities stay what they are. */
    public static double result(double sum, double compensation) {
        return Double.isInfinite(sum) ? sum : sum + compensation;
    }
}
