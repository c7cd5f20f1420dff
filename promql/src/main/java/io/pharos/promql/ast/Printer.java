package io.pharos.promql.ast;

import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;

/** Writes expressions as canonical PromQL, and values and strings as PromQL writes them. */
public final class Printer {
    private Printer() {}

    static String print(Expr expr) {
        StringBuilder out = new StringBuilder();
        print(expr, out);
        return out.toString();
    }

    private static void print(Expr expr, StringBuilder out) {
        if (expr instanceof Expr.NumberLiteral number) {
            out.append(number(number.value()));
        } else if (expr instanceof Expr.StringLiteral text) {
            out.append(quote(text.value()));
        } else if (expr instanceof Expr.Paren paren) {
            out.append('(');
            print(paren.inner(), out);
            out.append(')');
        } else if (expr instanceof Expr.Unary unary) {
            out.append(unary.negative() ? '-' : '+');
            print(unary.operand(), out);
        } else if (expr instanceof Expr.Binary binary) {
            binary(binary, out);
        } else if (expr instanceof Expr.Call call) {
            out.append(call.function());
            arguments(call.arguments(), out);
        } else if (expr instanceof Expr.Aggregation aggregation) {
            aggregation(aggregation, out);
        } else if (expr instanceof Expr.VectorSelector selector) {
            series(selector, out);
            extension(selector, out);
            out.append(selector.time().text());
        } else if (expr instanceof Expr.MatrixSelector matrix) {
            series(matrix.selector(), out);
            out.append('[').append(matrix.range().text()).append(']');
            extension(matrix.selector(), out);
            out.append(matrix.selector().time().text());
        } else if (expr instanceof Expr.Subquery subquery) {
            print(subquery.inner(), out);
            out.append(suffix(subquery));
        } else {
            out.append(expr);
        }
    }

    /** What follows the inner expression of a subquery. */
    static String suffix(Expr.Subquery subquery) {
        String step = subquery.step() == null ? "" : subquery.step().text();
        return "[" + subquery.range().text() + ":" + step + "]"
                + subquery.time().text();
    }

    /** An operator with its modifiers. */
    static String operator(Expr.Binary binary) {
        StringBuilder out = new StringBuilder();
        operator(binary, out);
        return out.toString();
    }

    /** An aggregation's name and grouping, up to the parenthesis. */
    static String head(Expr.Aggregation aggregation) {
        StringBuilder out = new StringBuilder();
        head(aggregation, out);
        return out.toString();
    }

    private static void binary(Expr.Binary binary, StringBuilder out) {
        print(binary.left(), out);
        out.append(' ');
        operator(binary, out);
        out.append(' ');
        print(binary.right(), out);
    }

    private static void operator(Expr.Binary binary, StringBuilder out) {
        out.append(binary.operator().symbol());
        if (binary.returnBool()) {
            out.append(" bool");
        }
        VectorMatching matching = binary.matching();
        if (matching.on() || !matching.labels().isEmpty()) {
            out.append(matching.on() ? " on " : " ignoring ");
            names(matching.labels(), out);
        }
        if (matching.cardinality() == VectorMatching.Cardinality.MANY_TO_ONE) {
            out.append(" group_left ");
            names(matching.include(), out);
        } else if (matching.cardinality() == VectorMatching.Cardinality.ONE_TO_MANY) {
            out.append(" group_right ");
            names(matching.include(), out);
        }
        if (matching.fillLeft() != null) {
            out.append(" fill_left (").append(number(matching.fillLeft())).append(')');
        }
        if (matching.fillRight() != null) {
            out.append(" fill_right (").append(number(matching.fillRight())).append(')');
        }
    }

    private static void aggregation(Expr.Aggregation aggregation, StringBuilder out) {
        head(aggregation, out);
        arguments(aggregation.children(), out);
    }

    private static void head(Expr.Aggregation aggregation, StringBuilder out) {
        out.append(aggregation.operator().symbol());
        if (aggregation.without() || !aggregation.labels().isEmpty()) {
            out.append(aggregation.without() ? " without " : " by ");
            names(aggregation.labels(), out);
            out.append(' ');
        }
    }

    private static void arguments(List<Expr> arguments, StringBuilder out) {
        out.append('(');
        for (int i = 0; i < arguments.size(); i++) {
            if (i > 0) {
                out.append(", ");
            }
            print(arguments.get(i), out);
        }
        out.append(')');
    }

    private static void names(List<String> names, StringBuilder out) {
        out.append('(');
        for (int i = 0; i < names.size(); i++) {
            out.append(i == 0 ? "" : ", ").append(labelName(names.get(i)));
        }
        out.append(')');
    }

