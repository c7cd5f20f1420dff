package io.pharos.promql.function;

/*
 * The window has the point at its very start, which is what the last sample before the window said, so on whole intervals the
 * change between its first and its last point is the change over the window and nothing is added. Elsewhere, and where a
 * counter begins or ends, the edges are stretched as for raw samples, but by the spacing there: a window may have points of an
 * hour at one end and samples of seconds at the other. Less than an interval from an edge nothing is missing.
 */
/** rate, increase and delta of a roll-up's values, which do not fall at resets. */
final class TierRate implements RangeFunction {
    private final boolean counter;
    private final boolean perSecond;

    TierRate(boolean counter, boolean perSecond) {
        this.counter = counter;
        this.perSecond = perSecond;
    }

    @Override
    public double at(RangeWindow window) {
        int from = window.from;
        int last = window.to - 1;
        if (last <= from) {
            return Absent.VALUE;
        }
        long[] times = window.times;
        double first = window.values[from];
        double change = window.values[last] - first;
        double sampled = (times[last] - times[from]) / 1000.0;
        double toStart =
                stretch(times[from] - window.startMillis, times[from + 1] - times[from], window.startIntervalMillis);
        if (counter) {
            toStart = Stretch.toZero(toStart, sampled, first, change);
        }
        double toEnd = stretch(window.endMillis - times[last], times[last] - times[last - 1], window.endIntervalMillis);
        return change * Stretch.factor(window, sampled, toStart, toEnd, perSecond);
    }

    /** The way to an edge in seconds; half a spacing where something is missing on it. */
    private static double stretch(long toEdge, long spacing, long interval) {
        boolean missing = toEdge >= Math.max(spacing, interval) * 1.1;
        return missing ? spacing / 2000.0 : toEdge / 1000.0;
    }
}
