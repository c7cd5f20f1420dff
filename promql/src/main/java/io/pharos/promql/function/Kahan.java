package io.pharos.promql.function;

/** A sum with Neumaier's compensation: what each addition rounds away is gathered beside it. Not thread-safe. */
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
        compensation = compensation(sum, compensation, value, total);
        sum = total;
    }

    /** The compensation after {@code total = sum + value} was computed. */
    public static double compensation(double sum, double compensation, double value, double total) {
        if (Double.isInfinite(total)) {
            return 0;
        }
        return Math.abs(sum) >= Math.abs(value)
                ? compensation + ((sum - total) + value)
                : compensation + ((value - total) + sum);
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
