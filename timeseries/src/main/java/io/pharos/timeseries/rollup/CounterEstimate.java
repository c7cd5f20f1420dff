package io.pharos.timeseries.rollup;

/*
 * Between two neighbouring lasts without a reset a counter only rises, so all its samples lie between them. Taking them as evenly
 * spread makes the estimate exact for a steady counter and wrong by less than the growth of one interval for any other. After a
 * gap the last before it may be far below, so the samples are then taken to be equal to the last.
 */
/** Sum, min and max of a counter's point from its count, its last and the last before it. */
final class CounterEstimate {
    private CounterEstimate() {}

    /** Whether the point before lies in the interval just before. */
    static boolean isKnown(RollupPoints points, int point) {
        return point == 0
                ? points.beforeAdjacent && !Double.isNaN(points.before)
                : points.times[point] - points.times[point - 1] == points.resolutionMillis
                        && points.histogram(point - 1) == null;
    }

    private static double before(RollupPoints points, int point) {
        return point == 0 ? points.before : points.lasts[point - 1];
    }

    static double sum(RollupPoints points, int point) {
        double last = points.lasts[point];
        double count = points.counts[point];
        if (!isKnown(points, point)) {
            return count * last;
        }
        double before = before(points, point);
        return count * before + (last - before) * (count + 1) / 2;
    }

    static double min(RollupPoints points, int point) {
        double last = points.lasts[point];
        if (!isKnown(points, point) || points.counts[point] == 1) {
            return last;
        }
        double before = before(points, point);
        return Math.min(last, before + (last - before) / points.counts[point]);
    }
}
