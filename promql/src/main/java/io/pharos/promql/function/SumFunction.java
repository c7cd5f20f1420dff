package io.pharos.promql.function;

import io.pharos.timeseries.histogram.Neumaier;

/*
 * Sums of a sliding window without subtraction, by two stacks: samples before a boundary have their compensated sums to the
 * boundary stored, one each; samples after it are in one running sum. A window is the stored sum at its start combined with the
 * running sum. When the start passes the boundary, the boundary moves to the window's end and the sums are stored anew, so each
 * sample is added twice at most however much windows overlap.
 */
/** sum_over_time and avg_over_time. */
final class SumFunction implements RangeFunction {
    private final boolean average;
    private double[] frontSums = new double[0];
    private double[] frontCompensations = new double[0];
    private int boundary;
    private int backEnd;
    private final Kahan back = new Kahan();
    private final Kahan total = new Kahan();

    SumFunction(boolean average) {
        this.average = average;
    }

    @Override
    public void begin(long[] times, double[] values, int count) {
        if (frontSums.length < count) {
            int size = Math.max(count, 2 * frontSums.length);
            frontSums = new double[size];
            frontCompensations = new double[size];
        }
        boundary = 0;
        backEnd = 0;
        back.reset();
    }

    @Override
    public double at(RangeWindow window) {
        double sum = sum(window);
        if (!average) {
            return sum;
        }
        return Double.isInfinite(sum) ? incrementalMean(window) : sum / window.count();
    }

    /** The sum or mean of the numbers of one window, afresh. */
    static double plain(RangeWindow window, boolean average) {
        Kahan sum = new Kahan();
        for (int i = window.from; i < window.to; i++) {
            sum.add(window.values[i]);
        }
        double result = sum.result();
        if (!average) {
            return result;
        }
        return Double.isInfinite(result) ? incrementalMean(window) : result / window.count();
    }

    private double sum(RangeWindow window) {
        double[] values = window.values;
        if (window.from >= boundary) {
            moveBoundary(window);
        }
        for (int i = Math.max(backEnd, boundary); i < window.to; i++) {
            back.add(values[i]);
        }
        backEnd = window.to;
        if (window.from >= boundary) {
            return back.result();
        }
        double front = frontSums[window.from];
        if (backEnd <= boundary) {
            return Kahan.result(front, frontCompensations[window.from]);
        }
        total.reset();
        total.add(front);
        total.add(back.sum());
        double compensation = total.compensation() + frontCompensations[window.from] + back.compensation();
        return Kahan.result(total.sum(), compensation);
    }

    private void moveBoundary(RangeWindow window) {
        double[] values = window.values;
        boundary = window.to;
        backEnd = window.to;
        back.reset();
        total.reset();
        for (int i = window.to - 1; i >= window.from; i--) {
            total.add(values[i]);
            frontSums[i] = total.sum();
            frontCompensations[i] = total.compensation();
        }
    }

    /** For sums beyond the largest double: the mean moves by each value's share. */
    private static double incrementalMean(RangeWindow window) {
        double mean = window.values[window.from];
        double compensation = 0;
        for (int i = window.from + 1; i < window.to; i++) {
            double value = window.values[i];
            double count = i - window.from + 1;
            if (Double.isInfinite(mean)) {
                boolean sameInfinity = Double.isInfinite(value) && mean > 0 == value > 0;
                if (sameInfinity || !Double.isInfinite(value) && !Double.isNaN(value)) {
                    continue;
                }
            }
            double kept = (count - 1) / count;
            double scaled = kept * mean;
            double share = value / count;
            double next = scaled + share;
            compensation = Neumaier.rest(scaled, kept * compensation, share, next);
            mean = next;
        }
        return Kahan.result(mean, compensation);
    }
}
