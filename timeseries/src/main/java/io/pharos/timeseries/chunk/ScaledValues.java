package io.pharos.timeseries.chunk;

import io.pharos.timeseries.sample.StaleMarker;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Values that are integers over one power of ten (but for a few exceptions, such as stale markers, kept aside), divided by what
 * all their differences have in common, and written as residuals of the best of three predictions.
 */
final class ScaledValues {
    /** Every value is near one number. */
    private static final int LEVEL = 0;
    /** Every step is near one number. */
    private static final int STEP = 1;
    /** Every step is near the one before. */
    private static final int TREND = 2;

    /** More exceptions than one in this many values, and the codec is not worth it. */
    private static final int VALUES_AN_EXCEPTION_MIN = 16;

    private static final int STALE = 0;
    private static final int ANY = 1;

    private ScaledValues() {}

    /** The written form, or null when too many of the values are no such integers. */
    static @Nullable ByteWriter write(double[] values, int from, int to) {
        int count = to - from;
        int exceptionsMax = count / VALUES_AN_EXCEPTION_MIN + 1;
        int scale = scaleOf(values, from, to, exceptionsMax);
        if (scale < 0) {
            return null;
        }
        long[] integers = new long[count];
        int exceptions = 0;
        int firstRegular = -1;
        long last = 0;
        for (int i = 0; i < count; i++) {
            long integer = Scaled.toInteger(values[from + i], scale);
            if (integer == Scaled.NONE) {
                exceptions++;
                integer = last;
            } else if (firstRegular < 0) {
                firstRegular = i;
                Arrays.fill(integers, 0, i, integer);
            }
            integers[i] = integer;
            last = integer;
        }
        if (firstRegular < 0 || exceptions > exceptionsMax) {
            return null;
        }
        ByteWriter out = new ByteWriter(count * 2 + 32);
        long start = integers[0];
        long divisor = commonDivisor(integers);
        for (int i = 0; i < count; i++) {
            integers[i] = divisor == 1 ? integers[i] - start : (integers[i] - start) / divisor;
        }
        int order = bestOrder(integers);
        out.putByte(scale << 2 | order);
        out.putVarint(Scaled.zigzag(start));
        out.putVarint(divisor);
        out.putVarint(exceptions);
        if (exceptions > 0) {
            writeExceptions(values, from, to, scale, out);
        }
        writeResiduals(integers, order, out);
        return out;
    }

    /** The smallest power of ten that fits all but a few values, or -1. */
    private static int scaleOf(double[] values, int from, int to, int exceptionsMax) {
        int scale = 0;
        int misfits = 0;
        for (int i = from; i < to; i++) {
            int candidate = scale;
            while (candidate <= Scaled.SCALE_MAX && Scaled.toInteger(values[i], candidate) == Scaled.NONE) {
                candidate++;
            }
            if (candidate <= Scaled.SCALE_MAX) {
                scale = candidate;
            } else if (++misfits > exceptionsMax) {
                return -1;
            }
        }
        return scale;
    }

    private static long commonDivisor(long[] integers) {
        long divisor = 0;
        for (int i = 1; i < integers.length && divisor != 1; i++) {
            long a = Math.abs(integers[i] - integers[i - 1]);
            long b = divisor;
            while (a != 0) {
                long rest = b % a;
                b = a;
                a = rest;
            }
            divisor = b;
        }
        return Math.max(1, divisor);
    }

    private static int bestOrder(long[] integers) {
        int count = integers.length;
        if (count < 3) {
            return STEP;
        }
        long level = mean(integers);
        long step = usualStep(integers);
        long levelCost = 0;
        long stepCost = 0;
        long trendCost = 0;
        long lastDelta = integers[1] - integers[0];
        for (int i = 2; i < count; i++) {
            long delta = integers[i] - integers[i - 1];
            levelCost += Scaled.bitLength(Scaled.zigzag(integers[i] - level));
            stepCost += Scaled.bitLength(Scaled.zigzag(delta - step));
            trendCost += Scaled.bitLength(Scaled.zigzag(delta - lastDelta));
            lastDelta = delta;
        }
        if (levelCost < stepCost && levelCost < trendCost) {
            return LEVEL;
        }
        return stepCost <= trendCost ? STEP : TREND;
    }

    private static long mean(long[] integers) {
        double sum = 0;
        for (long integer : integers) {
            sum += integer;
        }
        return Math.round(sum / integers.length);
    }

