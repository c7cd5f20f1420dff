package io.pharos.timeseries.chunk;

import io.pharos.timeseries.sample.StaleMarker;
import java.util.Random;

/** Made-up series of the kinds that servers make, for tests: each is a seed and a shape. */
public final class SampleShapes {
    private SampleShapes() {}

    public record Samples(long[] times, double[] values) {
        public int count() {
            return times.length;
        }
    }

    public enum Values {
        CONSTANT,
        RARELY_CHANGING,
        COUNTER,
        COUNTER_WITH_RESETS,
        SLOW_COUNTER,
        BYTES_GAUGE,
        INTEGER_GAUGE,
        PERCENT,
        CPU_SECONDS,
        RANDOM_DOUBLES,
        RANDOM_BITS,
        SPECIALS,
        MIXED,
        ENDING
    }

    public enum Times {
        REGULAR,
        JITTER,
        GAPS,
        DRIFT,
        WILD
    }

    public static Samples make(Random random, Values kind, Times spacing, int count) {
        return new Samples(times(random, spacing, count), values(random, kind, count));
    }

    public static long[] times(Random random, Times spacing, int count) {
        long[] times = new long[count];
        long time = 1_790_000_000_000L + random.nextInt(100_000);
        for (int i = 0; i < count; i++) {
            times[i] = spacing == Times.JITTER ? time + random.nextInt(5) - 2 : time;
            time += switch (spacing) {
                case REGULAR, JITTER -> 10_000;
                case GAPS -> random.nextInt(50) == 0 ? 10_000L * (2 + random.nextInt(30)) : 10_000;
                case DRIFT -> 10_000 + random.nextInt(3);
                case WILD -> 1 + (random.nextLong() >>> 24 + random.nextInt(39));
            };
        }
        return times;
    }

    public static double[] values(Random random, Values kind, int count) {
        double[] values = new double[count];
        double level = random.nextInt(1_000_000);
        for (int i = 0; i < count; i++) {
            values[i] = switch (kind) {
                case CONSTANT -> level;
                case RARELY_CHANGING -> random.nextInt(100) == 0 ? ++level : level;
                case COUNTER -> {
                    level += Math.round(1000 + 30 * random.nextGaussian());
                    yield level;
                }
                case COUNTER_WITH_RESETS -> {
                    level = random.nextInt(200) == 0 ? 0 : level + random.nextInt(400);
                    yield level;
                }
                case SLOW_COUNTER -> {
                    level += random.nextInt(4) == 0 ? 1 : 0;
                    yield level;
                }
                case BYTES_GAUGE -> {
                    level = Math.abs(level + 4096.0 * random.nextInt(-64, 64));
                    yield level;
                }
                case INTEGER_GAUGE -> 50 + Math.round(10 * random.nextGaussian());
                case PERCENT -> Math.round(5000 + 500 * random.nextGaussian()) / 100.0;
                case CPU_SECONDS -> {
                    level += random.nextInt(900, 1000);
                    yield level / 100;
                }
                case RANDOM_DOUBLES -> random.nextDouble();
                case RANDOM_BITS -> Double.longBitsToDouble(random.nextLong());
                case SPECIALS -> SPECIAL[random.nextInt(SPECIAL.length)];
                case MIXED ->
                    random.nextInt(20) == 0 ? SPECIAL[random.nextInt(SPECIAL.length)] : random.nextInt(100) / 4.0;
                case ENDING -> i == count - 1 || i == count / 2 ? StaleMarker.VALUE : level++;
            };
        }
        return values;
    }

    private static final double[] SPECIAL = {
        0.0,
        -0.0,
        Double.NaN,
        StaleMarker.VALUE,
        Double.longBitsToDouble(0xfff8dead_beef0001L),
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        1L << 53,
        -(1L << 53),
        0x1p62,
        0.1,
        1e-9,
        1e22
    };
}
