package io.pharos.timeseries.chunk;

/** Doubles as the exclusive or with the one before, of which only the bits between leading and trailing zeros are written. */
final class XorValues {
    /** Bits that a new window costs more than an old one, so an old one that is this much too wide is still taken. */
    private static final int WINDOW_BITS = 12;

    private XorValues() {}

    static void write(double[] values, int from, int to, ByteWriter out) {
        long last = ValueCodec.bits(values[from]);
        out.putLong(last);
        int windowLeading = 0;
        int windowBits = 0;
        for (int i = from + 1; i < to; i++) {
            long bits = ValueCodec.bits(values[i]);
            long xor = bits ^ last;
            last = bits;
            if (xor == 0) {
                out.putBits(0, 1);
                continue;
            }
            int leading = Long.numberOfLeadingZeros(xor);
            int trailing = Long.numberOfTrailingZeros(xor);
            int length = Long.SIZE - leading - trailing;
            int windowTrailing = Long.SIZE - windowLeading - windowBits;
            boolean fits = windowBits > 0 && leading >= windowLeading && trailing >= windowTrailing;
            if (fits && windowBits <= length + WINDOW_BITS) {
                out.putBits(0b10, 2);
                out.putBits(xor >>> windowTrailing, windowBits);
            } else {
                out.putBits(0b11L << 12 | (long) leading << 6 | length - 1, 14);
                out.putBits(xor >>> trailing, length);
                windowLeading = leading;
                windowBits = length;
            }
        }
        out.flushBits();
    }

    static void read(ByteReader in, int count, double[] values) {
        long last = in.top(Long.BYTES);
        values[0] = Double.longBitsToDouble(last);
        int windowBits = 0;
        int trailing = 0;
        long at = in.bitPosition();
        for (int i = 1; i < count; i++) {
            long ahead = in.peek(at);
            if (ahead >= 0) {
                at++;
            } else {
                if (ahead << 1 >= 0) {
                    at += 2;
                } else {
                    int window = (int) (ahead << 2 >>> 52);
                    windowBits = (window & 63) + 1;
                    trailing = Long.SIZE - (window >>> 6) - windowBits;
                    at += 14;
                }
                if (windowBits == 0 || trailing < 0) {
                    throw in.corrupt("sample " + i + " has a window of " + windowBits + " bits");
                }
                last ^= in.bits(at, windowBits) << trailing;
                at += windowBits;
            }
            values[i] = Double.longBitsToDouble(last);
        }
        in.endBits(at);
    }
}
