package io.pharos.promql.function;

/**
 * The mark for "no sample at this step" in arrays of values: a NaN with bits of its own, so that presence needs no second array.
 * Computing with it would make an ordinary NaN of it: ask first.
 */
public final class Absent {
    /** The bits of the mark: a quiet NaN that no arithmetic and no exporter makes. */
    public static final long BITS = 0x7ffc_5068_6172_6f73L;

    /** The mark. */
    public static final double VALUE = Double.longBitsToDouble(BITS);

    private Absent() {}

    /** Whether there is no sample. */
    public static boolean is(double value) {
        return Double.doubleToRawLongBits(value) == BITS;
    }
}
