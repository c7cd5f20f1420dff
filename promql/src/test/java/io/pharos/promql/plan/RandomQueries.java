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

    /** Functions over a range that are in Prometheus 2.42 too and whose meaning did not change. */
    private static final List<String> OLD_RANGE_FUNCTIONS = RANGE_FUNCTIONS.stream()
            .filter(name -> !name.equals("first_over_time") && !name.equals("mad_over_time"))
            .toList();

    /** Functions over a range whose values hardly ever coincide between series, so that their order is known. */
    private static final List<String> DISTINCT = List.of("avg_over_time", "sum_over_time", "max_over_time", "rate");

    private final Random random;
    private final boolean old;
    private final long atSeconds;
    private int subqueries;

    public RandomQueries(Random random) {
        this(random, false, 1200);
    }

    private RandomQueries(Random random, boolean old, long atSeconds) {
        this.random = random;
        this.old = old;
        this.atSeconds = atSeconds;
    }

    /**
     * Queries that Prometheus 2.42 answers as its third version does, over samples and times of which none lies on the edge of a
     * window: no function or aggregation that came later, no native histogram, no subquery inside another (its steps lie on edges), no
     * rate of a subquery (the first point may be far from the edge and small), no order among equal values, no {@code atan2} (it kept
     * names), no deviation of what may not be finite (that of one NaN was 0).
     *
     * @param atSeconds the time of {@code @}
     */
    public static RandomQueries ofPrometheus2(Random random, long atSeconds) {
        return new RandomQueries(random, true, atSeconds);
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
            case 1, 2, 3 -> overRange(d);
            case 4, 5, 6 -> aggregation(d);
            case 7 ->
                one(old ? List.of("topk", "bottomk") : List.of("topk", "bottomk", "limitk")) + grouping() + "("
                        + (1 + random.nextInt(4)) + ", " + (old ? distinct() : vector(d)) + ")";
            case 8 -> "quantile" + grouping() + "(0." + random.nextInt(10) + ", " + vector(d) + ")";
            case 9 -> "(" + vector(d) + " " + arithmetic() + " " + scalar(d) + ")";
            case 10 ->
                "(" + scalar(d) + " " + one(COMPARISONS) + (random.nextBoolean() ? " bool " : " ") + vector(d) + ")";
            case 11 -> "(" + vector(d) + " " + arithmetic() + " " + matching() + vector(d) + ")";
            case 12 ->
                "(" + vector(d) + " " + one(SETS) + " " + (random.nextBoolean() ? "on (a) " : "") + vector(d) + ")";
            case 13 -> one(MAPS) + "(" + vector(d) + ")";
            case 14 -> special(d);
            default -> "-(" + vector(d) + ")";
        };
    }

    private String arithmetic() {
        return one(old ? ARITHMETIC.subList(0, ARITHMETIC.indexOf("atan2")) : ARITHMETIC);
    }

    private String aggregation(int d) {
        String operator = one(AGGREGATES);
        boolean finite = old && operator.startsWith("std");
        return operator + grouping() + "(" + (finite ? distinct() : vector(d)) + ")";
    }

    private String overRange(int d) {
        String function = one(old ? OLD_RANGE_FUNCTIONS : RANGE_FUNCTIONS);
        String range = range(d);
        boolean counted = old && range.contains(":");
        return (counted && (function.equals("rate") || function.equals("increase")) ? "delta" : function) + "(" + range
                + ")";
    }

    private String distinct() {
        return one(DISTINCT) + "(m" + one(List.of("0", "2")) + "[" + (2 + random.nextInt(8)) + "m]" + time() + ")";
    }

    private String special(int d) {
        return switch (random.nextInt(old ? 8 : 15)) {
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
        if (random.nextInt(4) > 0 || old && subqueries > 0) {
            return selector() + "[" + (1 + random.nextInt(9)) + "m]" + time();
        }
        subqueries++;
        String inner = vector(depth);
        subqueries--;
        return "(" + inner + ")[" + (2 + random.nextInt(9)) + "m:" + one(List.of("", "1m", "45s")) + "]" + time();
    }

    private String selector() {
        return switch (random.nextInt(8)) {
            case 0 -> "m0{a=\"x\"}";
            case 1 -> "m1{b!=\"1\"}";
            case 2 -> "{__name__=~\"m0|m1\", c=~\"[0-4]\"}";
            case 3 -> old || random.nextBoolean() ? "h_bucket" : "n";
            case 4 -> "m2{c=\"no such\"}";
            default -> "m" + random.nextInt(3);
        };
    }

    private String time() {
        return switch (random.nextInt(9)) {
            case 0 -> " offset 3m";
            case 1 -> " @ " + atSeconds;
            case 2 -> " @ end()";
            default -> "";
        };
    }
}
