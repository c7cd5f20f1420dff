package io.pharos.timeseries.rollup;

/** The bits of the byte that says what a row of points has. */
final class RowFlags {
    /** A counter's row: sum, min and max are not there, they are estimated from neighbouring lasts. */
    static final int COUNTER = 1;
    /** Points in which a reset lay are listed; else resets are where a last is below the one before. */
    static final int RESETS = 2;
    /** The last value before the first point is known. */
    static final int BEFORE = 4;
    /** It lies in the interval just before the first point's. */
    static final int ADJACENT = 8;
    /** Points at which the series ended are listed. */
    static final int ENDS = 16;

    /** Some points are histograms. */
    static final int HISTOGRAMS = 32;

    static final int ALL = 63;

    private RowFlags() {}
}
