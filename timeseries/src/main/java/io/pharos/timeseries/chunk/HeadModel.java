package io.pharos.timeseries.chunk;

/**
 * What both sides of a head chunk know after each sample: the writer predicts the next sample from it, and a reader that has
 * seen the same samples predicts the same. It is part of the format; see docs/format/head-chunk.md.
 */
abstract class HeadModel {
    /** The value has the bits of the one before. */
    static final int SAME = 0;
    /** The value is an integer over the current power of ten. */
    static final int INTEGER = 1;
    /** The value's bits are combined with the bits of the one before by exclusive or. */
    static final int XOR = 2;

    long lastTime;
    long lastDelta;
    long lastBits;

    /** The last value written as an integer. */
    long lastInteger;
    /** The expected step between integers, in sixteenths. */
    long step16;
    /** The mean zigzag residual, in sixteenths. */
    long residual16;

    byte scale;
    /** Integers seen at this scale, up to 3: the first has no step, the second no residual. */
    byte warm;
    /** The mode used last; it has the shortest code. */
    byte mode0;
    /** The mode used last but one. */
    byte mode1 = INTEGER;

    byte windowLeading;
    /** Bits of the exclusive-or window; 0 before there is one. */
    byte windowBits;

    /** Values in a row that were no integers at this scale, up to 127. */
    byte misfits;

    final int mode2() {
        return 3 - mode0 - mode1;
    }

    final void use(int mode) {
        if (mode != mode0) {
            mode1 = mode0;
            mode0 = (byte) mode;
        }
        if (mode == INTEGER) {
            misfits = 0;
        } else if (mode == XOR && misfits < Byte.MAX_VALUE) {
            misfits++;
        }
    }

    /** The parameter of the exp-Golomb code: about the logarithm of 0.69 times the mean residual. */
    final int parameter() {
        return Scaled.bitLength((residual16 >> 2) * 11 >> 6);
    }

    final long predicted() {
        return lastInteger + (step16 >> 4);
    }

    /** Takes an integer in; an outlier (a counter's reset) moves the prediction only so far. */
    final void learn(long integer, long residual, int parameter) {
        long delta = integer - lastInteger;
        lastInteger = integer;
        if (warm < 3) {
            if (warm == 1) {
                step16 = delta << 4;
            } else if (warm == 2) {
                residual16 = residual << 4;
                step16 += (delta << 4) - step16 >> 2;
            }
            warm++;
            return;
        }
        long cap = Math.min(1L << 57, 32L << parameter);
        residual16 += (Math.min(residual, cap) << 4) - residual16 >> 3;
        long surprise = (delta << 4) - step16;
        step16 += Math.max(-cap << 4, Math.min(cap << 4, surprise)) >> 2;
    }

    /** Changes the power of ten; the last integer stays the same number. */
    final void rescale(int newScale) {
        double scaled = (double) lastInteger * (Scaled.power(newScale) / Scaled.power(scale));
        lastInteger = Math.abs(scaled) < 1L << 53 ? Math.round(scaled) : 0;
        scale = (byte) newScale;
        step16 = 0;
        residual16 = 0;
        warm = 0;
        misfits = 0;
    }
}
