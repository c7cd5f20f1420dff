package io.pharos.promql.function;

/** quantile_over_time. */
final class QuantileFunction implements RangeFunction {
    private double[] scratch = new double[16];

    @Override
    public double at(RangeWindow window) {
        scratch = copied(scratch, window);
        return Quantiles.of(window.parameter, scratch, window.count());
    }

    private static double[] copied(double[] scratch, RangeWindow window) {
        int count = window.count();
        double[] into = scratch.length >= count ? scratch : new double[Math.max(count, 2 * scratch.length)];
        System.arraycopy(window.values, window.from, into, 0, count);
        return into;
    }

    /** mad_over_time: the median distance from the median. */
    static final class MedianDeviation implements RangeFunction {
        private double[] scratch = new double[16];

        @Override
        public double at(RangeWindow window) {
            scratch = copied(scratch, window);
            int count = window.count();
            double median = Quantiles.of(0.5, scratch, count);
            if (Double.isNaN(scratch[0])) {
                return Double.NaN; // sorted first: one is enough
            }
            for (int i = 0; i < count; i++) {
                scratch[i] = Math.abs(scratch[i] - median);
            }
            return Quantiles.of(0.5, scratch, count);
        }
    }
}
