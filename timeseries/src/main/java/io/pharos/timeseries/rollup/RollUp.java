package io.pharos.timeseries.rollup;

import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.sample.StaleMarker;

/*
 * Increases of points add up without gaps because a point begins with the sample before its interval, not with its own first
 * one. So that this holds across the pieces in which a series is rolled up, the iterator may begin before the piece: what lies
 * there makes no point, but the last of it is carried in.
 */
/** Samples of one series in the order of time become points of a resolution. Not thread-safe; one instance a series and piece. */
public final class RollUp {
    private final long afterMillis;
    private final long toMillis;
    private final RollupPoints points;
    private final DecimalSum sum = new DecimalSum();
    private boolean any;
    private double last;
    private long lastTime = Long.MIN_VALUE;
    private int at = -1;
    private long end = Long.MIN_VALUE;

    /**
     * A roll-up of a piece of time.
     *
     * @param resolutionMillis the interval of a point, at least 1
     * @param afterMillis the piece begins strictly after this, a multiple of the resolution
     * @param toMillis it ends with this, a multiple of the resolution
     */
    public RollUp(long resolutionMillis, long afterMillis, long toMillis) {
        if (resolutionMillis < 1
                || Math.floorMod(afterMillis, resolutionMillis) != 0
                || Math.floorMod(toMillis, resolutionMillis) != 0) {
            throw new IllegalArgumentException("the piece from " + afterMillis + " to " + toMillis
                    + " does not lie on multiples of " + resolutionMillis + " ms");
        }
        this.afterMillis = afterMillis;
        this.toMillis = toMillis;
        long intervals = Math.max(0, toMillis - afterMillis) / resolutionMillis;
        this.points = new RollupPoints(resolutionMillis, (int) Math.min(intervals, 1440));
    }

    /** The points of a piece; samples may begin before it and go on after it. */
    public static RollupPoints of(SampleIterator samples, long resolutionMillis, long afterMillis, long toMillis) {
        RollUp rolled = new RollUp(resolutionMillis, afterMillis, toMillis);
        boolean more = true;
        while (more && samples.next()) {
            Histogram histogram = samples.hasHistograms() ? samples.histogram() : null;
            more = histogram == null
                    ? rolled.add(samples.timestampMillis(), samples.value())
                    : rolled.add(samples.timestampMillis(), histogram);
        }
        return rolled.points();
    }

    /** The end of the interval that a time lies in: the next multiple of the resolution, or the time itself. */
    public static long endOf(long timeMillis, long resolutionMillis) {
        return -Math.floorDiv(-timeMillis, resolutionMillis) * resolutionMillis;
    }

    /**
     * Adds a sample after all others; one before the piece is only carried in.
     *
     * @return whether it lies in the piece or before it, so that more may be added
     */
    public boolean add(long timeMillis, double value) {
        if (timeMillis > toMillis) {
            return false;
        }
        boolean stale = StaleMarker.is(value);
        if (timeMillis <= afterMillis) {
            if (!stale) {
                any = true;
                last = value;
                lastTime = timeMillis;
            }
            return true;
        }
        if (stale) {
            markEnd(timeMillis);
            return true;
        }
        if (timeMillis > end) {
            begin(timeMillis);
        } else if (points.histogram(at) != null) {
            beginAnew();
        }
        take(value);
        return true;
    }

    /**
     * Adds a native histogram; see {@link #add(long, double)}. An interval is of the kind of its last sample, and keeps the last
     * histogram.
     */
    public boolean add(long timeMillis, Histogram histogram) {
        if (timeMillis > toMillis) {
            return false;
        }
        any = false; // of a number after it nothing is known to have been lost
        if (timeMillis <= afterMillis) {
            return true;
        }
        if (timeMillis > end) {
            begin(timeMillis);
        } else if (points.histogram(at) == null) {
            beginAnew();
        }
        boolean gauge = histogram.hint() == CounterResetHint.GAUGE;
        points.setHistogram(at, gauge ? histogram : histogram.withHint(CounterResetHint.UNKNOWN));
        points.counts[at]++;
        points.mins[at] = 0;
        points.maxs[at] = 0;
        points.ends[at] = RollupPoints.GOES_ON;
        return true;
    }

    /** The point of an interval that goes on with samples of the other kind. */
    private void beginAnew() {
        points.counts[at] = 0;
        points.mins[at] = Double.NaN;
        points.maxs[at] = Double.NaN;
        points.lasts[at] = 0;
        points.drops[at] = 0;
        points.resets[at] = 0;
        points.clearHistogram(at);
        sum.reset();
    }

    private void markEnd(long timeMillis) {
        if (at < 0) {
            return;
        }
        if (timeMillis <= end) {
            points.ends[at] = RollupPoints.ENDED_INSIDE;
        } else if (timeMillis <= end + points.resolutionMillis && points.ends[at] == RollupPoints.GOES_ON) {
            points.ends[at] = RollupPoints.ENDED_AFTER;
        }
    }

    private void begin(long timeMillis) {
        finish();
        long next = endOf(timeMillis, points.resolutionMillis);
        if (at >= 0 && points.ends[at] == RollupPoints.ENDED_AFTER && next == end + points.resolutionMillis) {
            points.ends[at] = RollupPoints.GOES_ON; // it came back where the mark was
        }
        if (at < 0 && any) {
            points.before = last;
            points.beforeAdjacent = lastTime > next - 2 * points.resolutionMillis;
        }
        end = next;
        at = points.add(end);
        points.mins[at] = Double.NaN;
        points.maxs[at] = Double.NaN;
        sum.reset();
    }

    private void take(double value) {
        points.counts[at]++;
        sum.add(value);
        if (value < points.mins[at] || Double.isNaN(points.mins[at])) {
            points.mins[at] = value;
        }
        if (value > points.maxs[at] || Double.isNaN(points.maxs[at])) {
            points.maxs[at] = value;
        }
        if (at == 0 && !any) {
            points.before = value; // nothing was before it, so the series began to grow here
        }
        if (any && value < last) {
            points.drops[at] += last;
            points.resets[at]++;
        }
        points.ends[at] = RollupPoints.GOES_ON;
        any = true;
        last = value;
        points.lasts[at] = value;
    }

    private void finish() {
        if (at >= 0) {
            points.sums[at] = sum.value();
        }
    }

    /** The points of what was added. */
    public RollupPoints points() {
        finish();
        return points;
    }
}
