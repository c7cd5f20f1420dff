package io.pharos.promql.function;

/** stddev_over_time and stdvar_over_time: of the population, by Welford's method with compensation. */
final class VarianceFunction implements RangeFunction {
    private final boolean root;
    private final Kahan mean = new Kahan();
    private final Kahan squares = new Kahan();

    VarianceFunction(boolean root) {
        this.root = root;
    }

    @Override
    public double at(RangeWindow window) {
        mean.reset();
        squares.reset();
        int count = 0;
        for (int i = window.from; i < window.to; i++) {
            double value = window.values[i];
            count++;
            double before = value - mean.result();
            mean.add(before / count);
            squares.add(before * (value - mean.result()));
        }
        double variance = squares.result() / count;
        return root ? Math.sqrt(variance) : variance;
    }
}
