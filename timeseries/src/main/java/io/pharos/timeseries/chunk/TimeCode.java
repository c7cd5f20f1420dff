package io.pharos.timeseries.chunk;

/**
 * The prefix code of a change of the step between times, folded so that small ones of either sign are small: nothing changed in one
 * bit, then as many ones as say how many bits follow ({@code docs/format/head-chunk.md}). Pure.
 */
final class TimeCode {
    /** Longer ones are five ones and the whole number. */
    static final int WORD_BITS_MAX = 37;

    /** Up to so many ones the code takes at most 20 bits. */
    static final int SHORT_ONES_MAX = 3;

    private TimeCode() {}

    /** How many bits a folded change takes; more than {@link #WORD_BITS_MAX} where it does not fit in a word with its prefix. */
    static int bits(long folded) {
        int bits = Scaled.bitLength(folded);
        if (bits == 0) {
            return 1;
        }
        return bits <= 5 ? 7 : bits <= 9 ? 12 : bits <= 16 ? 20 : bits <= 32 ? WORD_BITS_MAX : 69;
    }

    /** The code of a folded change that takes so many bits, at most {@link #WORD_BITS_MAX}. */
    static long word(long folded, int bits) {
        return switch (bits) {
            case 1 -> 0;
            case 7 -> 0b10L << 5 | folded;
            case 12 -> 0b110L << 9 | folded;
            case 20 -> 0b1110L << 16 | folded;
            default -> 0b11110L << 32 | folded;
        };
    }

    /** The bits of the prefix that begins with so many ones. */
    static int prefixBits(int ones) {
        return Math.min(ones + 1, 5);
    }

    /** The bits that follow a prefix of so many ones. */
    static int valueBits(int ones) {
        return switch (ones) {
            case 0 -> 0;
            case 1 -> 5;
            case 2 -> 9;
            case 3 -> 16;
            case 4 -> 32;
            default -> 64;
        };
    }
}
