package io.pharos.alerting.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Values as Go prints them: {@code %v} and the verbs of {@code printf}. */
final class GoFormat {
    private static final int WIDTH_MAX = 1000;

    private GoFormat() {}

    /** A value as {@code %v}; the absence of one is the empty text, as Prometheus prints missing keys. */
    static String print(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Double number) {
            return general(number, -1);
        }
        if (value instanceof Map<?, ?> map) {
            StringBuilder text = new StringBuilder("map[");
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((key, element) -> sorted.put(print(key), element));
            sorted.forEach((key, element) -> text.append(text.length() == 4 ? "" : " ")
                    .append(key)
                    .append(':')
                    .append(print(element)));
            return text.append(']').toString();
        }
        if (value instanceof List<?> list) {
            StringBuilder text = new StringBuilder("[");
            list.forEach(element -> text.append(text.length() == 1 ? "" : " ").append(print(element)));
            return text.append(']').toString();
        }
        return value.toString();
    }

    /** {@code %g}: the shortest form that reads back (precision -1) or this many significant digits. */
    static String general(double value, int precision) {
        String special = special(value);
        if (special != null) {
            return special;
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        int digits = precision == 0 ? 1 : precision;
        BigDecimal decimal = precision < 0
                ? shortest(value)
                : new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        decimal = decimal.stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        int limit = precision < 0 ? 6 : digits;
        if (exponent < -4 || exponent >= limit) {
            return scientific(decimal, decimal.precision() - 1);
        }
        return decimal.toPlainString();
    }

    private static BigDecimal shortest(double value) {
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; digits < 17; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (rounded.doubleValue() == value) {
                return rounded;
            }
        }
        return exact.round(new MathContext(17, RoundingMode.HALF_EVEN));
    }

    /** {@code %f}. */
    static String fixed(double value, int precision) {
        String special = special(value);
        if (special != null) {
            return special;
        }
        String text = new BigDecimal(value)
                .setScale(precision < 0 ? 6 : precision, RoundingMode.HALF_EVEN)
                .toPlainString();
        return 1 / value < 0 && !text.startsWith("-") ? "-" + text : text;
    }

    /** {@code %e}. */
    static String exponent(double value, int precision) {
        String special = special(value);
        if (special != null) {
            return special;
        }
        int digits = precision < 0 ? 6 : precision;
        if (value == 0) {
            return (1 / value < 0 ? "-0" : "0") + (digits == 0 ? "" : "." + "0".repeat(digits)) + "e+00";
        }
        return scientific(new BigDecimal(value).round(new MathContext(digits + 1, RoundingMode.HALF_EVEN)), digits);
    }

    private static String scientific(BigDecimal decimal, int fraction) {
        int exponent = decimal.precision() - decimal.scale() - 1;
        StringBuilder digits = new StringBuilder(decimal.unscaledValue().abs().toString());
        while (digits.length() < fraction + 1) {
            digits.append('0');
        }
        String mantissa = digits.charAt(0) + (fraction == 0 ? "" : "." + digits.substring(1, fraction + 1));
        int size = Math.abs(exponent);
        return (decimal.signum() < 0 ? "-" : "")
                + mantissa
                + (exponent < 0 ? "e-" : "e+")
                + (size < 10 ? "0" : "")
                + size;
    }

    private static @Nullable String special(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        return Double.isInfinite(value) ? value > 0 ? "+Inf" : "-Inf" : null;
    }

    /** {@code printf}: flags {@code -+ 0#}, width, precision and the verbs v s q d f F g e x X o b t c T %. */
    static String printf(String format, List<@Nullable Object> arguments) {
        StringBuilder out = new StringBuilder();
        int next = 0;
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at++);
            if (c != '%') {
                out.append(c);
                continue;
            }
            int flagsFrom = at;
            while (at < format.length() && "-+ 0#".indexOf(format.charAt(at)) >= 0) {
                at++;
            }
            String flags = format.substring(flagsFrom, at);
            int[] read = {at};
            int width = number(format, read);
            int precision = -1;
            if (read[0] < format.length() && format.charAt(read[0]) == '.') {
                read[0]++;
                precision = Math.max(0, number(format, read));
            }
            at = read[0];
            if (at >= format.length()) {
                out.append("%!(NOVERB)");
                break;
            }
            char verb = format.charAt(at++);
            if (verb == '%') {
                out.append('%');
            } else if (next >= arguments.size()) {
                out.append("%!").append(verb).append("(MISSING)");
            } else {
                out.append(pad(verb(verb, flags, precision, arguments.get(next++)), flags, width));
            }
        }
        if (next < arguments.size()) {
            out.append("%!(EXTRA ");
            for (int i = next; i < arguments.size(); i++) {
                Object extra = arguments.get(i);
                out.append(i == next ? "" : ", ")
                        .append(type(extra))
                        .append('=')
                        .append(print(extra));
            }
            out.append(')');
        }
        return out.toString();
    }

    private static int number(String format, int[] at) {
        int value = -1;
        while (at[0] < format.length() && Character.isDigit(format.charAt(at[0]))) {
            value = Math.min(WIDTH_MAX, Math.max(0, value) * 10 + (format.charAt(at[0]++) - '0'));
        }
        return value;
    }

    private static String verb(char verb, String flags, int precision, @Nullable Object value) {
        String text = null;
        if (verb == 'v') {
            text = value == null ? "<nil>" : value instanceof Double d ? general(d, precision) : print(value);
        } else if (verb == 'T') {
            return type(value);
        } else if (value instanceof Double number) {
            text = switch (verb) {
                case 'f', 'F' -> fixed(number, precision);
                case 'g', 'G' -> general(number, precision);
                case 'e', 'E' -> exponent(number, precision);
                default -> null;
            };
        } else if (value instanceof Long number) {
            text = switch (verb) {
                case 'd' -> Long.toString(number);
                case 'x' -> Long.toString(number, 16);
                case 'X' -> Long.toString(number, 16).toUpperCase(java.util.Locale.ROOT);
                case 'o' -> Long.toString(number, 8);
                case 'b' -> Long.toString(number, 2);
                case 'c' -> Character.isValidCodePoint(number.intValue()) ? Character.toString(number.intValue()) : "?";
                default -> null;
            };
        } else if (value instanceof Boolean && verb == 't') {
            text = value.toString();
        } else if (value != null && !(value instanceof Boolean)) {
            String plain = print(value);
            text = switch (verb) {
                case 's' -> precision >= 0 && plain.length() > precision ? plain.substring(0, precision) : plain;
                case 'q' -> quote(plain);
                case 'x' -> java.util.HexFormat.of().formatHex(plain.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                default -> null;
            };
        }
        if (text == null) {
            return "%!" + verb + "(" + (value == null ? "<nil>" : type(value) + "=" + print(value)) + ")";
        }
        boolean number = value instanceof Double || value instanceof Long;
        if (number && flags.contains("+") && !text.startsWith("-") && !text.startsWith("+")) {
            return "+" + text;
        }
        return number && flags.contains(" ") && !text.startsWith("-") ? " " + text : text;
    }

    private static String pad(String text, String flags, int width) {
        int missing = width - text.codePointCount(0, text.length());
        if (missing <= 0) {
            return text;
        }
        if (flags.contains("-")) {
            return text + " ".repeat(missing);
        }
        if (!flags.contains("0")) {
            return " ".repeat(missing) + text;
        }
        boolean signed = text.startsWith("-") || text.startsWith("+");
        return signed ? text.charAt(0) + "0".repeat(missing) + text.substring(1) : "0".repeat(missing) + text;
    }

    /** A text between double quotes with Go's escapes. */
    static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.chars().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ') {
                        out.append(String.format("\\x%02x", c));
                    } else {
                        out.append((char) c);
                    }
                }
            }
        });
        return out.append('"').toString();
    }

    private static String type(@Nullable Object value) {
        if (value == null) {
            return "<nil>";
        }
        if (value instanceof Double) {
            return "float64";
        }
        if (value instanceof Long) {
            return "int";
        }
        if (value instanceof Boolean) {
            return "bool";
        }
        return value instanceof String ? "string" : value instanceof Map ? "map[string]string" : "interface {}";
    }
}
