package io.pharos.simulation.pool;

/**
 * Numbers that look random and depend on their arguments only. Nothing but integer and IEEE arithmetic, so a value recomputed on
 * another machine is the same to the last bit.
 */
final class Randomness {
    private static final double UNIT = 0x1.0p-53;
    private static final double DAY_SECONDS = 86_400;

    private Randomness() {}

    /** Mixes a key with a number (Stafford's variant 13 of the Murmur finalizer). */
    static long mix(long key, long number) {
        long z = key + number * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** A number in [0, 1). */
    static double unit(long key, long number) {
        return (mix(key, number) >>> 11) * UNIT;
    }

    /** Smooth noise in [0, 1): straight lines between random corners that are a slot apart, so its slope is under 1/slot. */
    static double smooth(long key, double seconds, double slotSeconds) {
        double position = seconds / slotSeconds;
        long slot = (long) position;
        double from = unit(key, slot);
        return from + (unit(key, slot + 1) - from) * (position - slot);
    }

    /** A daily wave in [-1, 1], built of two parabolas so that its integral is exact and cheap. */
    static double wave(double seconds) {
        double turn = turn(seconds);
        return turn < 0.5 ? 16 * turn * (0.5 - turn) : -16 * (turn - 0.5) * (1 - turn);
    }

    /** The integral of {@link #wave} from some day's beginning, in seconds; a whole day adds nothing. */
    static double waveIntegral(double seconds) {
        double turn = turn(seconds);
        double half = turn < 0.5 ? turn : turn - 0.5;
        double part = 4 * half * half - 16 * half * half * half / 3;
        return DAY_SECONDS * (turn < 0.5 ? part : 1.0 / 3 - part);
    }

    private static double turn(double seconds) {
        double days = seconds / DAY_SECONDS;
        return days - Math.floor(days);
    }
}
