package io.pharos.promql.function;

/**
 * How far the change between the samples of a window is stretched towards its edges, in seconds: what rate, increase and delta
 * have in common over samples, histograms and roll-ups.
 */
final class Stretch {
    private Stretch() {}

    /** To an edge, or half a spacing towards it where it is further away than a sample would have been missed on. */
    static double toEdge(double seconds, double spacing) {
        return seconds >= spacing * 1.1 ? spacing / 2 : seconds;
    }

    /** To the start; not beyond where a counter that rises as it did would have been zero. */
    static double toZero(double toStart, double sampled, double first, double change) {
        return change > 0 && first >= 0 ? Math.min(toStart, sampled * (first / change)) : toStart;
    }

    /** By what the change is multiplied to get that over the whole window, or its rate a second. */
    static double factor(RangeWindow window, double sampled, double toStart, double toEnd, boolean perSecond) {
        double factor = (sampled + toStart + toEnd) / sampled;
        return perSecond ? factor / ((window.endMillis - window.startMillis) / 1000.0) : factor;
    }
}
