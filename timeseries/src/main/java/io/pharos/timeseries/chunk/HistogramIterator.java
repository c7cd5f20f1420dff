package io.pharos.timeseries.chunk;

import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Decodes histograms one after the other; the value that {@link #histogram} gives is made only when it is asked for. */
final class HistogramIterator extends HistogramModel implements SampleIterator {
    private static final CounterResetHint[] HINTS = {
        CounterResetHint.of(0), CounterResetHint.of(1), CounterResetHint.of(2), CounterResetHint.of(3)
    };

    private final WordReader in;
    private final @Nullable Long lastExpected;
    private int remaining;
    private boolean first = true;
    private CounterResetHint hint = CounterResetHint.UNKNOWN;
    private @Nullable Histogram made;

    /**
     * Reads from the start.
     *
     * @param samples how many there are to read, at least 1
     * @param lastExpected the time that the last one must have, where it is known
     */
    HistogramIterator(WordReader in, int samples, long firstTime, @Nullable Long lastExpected) {
        this.in = in;
        this.remaining = samples;
        this.lastTime = firstTime;
        this.lastExpected = lastExpected;
    }

    @Override
    public boolean next() {
        if (remaining == 0) {
            return false;
        }
        remaining--;
        boolean begins = false;
        hint = expectedHint();
        if (in.read(1) == 1) {
            int control = (int) in.read(3);
            hint = HINTS[control >>> 1];
            begins = (control & 1) == 1;
        }
        lastHint = hint;
        if (first) {
            first = false;
        } else {
            lastDelta += in.readTime();
            if (lastDelta <= 0) {
                throw in.corrupt("a step of " + lastDelta + " ms");
            }
            lastTime += lastDelta;
        }
        if (begins) {
            begin(HistogramLayout.read(in));
        }
        HistogramLayout current = layout;
        if (current == null) {
            throw in.corrupt("a histogram before any layout");
        }
        readSum();
        readNumbers(current);
        made = null;
        if (remaining == 0 && lastExpected != null && lastExpected != lastTime) {
            throw in.corrupt("the last histogram is of " + lastTime + " and not of " + lastExpected);
        }
        return true;
    }

    private void readSum() {
        if (in.read(1) == 0) {
            return;
        }
        if (in.read(1) == 1) {
            windowLeading = (byte) in.read(6);
            windowBits = (byte) (in.read(6) + 1);
        }
        lastSum ^= readWindow(windowLeading, windowBits);
    }

    private long readWindow(int leading, int bits) {
        int trailing = Long.SIZE - leading - bits;
        if (trailing < 0 || bits == 0) {
            throw in.corrupt("a window of " + bits + " bits after " + leading + " zeros");
        }
        return in.read(bits) << trailing;
    }

    private void readNumbers(HistogramLayout current) {
        if (in.read(1) == 0) {
            return;
        }
        int columns = current.columns();
        for (int i = 0; i < columns; i++) {
            if (!current.integers()) {
                if (in.read(1) == 1) {
                    last[i] ^= readWindow((int) in.read(6), (int) in.read(6) + 1);
                }
                continue;
            }
            int parameter = parameter(i);
            long residual;
            if (isCold(i)) {
                int bits = (int) in.read(6);
                residual = bits == 0 ? 0 : in.read(bits);
            } else {
                residual = in.readGolomb(parameter);
            }
            learn(i, predicted(i) + Scaled.unzigzag(residual), residual, parameter);
        }
    }

    @Override
    public long timestampMillis() {
        return lastTime;
    }

    @Override
    public double value() {
        return Double.NaN;
    }

    @Override
    public boolean hasHistograms() {
        return true;
    }

    @Override
    public Histogram histogram() {
        Histogram known = made;
        HistogramLayout current = layout;
        if (known == null && current != null) {
            try {
                known = current.histogram(last, Double.longBitsToDouble(lastSum))
                        .withHint(hint);
            } catch (IllegalArgumentException wrong) {
                throw in.corrupt(wrong.getMessage() + ",");
            }
            made = known;
        }
        if (known == null) {
            throw new IllegalStateException("no sample");
        }
        return known;
    }
}
