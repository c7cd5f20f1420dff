package io.pharos.timeseries.histogram;

/*
 * With schema n a bucket is 2^(2^-n) times as wide as the one before, and the bucket of index i ends at 2^(i * 2^-n), inclusive;
 * index 0 ends at 1. The fractional powers of the finer schemas are computed once; the whole power is put into the exponent, so
 * powers of two are exact.
 */
/** Where exponential buckets end. */
public final class BucketBounds {
    /** The coarsest schema. */
    public static final int SCHEMA_MIN = -4;

    /** The finest schema. */
    public static final int SCHEMA_MAX = 8;

    private static final double[] FRACTIONS = new double[1 << SCHEMA_MAX];

    static {
        for (int i = 0; i < FRACTIONS.length; i++) {
            FRACTIONS[i] = Math.pow(2, (double) i / FRACTIONS.length);
        }
    }

    private BucketBounds() {}

    /** The upper bound, inclusive, of the positive bucket of an index; the lower bound of the next one. */
    public static double upper(int index, int schema) {
        if (schema <= 0) {
            long exponent = (long) index << -schema;
            if (exponent == 1024) {
                return Double.MAX_VALUE; // the last bucket before the one of infinity ends where doubles end
            }
            return exponent > 1024 ? Double.POSITIVE_INFINITY : Math.scalb(1.0, (int) Math.max(exponent, -1100));
        }
        int exponent = index >> schema;
        int fraction = index & (1 << schema) - 1;
        if (exponent == 1024 && fraction == 0) {
            return Double.MAX_VALUE;
        }
        return Math.scalb(FRACTIONS[fraction << SCHEMA_MAX - schema], exponent);
    }

    /** The index in a coarser schema of the bucket that holds the bucket of an index. */
    static int coarser(int index, int schemaSteps) {
        return (index - 1 >> schemaSteps) + 1;
    }
}
