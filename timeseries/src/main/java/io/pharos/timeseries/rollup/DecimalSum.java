package io.pharos.timeseries.rollup;

import io.pharos.timeseries.chunk.Scaled;
import io.pharos.timeseries.histogram.Neumaier;

/**
 * A sum of doubles. While all of them are integers over one power of ten, so is the sum, exactly and with the shortest form:
 * decimals added as doubles would leave digits behind that no codec can make small. Else it is Neumaier's compensated sum.
 */
final class DecimalSum {
    /** Decimals with more digits are added as doubles. */
    private static final int SCALE_MAX = 9;

    private static final long LIMIT = 1L << 53;

    private int scale;
    private boolean decimal = true;
    private long integers;
    private double sum;
    private double compensation;

    void reset() {
        decimal = true;
        integers = 0;
        sum = 0;
        compensation = 0;
        // The scale stays: the values that follow are likely of the same kind.
    }

    void add(double value) {
        if (decimal) {
            long integer = Scaled.toInteger(value, scale);
            if (integer == Scaled.NONE) {
                integer = rescaled(value);
            }
            if (integer == Scaled.NONE) {
                decimal = false;
            } else {
                integers += integer;
                decimal = integers < LIMIT && integers > -LIMIT;
            }
        }
        double next = sum + value;
        compensation = Neumaier.rest(sum, compensation, value, next);
        sum = next;
    }

    /** The value over a larger power of ten, which all are then counted in; {@link Scaled#NONE} where there is none. */
    private long rescaled(double value) {
        long factor = 1;
        for (int larger = scale + 1; larger <= SCALE_MAX; larger++) {
            factor *= 10;
            long integer = Scaled.toInteger(value, larger);
            if (integer != Scaled.NONE) {
                if (Math.abs(integers) > LIMIT / factor) {
                    return Scaled.NONE;
                }
                integers *= factor;
                scale = larger;
                return integer;
            }
        }
        return Scaled.NONE;
    }

    double value() {
        return decimal ? Scaled.toDouble(integers, scale) : sum + compensation;
    }
}
