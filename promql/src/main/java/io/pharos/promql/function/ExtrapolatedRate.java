package io.pharos.promql.function;

import java.util.Arrays;

/*
 * The change between the first and the last sample, plus the value before each drop of a counter, stretched to the edges of the
 * window. The stretch ends half a sample spacing beyond the outer samples where the edge is further away than 1.1 spacings, and
 * for counters where the line would cross zero. Drops are found once for the series, so a window costs only its drops.
 */
/** rate, increase and delta. */
final class ExtrapolatedRate implements RangeFunction {
    private final boolean counter;
    private final boolean perSecond;
    private int[] drops = new int[8];
    private int dropCount;
    private int firstDrop;

    ExtrapolatedRate(boolean counter, boolean perSecond) {
        this.counter = counter;
        this.perSecond = perSecond;
    }

    @Override
    public void begin(long[] times, double[] values, int count) {
        dropCount = 0;
        firstDrop = 0;
        if (!counter) {
            return;
        }
        for (int i = 1; i < count; i++) {
            if (values[i] < values[i - 1]) {
                if (dropCount == drops.length) {
                    drops = Arrays.copyOf(drops, 2 * dropCount);
                }
                drops[dropCount++] = i;
            }
        }
    }

    @Override
    public double at(RangeWindow window) {
        int from = window.from;
        int last = window.to - 1;
        if (last <= from) {
            return Absent.VALUE;
        }
        double[] values = window.values;
        double first = values[from];
        double change = values[last] - first;
        while (firstDrop < dropCount && drops[firstDrop] <= from) {
            firstDrop++;
        }
        for (int i = firstDrop; i < dropCount && drops[i] <= last; i++) {
            change += values[drops[i] - 1];
        }
        double sampled = (window.times[last] - window.times[from]) / 1000.0;
        double spacing = sampled / (last - from);
        double toStart = Stretch.toEdge((window.times[from] - window.startMillis) / 1000.0, spacing);
        double toEnd = Stretch.toEdge((window.endMillis - window.times[last]) / 1000.0, spacing);
        if (counter) {
            toStart = Stretch.toZero(toStart, sampled, first, change);
        }
        return change * Stretch.factor(window, sampled, toStart, toEnd, perSecond);
    }
}
