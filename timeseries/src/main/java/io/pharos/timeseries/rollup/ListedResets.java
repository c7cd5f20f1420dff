package io.pharos.timeseries.rollup;

import io.pharos.timeseries.chunk.ByteReader;
import io.pharos.timeseries.chunk.ColumnCodec;

/** The points of a row in which resets lay, and what is known of them. */
record ListedResets(int[] at, int[] resets, double[] drops, double[] sums, double[] mins, double[] maxs) {
    private static final double[] NONE = {};

    /** Reads them; of a counter's row with sum, min and max. */
    static ListedResets read(ByteReader in, int points, boolean counter) {
        int count = in.count(points);
        int[] at = new int[count];
        int[] resets = new int[count];
        double[] drops = new double[count];
        double[] sums = counter ? new double[count] : NONE;
        double[] mins = counter ? new double[count] : NONE;
        double[] maxs = counter ? new double[count] : NONE;
        int last = -1;
        for (int i = 0; i < count; i++) {
            last += in.count(points);
            resets[i] = in.count(Integer.MAX_VALUE);
            if (last >= points || i > 0 && last == at[i - 1] || last < 0 || resets[i] == 0) {
                throw in.corrupt(resets[i] + " resets at point " + last);
            }
            at[i] = last;
            drops[i] = ColumnCodec.getDouble(in);
            if (counter) {
                sums[i] = ColumnCodec.getDouble(in);
                mins[i] = ColumnCodec.getDouble(in);
                maxs[i] = ColumnCodec.getDouble(in);
            }
        }
        return new ListedResets(at, resets, drops, sums, mins, maxs);
    }

    void putResets(RollupPoints points) {
        for (int i = 0; i < at.length; i++) {
            points.resets[at[i]] = resets[i];
            points.drops[at[i]] = drops[i];
        }
    }

    /** What cannot be estimated where a counter was reset. */
    void putValues(RollupPoints points) {
        for (int i = 0; i < at.length; i++) {
            points.sums[at[i]] = sums[i];
            points.mins[at[i]] = mins[i];
            points.maxs[at[i]] = maxs[i];
        }
    }
}
