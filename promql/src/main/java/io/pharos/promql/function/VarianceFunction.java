package io.pharos.promql.function;

/*
 * Welford's method over two stacks, as in SumFunction: mean and squared distances of all samples from a position to the boundary
 * are stored, those behind the boundary run; a window merges the two. Each sample is added twice at most, and nothing is ever
 * subtracted, so a series far from zero keeps the digits of its spread.
 */
/** stddev_over_time and stdvar_over_time, of the population. */
final class VarianceFunction implements RangeFunction {
    private final boolean root;
    private double[] frontMeans = new double[0];
    private double[] frontSquares = new double[0];
    private int boundary;
    private int backEnd;
    private int backCount;
    private double backMean;
    private double backSquares;

    VarianceFunction(boolean root) {
        this.root = root;
    }

    @Override
    public void begin(long[] times, double[] values, int count) {
        if (frontMeans.length < count) {
            int size = Math.max(count, 2 * frontMeans.length);
            frontMeans = new double[size];
            frontSquares = new double[size];
        }
        boundary = 0;
        clearBack(0);
    }

    private void clearBack(int end) {
        backEnd = end;
        backCount = 0;
        backMean = 0;
        backSquares = 0;
    }

    @Override
    public double at(RangeWindow window) {
        double[] values = window.values;
        if (window.from >= boundary) {
            moveBoundary(window);
        }
        for (; backEnd < window.to; backEnd++) {
            double distance = values[backEnd] - backMean;
            backCount++;
            backMean += distance / backCount;
            backSquares += distance * (values[backEnd] - backMean);
        }
        double front = boundary - window.from;
        double squares = frontSquares[window.from];
        if (backCount > 0) {
            double distance = backMean - frontMeans[window.from];
            squares += backSquares + distance * distance * (front * backCount / (front + backCount));
        }
        double variance = squares / (front + backCount);
        return root ? Math.sqrt(variance) : variance;
    }

    private void moveBoundary(RangeWindow window) {
        double[] values = window.values;
        boundary = window.to;
        clearBack(window.to);
        double mean = 0;
        double squares = 0;
        for (int i = window.to - 1; i >= window.from; i--) {
            double distance = values[i] - mean;
            mean += distance / (boundary - i);
            squares += distance * (values[i] - mean);
            frontMeans[i] = mean;
            frontSquares[i] = squares;
        }
    }
}
