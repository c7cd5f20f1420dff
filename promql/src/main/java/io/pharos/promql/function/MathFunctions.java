package io.pharos.promql.function;

/** Arithmetic that the JDK lacks or rounds otherwise. */
final class MathFunctions {
    private static final double LN2 = Math.log(2);

    private MathFunctions() {}

    /** Exact for powers of two. */
    static double log2(double v) {
        if (v > 0 && v < Double.POSITIVE_INFINITY) {
            int exponent = Math.getExponent(v);
            if (exponent >= Double.MIN_EXPONENT && v == Math.scalb(1.0, exponent)) {
                return exponent;
            }
        }
        return Math.log(v) / LN2;
    }

    static double sign(double v) {
        return v < 0 ? -1 : v > 0 ? 1 : v;
    }

    static double asinh(double v) {
        double size = Math.abs(v);
        if (Double.isInfinite(v) || size == 0) {
            return v;
        }
        double result =
                size > 1e8 ? Math.log(size) + LN2 : Math.log1p(size + size * size / (1 + Math.sqrt(size * size + 1)));
        return Math.copySign(result, v);
    }

    static double acosh(double v) {
        if (v > 1e8) {
            return Math.log(v) + LN2;
        }
        double above = v - 1;
        return v < 1 ? Double.NaN : Math.log1p(above + Math.sqrt(2 * above + above * above));
    }

    static double atanh(double v) {
        return 0.5 * Math.log1p(2 * v / (1 - v));
    }

    /** Nothing where the bounds cross. */
    static double clamp(double v, double min, double max) {
        return min > max ? Absent.VALUE : Math.max(min, Math.min(max, v));
    }

    /** To the nearest multiple, halves up; a missing multiple is 1. */
    static double round(double v, double multiple, double none) {
        double inverse = 1 / (Double.isNaN(multiple) ? 1 : multiple);
        return Math.floor(v * inverse + 0.5) / inverse;
    }
}
