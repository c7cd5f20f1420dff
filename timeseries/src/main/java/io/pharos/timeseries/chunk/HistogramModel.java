package io.pharos.timeseries.chunk;

import io.pharos.timeseries.histogram.CounterResetHint;
import org.jspecify.annotations.Nullable;

/**
 * What both sides of a histogram chunk know after each sample: the writer predicts the next sample from it, and a reader that has
 * seen the same samples predicts the same. It is part of the format; see docs/format/histogram-chunk.md.
 */
abstract class HistogramModel {
    /** Samples of a column that are written with their length, before there is a prediction. */
    static final int WARM = 2;

    long lastTime;
    long lastDelta;
    long lastSum;
    byte windowLeading;
    /** Bits of the exclusive-or window of sums; 0 before there is one. */
    byte windowBits;

    @Nullable
    CounterResetHint lastHint;

    @Nullable
    HistogramLayout layout;

    /** The last number of each column. */
    long[] last = {};

    private long[] step16 = {};
    private long[] residual16 = {};
    private byte[] warm = {};

    /** The hint that takes one bit. */
    final CounterResetHint expectedHint() {
        CounterResetHint before = lastHint;
        if (before == null) {
            return CounterResetHint.UNKNOWN;
        }
        return before == CounterResetHint.GAUGE ? before : CounterResetHint.NOT_RESET;
    }

    /** Begins a section; columns that go on keep what was learned. */
    final void begin(HistogramLayout next) {
        HistogramLayout before = layout;
        int columns = next.columns();
        long[] numbers = new long[columns];
        long[] steps = new long[columns];
        long[] residuals = new long[columns];
        byte[] seen = new byte[columns];
        if (before != null && next.continues(before)) {
            int[] old = next.columnsIn(before);
            for (int i = 0; i < columns; i++) {
                if (old[i] >= 0) {
                    numbers[i] = last[old[i]];
                    steps[i] = step16[old[i]];
                    residuals[i] = residual16[old[i]];
                    seen[i] = warm[old[i]];
                }
            }
        }
        layout = next;
        last = numbers;
        step16 = steps;
        residual16 = residuals;
        warm = seen;
    }

    /** Whether a column has no parameter yet. */
    final boolean isCold(int column) {
        return warm[column] < WARM;
    }

    final int parameter(int column) {
        return Scaled.bitLength((residual16[column] >> 2) * 11 >> 6);
    }

    final long predicted(int column) {
        return last[column] + (step16[column] >> 4);
    }

    /** Takes a number in; an outlier moves the prediction only so far. */
    final void learn(int column, long number, long residual, int parameter) {
        long delta = number - last[column];
        last[column] = number;
        if (warm[column] < WARM + 1) {
            if (warm[column] == 1) {
                step16[column] = delta << 4;
            } else if (warm[column] == WARM) {
                residual16[column] = Math.min(residual, 1L << 52) << 4;
                step16[column] += (delta << 4) - step16[column] >> 2;
            }
            warm[column]++;
            return;
        }
        long cap = Math.min(1L << 52, 32L << parameter);
        residual16[column] += (Math.min(residual, cap) << 4) - residual16[column] >> 3;
        long surprise = (delta << 4) - step16[column];
        step16[column] += Math.max(-cap << 4, Math.min(cap << 4, surprise)) >> 2;
    }
}
