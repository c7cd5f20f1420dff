package io.pharos.timeseries.rollup;

import io.pharos.timeseries.histogram.Histogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Points of one series at one resolution, ascending, in columns. A point at a time e, a multiple of the resolution, stands for the
 * samples after e - resolution and up to e that are no stale markers; there is no point where there are none. Not thread-safe.
 */
public final class RollupPoints {
    /** The series goes on. */
    public static final byte GOES_ON = 0;
    /** The last sample of the interval is a stale marker. */
    public static final byte ENDED_INSIDE = 1;
    /** The first sample after the interval is a stale marker, in the next one, and there is nothing else in that. */
    public static final byte ENDED_AFTER = 2;

    final long resolutionMillis;
    int size;
    long[] times;
    double[] counts;
    double[] sums;
    double[] mins;
    double[] maxs;
    double[] lasts;
    /** What increase has to be given back: the values before each drop, added up. */
    double[] drops;

    int[] resets;
    byte[] ends;
    /** The last histograms of intervals that end with one, whose columns but the count are 0; null where no point is one. */
    @Nullable
    Histogram @Nullable [] histograms;

    /** The last value known before the first point, the series' first one where it begins there; NaN where there is none. */
    double before = Double.NaN;
    /** Whether that value lies in the interval just before the first point's. */
    boolean beforeAdjacent;

    /** No points yet. */
    RollupPoints(long resolutionMillis, int capacity) {
        this.resolutionMillis = resolutionMillis;
        times = new long[capacity];
        counts = new double[capacity];
        sums = new double[capacity];
        mins = new double[capacity];
        maxs = new double[capacity];
        lasts = new double[capacity];
        drops = new double[capacity];
        resets = new int[capacity];
        ends = new byte[capacity];
    }

    /** A place for another point. */
    int add(long time) {
        if (size == times.length) {
            int capacity = 2 * size + 16;
            times = Arrays.copyOf(times, capacity);
            counts = Arrays.copyOf(counts, capacity);
            sums = Arrays.copyOf(sums, capacity);
            mins = Arrays.copyOf(mins, capacity);
            maxs = Arrays.copyOf(maxs, capacity);
            lasts = Arrays.copyOf(lasts, capacity);
            drops = Arrays.copyOf(drops, capacity);
            resets = Arrays.copyOf(resets, capacity);
            ends = Arrays.copyOf(ends, capacity);
            histograms = histograms == null ? null : Arrays.copyOf(histograms, capacity);
        }
        times[size] = time;
        return size++;
    }

    /** Leaves out the points that stand for any of some stretches of time, pairs of first and last, ascending and apart. */
    void hide(long[] stretches) {
        int kept = 0;
        int pair = 0;
        for (int i = 0; i < size; i++) {
            long after = times[i] - resolutionMillis;
            while (pair < stretches.length && stretches[pair + 1] <= after) {
                pair += 2;
            }
            if (pair == stretches.length || stretches[pair] > times[i]) {
                move(i, kept++);
            }
        }
        size = kept;
    }

    /** Columns that were not read have no places. */
    private void move(int from, int to) {
        times[to] = times[from];
        for (double[] column : new double[][] {counts, sums, mins, maxs, lasts, drops}) {
            if (from < column.length) {
                column[to] = column[from];
            }
        }
        if (from < resets.length) {
            resets[to] = resets[from];
        }
        if (from < ends.length) {
            ends[to] = ends[from];
        }
        @Nullable Histogram[] known = histograms;
        if (known != null) {
            known[to] = known[from];
        }
    }

    /** Makes a point one of a histogram. */
    void setHistogram(int point, Histogram histogram) {
        @Nullable Histogram[] known = histograms;
        if (known == null) {
            known = new Histogram[times.length];
            histograms = known;
        }
        known[point] = histogram;
    }

    /** Makes a point one of numbers. */
    void clearHistogram(int point) {
        if (histograms != null) {
            histograms[point] = null;
        }
    }

    /** The last histogram of the interval, or null where its last sample is a number; then only the count is of use. */
    public @Nullable Histogram histogram(int point) {
        return histograms == null ? null : histograms[point];
    }

    /** The interval of a point, in milliseconds. */
    public long resolutionMillis() {
        return resolutionMillis;
    }

    /** How many points there are. */
    public int size() {
        return size;
    }

    /** The end of the interval, inclusive. */
    public long timeMillis(int point) {
        return times[point];
    }

    /** The number of samples, without stale markers. */
    public double count(int point) {
        return counts[point];
    }

    public double sum(int point) {
        return sums[point];
    }

    /** The smallest; NaN only where all are. */
    public double min(int point) {
        return mins[point];
    }

    /** The largest; NaN only where all are. */
    public double max(int point) {
        return maxs[point];
    }

    public double last(int point) {
        return lasts[point];
    }

    /**
     * What a counter grew since the last sample before the interval, a drop being a restart from zero; since its first sample
     * where it begins here.
     */
    public double increase(int point) {
        double from = point == 0 ? before : histogram(point - 1) == null ? lasts[point - 1] : Double.NaN;
        return Double.isNaN(from) ? 0 : lasts[point] - from + drops[point];
    }

    /** How often a value was below the one before, since the last sample before the interval. */
    public int resets(int point) {
        return resets[point];
    }

    /** Whether the series ended: {@link #GOES_ON}, {@link #ENDED_INSIDE} or {@link #ENDED_AFTER}. */
    public byte end(int point) {
        return ends[point];
    }

    /**
     * The points of a coarser resolution, those that the samples would have made; exactly, unless an interval has numbers and
     * histograms.
     *
     * @param coarser a multiple of the resolution
     */
    public RollupPoints coarser(long coarser) {
        if (coarser % resolutionMillis != 0) {
            throw new IllegalArgumentException(coarser + " ms is no multiple of " + resolutionMillis + " ms");
        }
        RollupPoints merged = new RollupPoints(coarser, (int) Math.min(size, 16 + size * resolutionMillis / coarser));
        merged.before = before;
        merged.beforeAdjacent = beforeAdjacent && size > 0 && (times[0] - 1) % coarser < resolutionMillis;
        for (int from = 0; from < size; ) {
            long end = RollUp.endOf(times[from], coarser);
            int to = from + 1;
            while (to < size && times[to] <= end) {
                to++;
            }
            mergeInto(merged, merged.add(end), from, to);
            from = to;
        }
        return merged;
    }

    private void mergeInto(RollupPoints merged, int at, int from, int to) {
        Histogram histogram = histogram(to - 1);
        if (histogram != null) {
            merged.setHistogram(at, histogram);
        }
        DecimalSum sum = new DecimalSum();
        double min = Double.NaN;
        double max = Double.NaN;
        for (int i = from; i < to; i++) {
            if ((histogram(i) == null) != (histogram == null)) {
                continue; // of what an interval does not end with nothing is kept
            }
            merged.counts[at] += counts[i];
            sum.add(sums[i]);
            min = mins[i] < min || Double.isNaN(min) ? mins[i] : min;
            max = maxs[i] > max || Double.isNaN(max) ? maxs[i] : max;
            merged.drops[at] += drops[i];
            merged.resets[at] += resets[i];
        }
        merged.sums[at] = sum.value();
        merged.mins[at] = histogram == null ? min : 0;
        merged.maxs[at] = histogram == null ? max : 0;
        merged.lasts[at] = lasts[to - 1];
        boolean inside = ends[to - 1] == ENDED_AFTER && times[to - 1] < merged.times[at];
        merged.ends[at] = inside ? ENDED_INSIDE : ends[to - 1];
    }
}
