package io.pharos.promql.function;

/** resets and changes: events between neighbouring samples, counted once for the series and subtracted for each window. */
final class CountingFunction implements RangeFunction {
    /** What is counted. */
    enum Event {
        RESET,
        CHANGE
    }

    private final Event event;
    private int[] counts = new int[0];

    CountingFunction(Event event) {
        this.event = event;
    }

    @Override
    public void begin(long[] times, double[] values, int count) {
        if (counts.length < count) {
            counts = new int[Math.max(count, 2 * counts.length)];
        }
        int sum = 0;
        for (int i = 0; i < count; i++) {
            if (i > 0 && happens(values[i - 1], values[i])) {
                sum++;
            }
            counts[i] = sum;
        }
    }

    private boolean happens(double before, double after) {
        if (event == Event.RESET) {
            return after < before;
        }
        return after != before && !(Double.isNaN(after) && Double.isNaN(before));
    }

    @Override
    public double at(RangeWindow window) {
        return counts[window.to - 1] - counts[window.from];
    }
}
