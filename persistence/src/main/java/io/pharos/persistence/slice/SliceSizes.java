package io.pharos.persistence.slice;

/**
 * How large slices become, in bytes of rows before compression.
 *
 * @param target of a slice in a day that is like the one before
 * @param limit beyond it a slice takes no further row; what a deposed owner still has under way comes on top
 * @param step so much of a slice is reserved at one time: fewer records with a larger one, fuller slices after a move with a smaller one
 */
public record SliceSizes(long target, long limit, long step) {
    /** Partitions of 20 MB, never over 50. */
    public static final SliceSizes DEFAULT = new SliceSizes(20_000_000, 40_000_000, 4_000_000);

    private static final long TARGET_MIN = 4_000;
    private static final long TARGET_MAX = 100_000_000;

    /**
     * What a row takes beside its chunk, before compression: 53 bytes of key and end, 22 of lengths, time to live and flags, rounded up.
     */
    public static final int ROW_BYTES = 80;

    /** Slices of this size, none over twice it, of which a fifth is reserved at one time. */
    public static SliceSizes of(long target) {
        if (target < TARGET_MIN || target > TARGET_MAX) {
            throw new IllegalArgumentException("pharos.persistence.slice-size: " + target + " bytes, from " + TARGET_MIN
                    + " to " + TARGET_MAX + " are possible");
        }
        return new SliceSizes(target, 2 * target, target / 5);
    }

    /** Checks their order. */
    public SliceSizes {
        if (step < 1 || target < step || limit < target) {
            throw new IllegalArgumentException(
                    "a slice's step (" + step + "), target (" + target + ") and limit (" + limit + ") must ascend");
        }
    }

    /** A key of each slice is remembered every so many bytes, to cut it by: 80 of a slice of the target's size. */
    long stride() {
        return Math.max(1, target / 80);
    }
}