    private static void writeResiduals(long[] integers, int order, ByteWriter out) {
        int count = integers.length;
        long[] residuals = new long[count];
        if (order == LEVEL) {
            long level = mean(integers);
            out.putVarint(Scaled.zigzag(level));
            for (int i = 1; i < count; i++) {
                residuals[i] = Scaled.zigzag(integers[i] - level);
            }
        } else {
            long step = order == STEP ? usualStep(integers) : integers[1];
            out.putVarint(Scaled.zigzag(step));
            for (int i = 1; i < count; i++) {
                long delta = integers[i] - integers[i - 1];
                residuals[i] = Scaled.zigzag(delta - step);
                if (order == TREND) {
                    step = delta;
                }
            }
        }
        ResidualBlocks.write(residuals, 1, count, out);
        out.flushBits();
    }

    /** The mean step without the steps that a counter's reset spoils. */
    private static long usualStep(long[] integers) {
        int count = integers.length;
        long mean = integers[count - 1] / (count - 1);
        double sum = 0;
        int forward = 0;
        for (int i = 1; i < count; i++) {
            long delta = integers[i] - integers[i - 1];
            if (delta >= 0) {
                sum += delta;
                forward++;
            }
        }
        // Where most steps go forward it is a counter, and the few that do not are resets.
        return forward > (count - 1) * 15L / 16 ? Math.round(sum / forward) : mean;
    }

    private static void writeExceptions(double[] values, int from, int to, int scale, ByteWriter out) {
        int last = from;
        for (int i = from; i < to; i++) {
            if (Scaled.toInteger(values[i], scale) == Scaled.NONE) {
                long bits = ValueCodec.bits(values[i]);
                boolean stale = bits == StaleMarker.BITS;
                out.putVarint((long) (i - last) << 1 | (stale ? STALE : ANY));
                if (!stale) {
                    out.putLong(bits);
                }
                last = i;
            }
        }
    }

    /** Reads what {@link #write} wrote. */
    static void read(ByteReader in, int count, double[] values, long[] scratch) {
        read(in, count, 0, count, values, scratch);
    }

    /** Reads the values between two places (the end is exclusive) into the start of an array; what comes after them is not read. */
    static void read(ByteReader in, int count, int from, int to, double[] values, long[] scratch) {
        int header = in.readByte();
        int scale = header >>> 2;
        int order = header & 3;
        if (scale > Scaled.SCALE_MAX || order > TREND) {
            throw in.corrupt("unknown scale or order " + header);
        }
        long start = Scaled.unzigzag(in.varint());
        long divisor = in.varint();
        int exceptions = in.count(count);
        int[] exceptionAt = new int[exceptions];
        double[] exceptionValues = new double[exceptions];
        int at = 0;
        for (int i = 0; i < exceptions; i++) {
            int gap = in.count(2L * count + 1);
            at += gap >>> 1;
            if (at >= count) {
                throw in.corrupt("an exception at sample " + at + " of " + count);
            }
            exceptionAt[i] = at;
            exceptionValues[i] = Double.longBitsToDouble((gap & 1) == STALE ? StaleMarker.BITS : in.top(Long.BYTES));
        }
        long base = Scaled.unzigzag(in.varint());
        ResidualBlocks.read(in, scratch, 1, to);
        predict(order, base, start, divisor, from, to, scratch);
        if (scale == 0) {
            for (int i = from; i < to; i++) {
                values[i - from] = scratch[i];
            }
        } else {
            double power = Scaled.power(scale);
            for (int i = from; i < to; i++) {
                values[i - from] = scratch[i] / power;
            }
        }
        for (int i = 0; i < exceptions; i++) {
            if (exceptionAt[i] >= from && exceptionAt[i] < to) {
                values[exceptionAt[i] - from] = exceptionValues[i];
            }
        }
    }

    /** Turns residuals into integers between two places; those before are only summed up. */
    private static void predict(int order, long base, long start, long divisor, int from, int to, long[] numbers) {
        numbers[0] = start;
        int first = Math.max(1, from);
        if (order == LEVEL) {
            for (int i = first; i < to; i++) {
                numbers[i] = start + divisor * (base + Scaled.unzigzag(numbers[i]));
            }
        } else if (order == STEP) {
            long sum = 0;
            for (int i = 1; i < first; i++) {
                sum += Scaled.unzigzag(numbers[i]);
            }
            long last = start + divisor * (base * (first - 1) + sum);
            for (int i = first; i < to; i++) {
                last += divisor * (base + Scaled.unzigzag(numbers[i]));
                numbers[i] = last;
            }
        } else {
            long last = start;
            long step = base;
            for (int i = 1; i < to; i++) {
                step += Scaled.unzigzag(numbers[i]);
                last += divisor * step;
                numbers[i] = last;
            }
        }
    }
}
