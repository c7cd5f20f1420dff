package io.pharos.promql.function;

/** irate and idelta: the change between the last two samples, of a counter per second. */
final class InstantRate implements RangeFunction {
    private final boolean counter;

    InstantRate(boolean counter) {
        this.counter = counter;
    }

    @Override
    public double at(RangeWindow window) {
        int last = window.to - 1;
        if (last <= window.from) {
            return Absent.VALUE;
        }
        double value = window.values[last];
        double before = window.values[last - 1];
        if (!counter) {
            return value - before;
        }
        double seconds = (window.times[last] - window.times[last - 1]) / 1000.0;
        return (value < before ? value : value - before) / seconds; // a restarted counter counts from zero
    }
}
