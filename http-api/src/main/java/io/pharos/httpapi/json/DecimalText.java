package io.pharos.httpapi.json;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * Writes doubles with the fewest digits that read back as the same double, in the notations Prometheus' API uses. Immutable and
 * thread-safe; nothing is allocated by {@link #write} but what the caller brings.
 */
/*
 * A whole number below 2^53 is its own shortest form. The others take Raffaello Giulietti's Schubfach ("The Schubfach way to render doubles", 2020): the doubles that
 * read back as v form an interval around it; k is the exponent with 10^k <= width < 10^(k+1), so at most one multiple of 10^(k+1)
 * and at least one of 10^k lie inside. The interval is scaled by 10^-k with a 126-bit approximation of that power and an
 * arithmetic that keeps a sticky bit, which the paper proves to be enough for exact comparisons; four candidates remain. Ends of
 * the interval belong to it when the significand is even, as the reader rounds to even. Unlike Java's own Double.toString, one
 * digit is enough ("5e-324").
 */
public final class DecimalText {
    /** No text is longer: a sign, 21 digits before the point (fixed notation ends at 1e21), or "-0.000001" and 17 digits. */
    public static final int LENGTH_MAX = 32;

    private static final byte[] NAN = "NaN".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PLUS_INF = "+Inf".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MINUS_INF = "-Inf".getBytes(StandardCharsets.US_ASCII);

    /** Times 1000 it is a whole number of less than 50 bits, exact and with room for rounding. */
    private static final double FEW_DECIMALS_BELOW = 1e12;

    private static final int SIGNIFICAND_BITS = 53;
    private static final long HIDDEN_BIT = 1L << (SIGNIFICAND_BITS - 1);
    private static final int EXPONENT_MIN = -1074;
    private static final long MASK_63 = Long.MAX_VALUE;

    private static final int POWER_MIN = -324;
    private static final int POWER_MAX = 292;

    /** For each k from POWER_MIN: the upper and the lower 63 of the 126 leading bits of 10^-k, rounded up. */
    private static final long[] SCALES = scales();

    /** The powers of ten that a long holds, by exponent. */
    private static final long[] POWERS = powers();

    private DecimalText() {}

    private static long[] powers() {
        long[] powers = new long[19];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = 10 * powers[i - 1];
        }
        return powers;
    }

    /** The text {@link #write} writes: fixed notation, exponents only below 1e-6 and from 1e21 on. */
    public static String fixed(double value) {
        byte[] text = new byte[LENGTH_MAX];
        return new String(text, 0, write(value, text, 0), StandardCharsets.US_ASCII);
    }

    /** Always with an exponent of at least two digits, as alert values are written: {@code 1e+00}. */
    public static String exponent(double value) {
        byte[] text = new byte[LENGTH_MAX];
        int length = special(value, text, 0);
        if (length == 0) {
            length = value == 0 ? zero(value, text, 0, true) : digits(value, text, 0, true);
        }
        return new String(text, 0, length, StandardCharsets.US_ASCII);
    }

    /**
     * Writes a value in fixed notation, or with an exponent when its size is not 0 and below 1e-6 or at least 1e21.
     *
     * @param out has {@link #LENGTH_MAX} bytes from {@code at} on
     * @return the offset behind the text
     */
    public static int write(double value, byte[] out, int at) {
        int special = special(value, out, at);
        if (special > 0) {
            return special;
        }
        double size = Math.abs(value);
        if (size < 9_007_199_254_740_992.0) { // 2^53
            long whole = (long) value;
            if (whole == value) {
                return value == 0 ? zero(value, out, at, false) : writeLong(whole, out, at);
            }
            if (size >= 1e-3 && size < FEW_DECIMALS_BELOW) {
                int end = fewDecimals(value, size, out, at);
                if (end > 0) {
                    return end;
                }
            }
        }
        return digits(value, out, at, size < 1e-6 || size >= 1e21);
    }

    /*
     * Most measured values have at most three decimals. A whole number below 2^53 over 10, 100 or 1000 is rounded once, so it is
     * equal to the value just when the decimal reads back as the value; the first that is has the fewest digits, and below this
     * size no two decimals with three places read back as one double.
     */
    private static int fewDecimals(double value, double size, byte[] out, int at) {
        double power = 1;
        for (int places = 1; places <= 3; places++) {
            power *= 10;
            double scaled = Math.rint(size * power);
            if (scaled / power == size) {
                int end = at;
                if (value < 0) {
                    out[end++] = '-';
                }
                long number = (long) scaled;
                long whole = number / (long) power;
                int rest = (int) (number - whole * (long) power);
                end = writeLong(whole, out, end);
                out[end] = '.';
                for (int i = places; i > 0; i--) {
                    out[end + i] = (byte) ('0' + rest % 10);
                    rest /= 10;
                }
                return end + places + 1;
            }
        }
        return 0;
    }

    /** Writes a whole number; returns the offset behind it. */
    public static int writeLong(long value, byte[] out, int at) {
        if (value == Long.MIN_VALUE) {
            byte[] text = Long.toString(value).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(text, 0, out, at, text.length);
            return at + text.length;
        }
        long rest = value;
        int from = at;
        if (rest < 0) {
            out[from++] = '-';
            rest = -rest;
        }
        int length = decimalLength(rest);
        int place = from + length;
        for (; rest >= 1 << 30; rest /= 10) {
            out[--place] = (byte) ('0' + rest % 10);
        }
        int small = (int) rest; // which divides much faster
        while (place > from) {
            int quotient = small / 10;
            out[--place] = (byte) ('0' + small - quotient * 10);
            small = quotient;
        }
        return from + length;
    }

    private static int special(double value, byte[] out, int at) {
        byte[] text;
        if (Double.isNaN(value)) {
            text = NAN;
        } else if (value == Double.POSITIVE_INFINITY) {
            text = PLUS_INF;
        } else if (value == Double.NEGATIVE_INFINITY) {
            text = MINUS_INF;
        } else {
            return 0;
        }
        System.arraycopy(text, 0, out, at, text.length);
        return at + text.length;
    }

    private static int zero(double value, byte[] out, int at, boolean exponent) {
        int end = at;
        if (Double.doubleToRawLongBits(value) != 0) {
            out[end++] = '-';
        }
        out[end++] = '0';
        if (exponent) {
            out[end++] = 'e';
            out[end++] = '+';
            out[end++] = '0';
            out[end++] = '0';
        }
        return end;
    }

    /** Writes a finite value other than zero. */
    private static int digits(double value, byte[] out, int at, boolean exponent) {
        int end = at;
        if (value < 0) {
            out[end++] = '-';
        }
        return shortest(Math.abs(value), out, end, exponent);
    }

    private static int shortest(double size, byte[] out, int at, boolean exponent) {
        long bits = Double.doubleToRawLongBits(size);
        int biased = (int) (bits >>> (SIGNIFICAND_BITS - 1));
        long c = bits & (HIDDEN_BIT - 1);
        int q = EXPONENT_MIN;
        if (biased != 0) {
            c |= HIDDEN_BIT;
            q += biased - 1;
        }
        // The interval's width is 2^q, but 3/4 of it just above a power of two, where the doubles below lie closer.
        boolean even = c != HIDDEN_BIT || q == EXPONENT_MIN;
        int k = even ? floorLog10Pow2(q) : floorLog10ThreeQuartersPow2(q);
        int shift = q + floorLog2Pow10(-k) + 2;
        long upper = SCALES[2 * (k - POWER_MIN)];
        long lower = SCALES[2 * (k - POWER_MIN) + 1];
        long centre = scaled(upper, lower, (c << 2) << shift);
        long left = scaled(upper, lower, ((c << 2) - (even ? 2 : 1)) << shift) + (c & 1);
        long right = scaled(upper, lower, ((c << 2) + 2) << shift) - (c & 1);
        long floor = centre >> 2;
        if (floor >= 10) {
            long tensBelow = floor / 10 * 10;
            boolean below = left <= tensBelow << 2;
            boolean above = tensBelow + 10 << 2 <= right;
            if (below != above) {
                return place(below ? tensBelow : tensBelow + 10, k, out, at, exponent);
            }
        }
        boolean below = left <= floor << 2;
        boolean above = floor + 1 << 2 <= right;
        if (below != above) {
            return place(below ? floor : floor + 1, k, out, at, exponent);
        }
        long toMiddle = centre - (2 * floor + 1 << 1);
        boolean down = toMiddle < 0 || (toMiddle == 0 && (floor & 1) == 0);
        return place(down ? floor : floor + 1, k, out, at, exponent);
    }

    /** The product of a 126-bit scale and a number, without its lower 127 bits, the lowest kept bit sticky. */
    private static long scaled(long upper, long lower, long number) {
        long carried = Math.multiplyHigh(lower, number);
        long low = upper * number;
        long middle = (low >>> 1) + carried;
        long high = Math.multiplyHigh(upper, number) + (middle >>> 63);
        return high | ((middle & MASK_63) + MASK_63) >>> 63;
    }

    /** Writes digits * 10^power; zeros at the end of the digits are dropped first. */
    private static int place(long digits, int power, byte[] out, int at, boolean exponent) {
        long significand = digits;
        int tens = power;
        while (significand % 10 == 0) {
            significand /= 10;
            tens++;
        }
        int length = decimalLength(significand);
        int point = length + tens; // the digits stand as 0.ddd * 10^point
        int end = at;
        if (exponent) {
            end = writeLong(significand, out, at + 1);
            out[at] = out[at + 1];
            if (length > 1) {
                out[at + 1] = '.';
            } else {
                end = at + 1;
            }
            int shown = point - 1;
            out[end++] = 'e';
            out[end++] = (byte) (shown < 0 ? '-' : '+');
            shown = Math.abs(shown);
            if (shown < 10) {
                out[end++] = '0';
            }
            return writeLong(shown, out, end);
        }
        if (point <= 0) {
            out[end++] = '0';
            out[end++] = '.';
            for (int i = point; i < 0; i++) {
                out[end++] = '0';
            }
            return writeLong(significand, out, end);
        }
        if (tens >= 0) {
            end = writeLong(significand, out, end);
            for (int i = 0; i < tens; i++) {
                out[end++] = '0';
            }
            return end;
        }
        end = writeLong(significand, out, end + 1);
        System.arraycopy(out, at + 1, out, at, point);
        out[at + point] = '.';
        return end;
    }

    private static int decimalLength(long value) {
        int length = 1;
        while (length < POWERS.length && value >= POWERS[length]) {
            length++;
        }
        return length;
    }

    // The logarithms are products with constants scaled by 2^41 and 2^38; DecimalTextTest compares them with exact
    // ones.

    static int floorLog10Pow2(int exponent) {
        return (int) (exponent * 661_971_961_083L >> 41);
    }

    static int floorLog10ThreeQuartersPow2(int exponent) {
        return (int) (exponent * 661_971_961_083L - 274_743_187_321L >> 41);
    }

    static int floorLog2Pow10(int exponent) {
        return (int) (exponent * 913_124_641_741L >> 38);
    }

    private static long[] scales() {
        long[] scales = new long[2 * (POWER_MAX - POWER_MIN + 1)];
        for (int k = POWER_MIN; k <= POWER_MAX; k++) {
            int shift = 125 - floorLog2Pow10(-k);
            BigInteger scale;
            if (k <= 0) {
                BigInteger power = BigInteger.TEN.pow(-k);
                scale = shift >= 0 ? power.shiftLeft(shift) : power.shiftRight(-shift);
            } else {
                scale = BigInteger.ONE.shiftLeft(shift).divide(BigInteger.TEN.pow(k));
            }
            scale = scale.add(BigInteger.ONE);
            scales[2 * (k - POWER_MIN)] = scale.shiftRight(63).longValueExact();
            scales[2 * (k - POWER_MIN) + 1] =
                    scale.and(BigInteger.valueOf(MASK_63)).longValueExact();
        }
        return scales;
    }
}
