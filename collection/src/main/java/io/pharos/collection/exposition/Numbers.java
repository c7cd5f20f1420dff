package io.pharos.collection.exposition;

import io.pharos.collection.metadata.MetricType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers of an exposition: what Go's strconv reads, without an object for the common ones. */
final class Numbers {
    /** The NaN that Prometheus stores for any NaN a target shows. */
    static final double NAN = Double.longBitsToDouble(0x7ff8000000000001L);

    private static final Pattern HEXADECIMAL = Pattern.compile("0x([0-9a-f]+\\.?[0-9a-f]*|\\.[0-9a-f]+)p[+-]?\\d+");
    private static final double[] POWERS = new double[23];

    static {
        double power = 1;
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = power;
            power *= 10;
        }
    }

    private Numbers() {}

    /** Whether the bytes are a number: decimal or hexadecimal float, infinity or NaN, any case. */
    static boolean isNumber(byte[] bytes, int from, int to) {
        int at = from;
        if (at < to && (bytes[at] == '+' || bytes[at] == '-')) {
            at++;
        }
        if (at == to || to - at > 400) {
            return false;
        }
        int i = at;
        int digits = 0;
        int dots = 0;
        for (; i < to && (isDigit(bytes[i]) || bytes[i] == '.'); i++) {
            if (bytes[i] == '.') {
                dots++;
            } else {
                digits++;
            }
        }
        if (digits > 0 && dots <= 1) {
            if (i == to) {
                return true;
            }
            if (bytes[i] == 'e' || bytes[i] == 'E') {
                return isExponent(bytes, i + 1, to);
            }
        }
        String word = new String(bytes, at, to - at, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        return word.equals("nan") && at == from
                || word.equals("inf")
                || word.equals("infinity")
                || HEXADECIMAL.matcher(word).matches();
    }

    private static boolean isExponent(byte[] bytes, int from, int to) {
        int at = from < to && (bytes[from] == '+' || bytes[from] == '-') ? from + 1 : from;
        boolean digits = at < to;
        for (; at < to; at++) {
            digits &= isDigit(bytes[at]);
        }
        return digits;
    }

    /** The value of bytes that are a number; those too large are infinite. */
    static double parse(byte[] bytes, int from, int to) {
        long mantissa = 0;
        int digits = 0;
        int decimals = -1;
        int at = from;
        boolean negative = bytes[at] == '-';
        if (negative || bytes[at] == '+') {
            at++;
        }
        for (; at < to; at++) {
            byte b = bytes[at];
            if (isDigit(b)) {
                mantissa = mantissa * 10 + (b - '0');
                digits++;
                if (decimals >= 0) {
                    decimals++;
                }
            } else if (b == '.' && decimals < 0) {
                decimals = 0;
            } else {
                return slow(bytes, from, to);
            }
        }
        if (digits > 15) { // beyond, the mantissa or the division would not be exact
            return slow(bytes, from, to);
        }
        double value = decimals > 0 ? mantissa / POWERS[decimals] : mantissa;
        return negative ? -value : value;
    }

    private static double slow(byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        if (text.endsWith("nan")) {
            return NAN;
        }
        if (text.contains("inf")) {
            return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        return Double.parseDouble(text);
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** Whether a label's value is a number that is to be written in one way only. */
    static boolean isBound(MetricType type, String label) {
        return label.equals("le") && (type == MetricType.HISTOGRAM || type == MetricType.GAUGEHISTOGRAM)
                || label.equals("quantile") && type == MetricType.SUMMARY;
    }

    /** A bound as OpenMetrics writes it: {@code 1} is {@code 1.0}; what is no number stays as it is. */
    static String normalised(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || !isNumber(bytes, 0, bytes.length)) {
            return text;
        }
        double value = parse(bytes, 0, bytes.length);
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        String shortest = format(value);
        return shortest.contains(".") || shortest.contains("e") ? shortest : shortest + ".0";
    }

    /** The shortest decimal form, with an exponent below 1e-4 and from 1e6. */
    private static String format(double value) {
        if (value == 0) {
            return Double.doubleToRawLongBits(value) < 0 ? "-0" : "0";
        }
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        String digits = exact.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - exact.scale();
        if (exponent >= -4 && exponent < 6) {
            return exact.toPlainString();
        }
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        int size = Math.abs(exponent);
        return (value < 0 ? "-" : "") + mantissa + "e" + (exponent < 0 ? "-" : "+") + (size < 10 ? "0" : "") + size;
    }
}
