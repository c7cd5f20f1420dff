package io.pharos.promql.function;

/*
 * Least squares over the window with compensated sums. Each window is summed afresh: subtracting what leaves a sliding window
 * from its sums of squares would lose the digits that the slope of a nearly flat series consists of.
 */
/** deriv and predict_linear. */
final class LinearRegression implements RangeFunction {
    private final boolean predict;
    private final Kahan sumX = new Kahan();
    private final Kahan sumY = new Kahan();
    private final Kahan sumXy = new Kahan();
    private final Kahan sumXx = new Kahan();

    LinearRegression(boolean predict) {
        this.predict = predict;
    }

    @Override
    public double at(RangeWindow window) {
        int n = window.count();
        if (n < 2) {
            return Absent.VALUE;
        }
        long origin = predict ? window.stepMillis : window.times[window.from];
        double first = window.values[window.from];
        boolean constant = true;
        sumX.reset();
        sumY.reset();
        sumXy.reset();
        sumXx.reset();
        for (int i = window.from; i < window.to; i++) {
            double x = (window.times[i] - origin) / 1000.0;
            double y = window.values[i];
            constant &= y == first;
            sumX.add(x);
            sumY.add(y);
            sumXy.add(x * y);
            sumXx.add(x * x);
        }
        double slope;
        double intercept;
        if (constant) {
            if (Double.isInfinite(first)) {
                return Double.NaN;
            }
            slope = 0;
            intercept = first;
        } else {
            double x = sumX.result();
            double y = sumY.result();
            double covariance = sumXy.result() - x * y / n;
            double variance = sumXx.result() - x * x / n;
            slope = covariance / variance;
            intercept = y / n - slope * x / n;
        }
        return predict ? slope * window.parameter + intercept : slope;
    }
}
