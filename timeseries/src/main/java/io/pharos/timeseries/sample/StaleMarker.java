package io.pharos.timeseries.sample;

/** The value that ends a series until its next sample: the NaN whose bits Prometheus reserved for it. */
public final class StaleMarker {
    /** The bits of the marker; an ordinary NaN is 0x7ff8000000000001. */
    public static final long BITS = 0x7ff0000000000002L;

    /** The marker as a value; compare with {@link #is}, never with an operator. */
    public static final double VALUE = Double.longBitsToDouble(BITS);

    private StaleMarker() {}

    /** Whether a value is the marker. */
    public static boolean is(double value) {
        return Double.doubleToRawLongBits(value) == BITS;
    }
}
