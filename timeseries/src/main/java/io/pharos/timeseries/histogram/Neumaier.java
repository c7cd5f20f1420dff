package io.pharos.timeseries.histogram;

/**
 * Neumaier's compensated summation: what each addition rounds away is gathered beside the sum, and added at the end. Rundungsfehleranalyse
 * einiger Verfahren zur Summation endlicher Summen, ZAMM 54 (1974).
 */
public final class Neumaier {
    private Neumaier() {}

    /** What was rounded away so far, after {@code total = sum + value} was computed; an infinite total has no rest. */
    public static double rest(double sum, double rest, double value, double total) {
        if (Double.isInfinite(total)) {
            return 0;
        }
        return Math.abs(sum) >= Math.abs(value) ? rest + ((sum - total) + value) : rest + ((value - total) + sum);
    }
}
