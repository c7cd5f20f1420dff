package io.pharos.promql.function;

/** Holt's smoothing: a level and a trend, each following the samples by its factor between 0 and 1. */
final class DoubleExponentialSmoothing implements RangeFunction {
    @Override
    public double at(RangeWindow window) {
        double levelFactor = window.parameter;
        double trendFactor = window.secondParameter;
        if (!(levelFactor > 0 && levelFactor < 1)) {
            throw new IllegalArgumentException("invalid smoothing factor. Expected: 0 < sf < 1, got: " + levelFactor);
        }
        if (!(trendFactor > 0 && trendFactor < 1)) {
            throw new IllegalArgumentException("invalid trend factor. Expected: 0 < tf < 1, got: " + trendFactor);
        }
        if (window.count() < 2) {
            return Absent.VALUE;
        }
        double[] values = window.values;
        double before = 0;
        double level = values[window.from];
        double trend = values[window.from + 1] - values[window.from];
        for (int i = window.from + 1; i < window.to; i++) {
            if (i > window.from + 1) {
                trend = trendFactor * (level - before) + (1 - trendFactor) * trend;
            }
            before = level;
            level = levelFactor * values[i] + (1 - levelFactor) * (level + trend);
        }
        return level;
    }
}
