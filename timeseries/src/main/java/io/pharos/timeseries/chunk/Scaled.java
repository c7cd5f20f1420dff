package io.pharos.timeseries.chunk;

/**
 * Doubles as integers over a power of ten. A decimal such as 12.34 is the double nearest to 1234/100; both operands are exact
 * below 2^53, so the division gives back all its bits.
 */
public final class Scaled {
    /** Says that a double is no integer over the power asked for. */
    public static final long NONE = Long.MIN_VALUE;

    /** The largest power of ten in use. */
    static final int SCALE_MAX = 15;

    private static final double LIMIT = 1L << 53;
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };

    private Scaled() {}

    /** The integer n for which n / 10^scale has exactly these bits, or {@link #NONE}. */
    public static long toInteger(double value, int scale) {
        double power = POWERS[scale];
        double product = scale == 0 ? value : Math.rint(value * power);
        if (!(product <= LIMIT && product >= -LIMIT)) {
            return NONE;
        }
        long integer = (long) product;
        double back = scale == 0 ? integer : integer / power;
        return Double.doubleToRawLongBits(back) == Double.doubleToRawLongBits(value) ? integer : NONE;
    }

    /** The double of an integer over 10^scale. */
    public static double toDouble(long integer, int scale) {
        return scale == 0 ? integer : integer / POWERS[scale];
    }

    static double power(int scale) {
        return POWERS[scale];
    }

    /** Small for numbers near zero of either sign. */
    public static long zigzag(long number) {
        return number << 1 ^ number >> 63;
    }

    /** What {@link #zigzag} was made of. */
    public static long unzigzag(long number) {
        return number >>> 1 ^ -(number & 1);
    }

    /** The number of bits up to the highest one; 0 for 0. */
    static int bitLength(long number) {
        return Long.SIZE - Long.numberOfLeadingZeros(number);
    }
}
