package io.pharos.timeseries.chunk;

import java.util.Arrays;

/** How the times between the first and the last of a sealed chunk are written. */
final class TimeCodec {
    /** Every step is the same: nothing is written. */
    static final int REGULAR = 0;
    /** A grid of equal steps and the distance of each time from its grid point. */
    static final int GRID = 1;
    /** Each step's difference from a usual step. */
    static final int STEPS = 2;

    private TimeCodec() {}

    /** Writes into {@code out} and returns the codec chosen. */
    static int write(long[] times, int from, int to, ByteWriter out) {
        int count = to - from;
        if (count < 3 || isRegular(times, from, to)) {
            return REGULAR;
        }
        long step = usualStep(times, from, to);
        long[] grid = new long[count];
        long[] steps = new long[count];
        double gridCost = 0;
        double stepCost = 0;
        for (int i = 1; i < count; i++) {
            grid[i] = Scaled.zigzag(times[from + i] - times[from] - i * step);
            steps[i] = Scaled.zigzag(times[from + i] - times[from + i - 1] - step);
            gridCost += Scaled.bitLength(grid[i]);
            stepCost += Scaled.bitLength(steps[i]);
        }
        boolean onGrid = gridCost <= stepCost;
        out.putVarint(step);
        ResidualBlocks.write(onGrid ? grid : steps, 1, count, out);
        out.flushBits();
        return onGrid ? GRID : STEPS;
    }

    private static boolean isRegular(long[] times, int from, int to) {
        long step = times[from + 1] - times[from];
        for (int i = from + 2; i < to; i++) {
            if (times[i] - times[i - 1] != step) {
                return false;
            }
        }
        return true;
    }

    /** The median of up to 32 steps spread over the chunk. */
    private static long usualStep(long[] times, int from, int to) {
        int stride = Math.max(1, (to - from - 1) / 32);
        long[] sampled = new long[32];
        int taken = 0;
        for (int i = from + 1; i < to && taken < 32; i += stride) {
            sampled[taken++] = times[i] - times[i - 1];
        }
        Arrays.sort(sampled, 0, taken);
        return sampled[taken / 2];
    }

    /** Reads {@code count} times into the start of an array and checks that they ascend from the first to the last. */
    static void read(int codec, ByteReader in, long first, long last, int count, long[] times) {
        if (codec == REGULAR) {
            long step = count > 1 ? (last - first) / (count - 1) : 0;
            long time = first;
            for (int i = 0; i < count; i++) {
                times[i] = time;
                time += step;
            }
        } else {
            long step = in.varint();
            ResidualBlocks.read(in, times, 1, count);
            times[0] = first;
            if (codec == GRID) {
                long grid = first;
                for (int i = 1; i < count; i++) {
                    grid += step;
                    times[i] = grid + Scaled.unzigzag(times[i]);
                }
            } else {
                long time = first;
                for (int i = 1; i < count; i++) {
                    time += step + Scaled.unzigzag(times[i]);
                    times[i] = time;
                }
            }
        }
        for (int i = 1; i < count; i++) {
            if (times[i] <= times[i - 1]) {
                throw in.corrupt("time " + i + " is not after the one before");
            }
        }
        if (times[count - 1] != last) {
            throw in.corrupt("the last time is " + times[count - 1] + ", not " + last);
        }
    }
}
