package io.pharos.promql.plan;

import java.util.List;
import java.util.Random;

/** Random queries that parse, over metrics m0 to m2 and the histograms h_bucket (classic) and n (native). */
public final class RandomQueries {
    private static final List<String> RANGE_FUNCTIONS = List.of(
            "rate",
            "increase",
            "delta",
            "irate",
            "idelta",
            "resets",
            "changes",
            "deriv",
            "avg_over_time",
            "sum_over_time",
            "min_over_time",
            "max_over_time",
            "count_over_time",
            "last_over_time",
            "stddev_over_time",
            "stdvar_over_time",
            "present_over_time",
            "first_over_time",
            "mad_over_time");
    private static final List<String> AGGREGATES =
            List.of("sum", "avg", "min", "max", "count", "group", "stddev", "stdvar");
    private static final List<String> ARITHMETIC = List.of("+", "-", "*", "/", "%", "^", "atan2");
    private static final List<String> COMPARISONS = List.of("==", "!=", "<", ">", "<=", ">=");
    private static final List<String> SETS = List.of("and", "or", "unless");
    private static final List<String> MAPS = List.of("abs", "ceil", "floor", "sqrt", "sgn", "exp", "cos", "hour");

    private static final List<String> HISTOGRAMS =
            List.of("n", "rate(n[5m])", "increase(n[7m])", "sum_over_time(n[3m])", "n * 2", "n >/ 1", "-n");

    private final Random random;

    public RandomQueries(Random random) {
        this.random = random;
    }

    private <T> T one(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** An instant vector expression nesting at most so deep. */
    public String vector(int depth) {
        if (depth <= 0) {
            return selector() + time();
        }
        int d = depth - 1;
        return switch (random.nextInt(16)) {
            case 0 -> selector() + time();
            case 1, 2, 3 -> one(RANGE_FUNCTIONS) + "(" + range(d) + ")";
            case 4, 5, 6 -> one(AGGREGATES) + grouping() + "(" + vector(d) + ")";
            case 7 ->
                one(List.of("topk", "bottomk", "limitk")) + grouping() + "(" + (1 + random.nextInt(4)) + ", "
                        + vector(d) + ")";
            case 8 -> "quantile" + grouping() + "(0." + random.nextInt(10) + ", " + vector(d) + ")";
            case 9 -> "(" + vector(d) + " " + one(ARITHMETIC) + " " + scalar(d) + ")";
            case 10 ->
                "(" + scalar(d) + " " + one(COMPARISONS) + (random.nextBoolean() ? " bool " : " ") + vector(d) + ")";
            case 11 -> "(" + vector(d) + " " + one(ARITHMETIC) + " " + matching() + vector(d) + ")";
            case 12 ->
                "(" + vector(d) + " " + one(SETS) + " " + (random.nextBoolean() ? "on (a) " : "") + vector(d) + ")";
            case 13 -> one(MAPS) + "(" + vector(d) + ")";
            case 14 -> special(d);
            default -> "-(" + vector(d) + ")";
        };
    }

    private String special(int d) {
        return switch (random.nextInt(15)) {
            case 8 -> "histogram_quantile(0.9, sum" + grouping() + "(rate(n[5m])))";
            case 9 -> one(List.of("sum", "avg")) + grouping() + "(" + one(HISTOGRAMS) + ")";
            case 10 -> "histogram_" + one(List.of("count", "sum", "avg", "stddev")) + "(" + one(HISTOGRAMS) + ")";
            case 11 -> "histogram_fraction(0, 2, " + one(HISTOGRAMS) + ")";
            case 12 -> "info(up" + one(List.of("", ", {a=~\"x|y\"}")) + ")";
            case 13 -> one(List.of("rate", "increase", "delta")) + "(" + selector() + "[4m] smoothed)";
            case 14 -> one(List.of("changes", "resets", "increase")) + "(" + selector() + "[4m] anchored)";
            case 0 -> "histogram_quantile(0." + random.nextInt(10) + ", rate(h_bucket[5m]))";
            case 1 -> "histogram_quantile(0.9, sum by (le, a) (rate(h_bucket[5m])))";
            case 2 -> "absent(" + vector(d) + ")";
            case 3 -> "absent_over_time(" + range(d) + ")";
            case 4 -> "label_replace(" + vector(d) + ", \"b\", \"$1\", \"a\", \"(.).*\")";
            case 5 -> "clamp(" + vector(d) + ", -10, " + scalar(d) + ")";
            case 6 -> "timestamp(" + vector(d) + ")";
            case 7 -> "count_values" + grouping() + "(\"v\", round(" + vector(d) + "))";
            default -> "quantile_over_time(" + scalar(d) + ", " + range(d) + ")";
        };
    }

    private String matching() {
        return switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> "on (a, b) ";
            case 2 -> "ignoring (c) ";
            default -> "on (a) group_left () ";
        };
    }

    private String grouping() {
        return switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> " by (a) ";
            case 2 -> " by (a, b) ";
            default -> " without (a) ";
        };
    }

    private String scalar(int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 5)) {
            case 0 -> "time()";
            case 1 -> "(2 * 0.25)";
            case 2, 3 -> Integer.toString(random.nextInt(20));
            case 4 -> "0.5";
            default -> "scalar(" + vector(depth - 1) + ")";
        };
    }

    private String range(int depth) {
        if (random.nextInt(4) > 0) {
            return selector() + "[" + (1 + random.nextInt(9)) + "m]" + time();
        }
        return "(" + vector(depth) + ")[" + (2 + random.nextInt(9)) + "m:" + one(List.of("", "1m", "45s")) + "]"
                + time();
    }

    private String selector() {
        return switch (random.nextInt(8)) {
            case 0 -> "m0{a=\"x\"}";
            case 1 -> "m1{b!=\"1\"}";
            case 2 -> "{__name__=~\"m0|m1\", c=~\"[0-4]\"}";
            case 3 -> random.nextBoolean() ? "h_bucket" : "n";
            case 4 -> "m2{c=\"no such\"}";
            default -> "m" + random.nextInt(3);
        };
    }

    private String time() {
        return switch (random.nextInt(9)) {
            case 0 -> " offset 3m";
            case 1 -> " @ 1200";
            case 2 -> " @ end()";
            default -> "";
        };
    }
}
