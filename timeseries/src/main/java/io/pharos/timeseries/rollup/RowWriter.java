package io.pharos.timeseries.rollup;

import io.pharos.timeseries.chunk.ByteWriter;
import io.pharos.timeseries.chunk.ColumnCodec;
import io.pharos.timeseries.chunk.HistogramHead;
import io.pharos.timeseries.chunk.Scaled;
import io.pharos.timeseries.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Writes points between two indices as a row; the drawn layout is docs/format/rollup-chunk.md. */
final class RowWriter {
    /** Says of a column that it is told by others. */
    static final int DERIVED = 16;

    /** Of a counter at least one point in so many rises. */
    private static final int POINTS_A_RISE_MAX = 8;

    /** Falls are listed as resets where there is at most one in so many samples; those of most gauges are too many. */
    private static final int SAMPLES_A_RESET_MIN = 16;

    /** A counter has at most one in so many; listed with all they change, more of them cost more than whole columns. */
    private static final int COUNTER_SAMPLES_A_RESET_MIN = 64;

    private final RollupPoints points;
    private final int from;
    private final int to;

    RowWriter(RollupPoints points, int from, int to) {
        this.points = points;
        this.from = from;
        this.to = to;
    }

    byte[] row() {
        ByteWriter out = new ByteWriter(64 + 4 * (to - from));
        out.putByte(RollupChunk.FORMAT);
        out.putInt(0);
        out.putVarint(points.resolutionMillis);
        out.putVarint(to - from);
        if (to > from) {
            putPoints(out);
        }
        return out.sealed();
    }

    private void putPoints(ByteWriter out) {
        long resolution = points.resolutionMillis;
        long[] numbers = new long[to - from];
        for (int i = from; i < to; i++) {
            numbers[i - from] = Math.floorDiv(points.times[i], resolution);
        }
        out.putVarint(Scaled.zigzag(numbers[0]));
        out.putVarint(numbers[to - from - 1] - numbers[0]);
        double before = before();
        boolean adjacent = CounterEstimate.isKnown(points, from);
        boolean resets = hasFewResets(SAMPLES_A_RESET_MIN);
        boolean counter = hasFewResets(COUNTER_SAMPLES_A_RESET_MIN) && isCounter();
        boolean ends = ends(null) > 0;
        byte[] histograms = histograms();
        out.putByte((counter ? RowFlags.COUNTER : 0)
                | (resets ? RowFlags.RESETS : 0)
                | (Double.isNaN(before) ? 0 : RowFlags.BEFORE)
                | (adjacent ? RowFlags.ADJACENT : 0)
                | (ends ? RowFlags.ENDS : 0)
                | (histograms.length > 0 ? RowFlags.HISTOGRAMS : 0));
        if (!Double.isNaN(before)) {
            ColumnCodec.putDouble(out, before);
        }
        if (resets) {
            putResets(out, counter);
        }
        if (ends) {
            out.putVarint(ends(null));
            ends(out);
        }
        if (histograms.length > 0) {
            out.putVarint(histograms.length);
            out.putBytes(histograms);
        }
        ColumnCodec.putAscending(numbers, 0, to - from, out);
        ColumnCodec.putValues(points.lasts, from, to, out);
        ColumnCodec.putValues(points.counts, from, to, out);
        if (!counter) {
            putSums(out);
            putLike(points.mins, out);
            putLike(points.maxs, out);
        }
    }

    /** Points with their resets; a counter's also with what cannot be estimated there. */
    private void putResets(ByteWriter out, boolean counter) {
        out.putVarint(resetPoints());
        int last = from - 1;
        for (int i = from; i < to; i++) {
            if (points.resets[i] > 0) {
                out.putVarint(i - last);
                last = i;
                out.putVarint(points.resets[i]);
                ColumnCodec.putDouble(out, points.drops[i]);
                if (counter) {
                    ColumnCodec.putDouble(out, points.sums[i]);
                    ColumnCodec.putDouble(out, points.mins[i]);
                    ColumnCodec.putDouble(out, points.maxs[i]);
                }
            }
        }
    }

    /** Writes the points at which the series ended, unless there is nothing to write to, and answers how many there are. */
    private int ends(@Nullable ByteWriter out) {
        int found = 0;
        int last = from - 1;
        for (int i = from; i < to; i++) {
            if (points.ends[i] != RollupPoints.GOES_ON) {
                if (out != null) {
                    out.putVarint((long) (i - last) << 1 | (points.ends[i] == RollupPoints.ENDED_AFTER ? 1 : 0));
                    last = i;
                }
                found++;
            }
        }
        return found;
    }

    /** The histograms among the points as a chunk; empty where there are none. */
    private byte[] histograms() {
        @Nullable HistogramHead chunk = null;
        for (int i = from; i < to; i++) {
            Histogram histogram = points.histogram(i);
            if (histogram != null) {
                chunk = chunk == null ? new HistogramHead() : chunk;
                chunk.append(points.times[i], histogram);
            }
        }
        return chunk == null ? new byte[0] : chunk.toBytes();
    }

    private void putSums(ByteWriter out) {
        boolean derived = true;
        for (int i = from; i < to && derived; i++) {
            derived = same(points.sums[i], points.counts[i] * points.lasts[i]);
        }
        if (derived) {
            out.putByte(DERIVED);
        } else {
            ColumnCodec.putValues(points.sums, from, to, out);
        }
    }

    private void putLike(double[] column, ByteWriter out) {
        boolean derived = true;
        for (int i = from; i < to && derived; i++) {
            derived = same(column[i], points.lasts[i]);
        }
        if (derived) {
            out.putByte(DERIVED);
        } else {
            ColumnCodec.putValues(column, from, to, out);
        }
    }

    private static boolean same(double a, double b) {
        return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
    }

    private double before() {
        return from == 0 ? points.before : points.histogram(from - 1) == null ? points.lasts[from - 1] : Double.NaN;
    }

    private int resetPoints() {
        int found = 0;
        for (int i = from; i < to; i++) {
            found += points.resets[i] > 0 ? 1 : 0;
        }
        return found;
    }

    private boolean hasFewResets(int samplesAReset) {
        long resets = 0;
        double samples = 0;
        for (int i = from; i < to; i++) {
            resets += points.resets[i];
            samples += points.counts[i];
        }
        return resets * samplesAReset <= samples;
    }

    private boolean isCounter() {
        int rises = 0;
        double before = before();
        for (int i = from; i < to; i++) {
            double last = points.lasts[i];
            boolean rising = points.resets[i] == 0;
            // Infinities and NaN have neither neighbours nor sums to estimate from.
            if (points.histogram(i) != null
                    || !(points.mins[i] >= 0 && points.maxs[i] < Double.POSITIVE_INFINITY)
                    || Double.isNaN(last)
                    || rising && points.maxs[i] != last) {
                return false;
            }
            rises += rising && last > before ? 1 : 0;
            before = last;
        }
        return rises * POINTS_A_RISE_MAX >= to - from;
    }
}
