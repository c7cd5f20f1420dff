package io.pharos.promql.function;

import java.util.Arrays;

/** Quantiles of plain values: linear between the two ranks around q(n-1). */
public final class Quantiles {
    private Quantiles() {}

    /**
     * A quantile of the first {@code count} values, which are sorted in place; NaN sorts lowest.
     *
     * @return NaN of nothing or for a NaN quantile, an infinity for a quantile outside 0 to 1
     */
    public static double of(double q, double[] values, int count) {
        if (count == 0 || Double.isNaN(q)) {
            return Double.NaN;
        }
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        sort(values, count);
        double rank = q * (count - 1);
        int lower = (int) Math.max(0, Math.floor(rank));
        int upper = Math.min(count - 1, lower + 1);
        double weight = rank - Math.floor(rank);
        return values[lower] * (1 - weight) + values[upper] * weight;
    }

    private static void sort(double[] values, int count) {
        Arrays.sort(values, 0, count); // puts NaN last
        int numbers = count;
        while (numbers > 0 && Double.isNaN(values[numbers - 1])) {
            numbers--;
        }
        if (numbers < count) {
            System.arraycopy(values, 0, values, count - numbers, numbers);
            Arrays.fill(values, 0, count - numbers, Double.NaN);
        }
    }
}
