package io.pharos.benchmarks.queries;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A query of the comparison.
 *
 * @param series how many series it selects
 * @param expression PromQL, in a form all three take
 * @param steps 1 for an instant query, else the number of steps
 * @param stepSeconds between two of them
 */
record ComparedQuery(int series, String expression, int steps, int stepSeconds) {
    /** What is asked, few series first. */
    static List<ComparedQuery> all() {
        return List.of(
                instant(1, "mid_load{host=\"h17\"}"),
                instant(1, "rate(big_total{host=\"h17\",slot=\"s3\"}[5m])"),
                instant(1, "max_over_time(mid_load{host=\"h17\"}[1h])"),
                range(1, "rate(big_total{host=\"h17\",slot=\"s3\"}[5m])", 60, 60),
                range(1, "rate(big_total{host=\"h17\",slot=\"s3\"}[5m])", 240, 90),
                range(1, "mid_load{host=\"h17\"}", 1440, 15),
                instant(1_000, "mid_load"),
                instant(1_000, "sum by (zone) (mid_load)"),
                instant(1_000, "sum(mid_load{host=~\"h[0-9]*7\"})"),
                instant(1_000, "sum by (zone) (rate(big_total{zone=\"z3\"}[5m]))"),
                instant(1_000, "topk(10, mid_load)"),
                instant(1_000, "quantile by (zone) (0.9, mid_load)"),
                instant(1_000, "histogram_quantile(0.9, rate(mid_seconds_bucket[5m]))"),
                instant(1_000, "max_over_time(mid_load[1h])"),
                instant(2_000, "mid_load / mid_limit"),
                instant(1_000, "max_over_time(sum by (zone) (rate(big_total{zone=\"z3\"}[5m]))[1h:1m])"),
                range(1_000, "sum by (zone) (rate(big_total{zone=\"z3\"}[5m]))", 60, 60),
                range(1_000, "sum by (zone) (rate(big_total{zone=\"z3\"}[5m]))", 240, 90),
                range(1_000, "sum by (zone) (rate(big_total{zone=\"z3\"}[5m]))", 1440, 15),
                range(1_000, "histogram_quantile(0.9, sum by (le) (rate(mid_seconds_bucket[5m])))", 240, 90),
                range(1_000, "mid_load", 60, 60),
                range(1_000, "mid_load", 1440, 15),
                range(2_000, "mid_load / mid_limit", 240, 90),
                instant(10_000, "big_total"),
                instant(10_000, "sum by (zone) (big_total)"),
                instant(10_000, "count(big_total{host=~\"h[0-9]*7\"})"),
                instant(10_000, "sum by (zone) (rate(big_total[5m]))"),
                instant(10_000, "topk(10, rate(big_total[5m]))"),
                instant(10_000, "quantile by (zone) (0.9, rate(big_total[5m]))"),
                instant(10_000, "max by (zone) (max_over_time(big_total[1h]))"),
                range(10_000, "sum by (zone) (rate(big_total[5m]))", 60, 60),
                range(10_000, "sum by (zone) (rate(big_total[5m]))", 240, 90),
                range(10_000, "sum by (zone) (big_total)", 1440, 15),
                range(10_000, "sum by (zone) (rate(big_total[5m]))", 1440, 15));
    }

    private static ComparedQuery instant(int series, String expression) {
        return new ComparedQuery(series, expression, 1, 0);
    }

    private static ComparedQuery range(int series, String expression, int steps, int stepSeconds) {
        return new ComparedQuery(series, expression, steps, stepSeconds);
    }

    /** The path and parameters of the request that ends at a time. */
    String target(long endMillis) {
        String end = seconds(endMillis);
        String query = "query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8);
        // Only VictoriaMetrics knows nocache: without it the second asking would read the first one's answer.
        if (steps == 1) {
            return "/api/v1/query?nocache=1&" + query + "&time=" + end;
        }
        String start = seconds(endMillis - (steps - 1) * 1000L * stepSeconds);
        return "/api/v1/query_range?nocache=1&" + query + "&start=" + start + "&end=" + end + "&step=" + stepSeconds;
    }

    private static String seconds(long millis) {
        return millis / 1000 + "." + String.format("%03d", millis % 1000);
    }

    /** How the table names it. */
    String name() {
        return "`" + expression.replace("|", "\\|") + "`" + (steps == 1 ? "" : ", " + steps + " steps");
    }
}