    private static void series(Expr.VectorSelector selector, StringBuilder out) {
        String name = selector.name();
        boolean plain = name != null && isMetricName(name);
        if (name != null && plain) {
            out.append(name);
        }
        String separator = "";
        StringBuilder braces = new StringBuilder();
        if (name != null && !plain) {
            braces.append(quote(name));
            separator = ", ";
        }
        for (LabelMatcher matcher : selector.matchers()) {
            if (name != null
                    && matcher.name().equals(Labels.METRIC_NAME)
                    && matcher.type() == LabelMatcher.Type.EQUAL
                    && matcher.value().equals(name)) {
                continue;
            }
            braces.append(separator)
                    .append(labelName(matcher.name()))
                    .append(matcher.type().symbol())
                    .append(quote(matcher.value()));
            separator = ", ";
        }
        if (braces.length() > 0 || !plain) {
            out.append('{').append(braces).append('}');
        }
    }

    private static void extension(Expr.VectorSelector selector, StringBuilder out) {
        switch (selector.extension()) {
            case ANCHORED -> out.append(" anchored");
            case SMOOTHED -> out.append(" smoothed");
            case NONE -> {}
        }
    }

    /** A label's name as a list or matcher writes it: quoted where it is not a plain name. */
    public static String labelName(String name) {
        return isLabelName(name) ? name : quote(name);
    }

    /** Whether a name needs no quotes before braces. */
    public static boolean isMetricName(String name) {
        // Words of numbers would be read as numbers.
        return plain(name, true) && !name.equalsIgnoreCase("inf") && !name.equalsIgnoreCase("nan");
    }

    private static boolean isLabelName(String name) {
        return plain(name, false);
    }

    private static boolean plain(String name, boolean colons) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || colons && c == ':';
            if (!letter && (i == 0 || c < '0' || c > '9')) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** A string in double quotes. */
    public static String quote(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20 || c == 0x7f) {
                        out.append(String.format("\\x%02x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    /**
     * A value as Prometheus' API writes it: the shortest decimals that read back, in fixed notation except below 1e-6 and from
     * 1e21 on.
     */
    public static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        double size = Math.abs(value);
        if (size >= 1 && size < 1e15 && value == (long) value) {
            return Long.toString((long) value);
        }
        BigDecimal decimal = shortest(value);
        if (size >= 1e-6 && size < 1e21) {
            return decimal.toPlainString();
        }
        String digits = decimal.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - decimal.scale();
        StringBuilder out = new StringBuilder(value < 0 ? "-" : "").append(digits.charAt(0));
        if (digits.length() > 1) {
            out.append('.').append(digits, 1, digits.length());
        }
        out.append('e').append(exponent < 0 ? '-' : '+');
        int absolute = Math.abs(exponent);
        return out.append(absolute < 10 ? "0" : "").append(absolute).toString();
    }

    /** A value in decimals without exponent, however large or small. */
    public static String plainNumber(double value) {
        return Double.isNaN(value) || Double.isInfinite(value) || value == 0
                ? number(value)
                : shortest(value).toPlainString();
    }

    private static BigDecimal shortest(double value) {
        // Before JDK 19 Double.toString sometimes writes one digit too many: try one less.
        BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        while (decimal.precision() > 1) {
            BigDecimal shorter = decimal.round(new MathContext(decimal.precision() - 1, RoundingMode.HALF_EVEN));
            if (shorter.doubleValue() != value) {
                break;
            }
            decimal = shorter.stripTrailingZeros();
        }
        return decimal;
    }

    /** A time in milliseconds as seconds with three decimals. */
    static String seconds(long millis) {
        return BigDecimal.valueOf(millis, 3).toPlainString();
    }

    private static final long[] UNIT_MILLIS = {
        365L * 86_400_000, 7L * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000, 1
    };
    private static final String[] UNITS = {"y", "w", "d", "h", "m", "s", "ms"};

    /** A duration such as {@code 1h30m}; the largest units that divide it. */
    public static String duration(long millis) {
        if (millis == 0) {
            return "0s";
        }
        StringBuilder out = new StringBuilder(millis < 0 ? "-" : "");
        long rest = Math.abs(millis);
        for (int i = 0; i < UNITS.length; i++) {
            boolean exactOnly = i < 3; // years, weeks and days only where nothing remains
            if (rest >= UNIT_MILLIS[i] && (!exactOnly || rest % UNIT_MILLIS[i] == 0)) {
                out.append(rest / UNIT_MILLIS[i]).append(UNITS[i]);
                rest %= UNIT_MILLIS[i];
            }
        }
        return out.toString();
    }
}
