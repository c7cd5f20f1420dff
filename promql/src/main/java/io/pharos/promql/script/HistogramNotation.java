package io.pharos.promql.script;

import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes histograms as scripts have them: {@code {{schema:0 sum:5 count:4 buckets:[1 2 1]}}}. */
final class HistogramNotation {
    private static final Pattern ENTRY = Pattern.compile("([a-z_]+)\\s*:\\s*(\\[[^]]*]|[^\\s\\[\\]]+)\\s*");

    private int schema;
    private double sum;
    private double count;
    private double zeroCount;
    private double zeroWidth;
    private int offset;
    private int negativeOffset;
    private double[] buckets = {};
    private double[] negative = {};
    private double[] bounds = {};
    private CounterResetHint hint = CounterResetHint.UNKNOWN;

    private HistogramNotation() {}

    /**
     * Reads what is between the double braces.
     *
     * @throws IllegalArgumentException when a key or value is unknown
     */
    static Histogram parse(String inside) {
        HistogramNotation notation = new HistogramNotation();
        Matcher matcher = ENTRY.matcher(inside);
        int at = inside.length() - inside.stripLeading().length();
        while (at < inside.length()) {
            if (!matcher.find(at) || matcher.start() != at) {
                throw new IllegalArgumentException("no histogram: {{" + inside + "}}");
            }
            notation.set(matcher.group(1), matcher.group(2));
            at = matcher.end();
        }
        return notation.histogram();
    }

    private void set(String key, String value) {
        switch (key) {
            case "schema" -> schema = Integer.parseInt(value);
            case "sum" -> sum = SeriesLine.number(value);
            case "count" -> count = SeriesLine.number(value);
            case "z_bucket" -> zeroCount = SeriesLine.number(value);
            case "z_bucket_w" -> zeroWidth = SeriesLine.number(value);
            case "offset" -> offset = Integer.parseInt(value);
            case "n_offset" -> negativeOffset = Integer.parseInt(value);
            case "buckets" -> buckets = numbers(value);
            case "n_buckets" -> negative = numbers(value);
            case "custom_values" -> bounds = numbers(value);
            case "counter_reset_hint" -> hint = CounterResetHint.valueOf(value.toUpperCase(Locale.ROOT));
            default -> throw new IllegalArgumentException("unknown key of a histogram: " + key);
        }
    }

    private static double[] numbers(String list) {
        String inside = list.substring(1, list.length() - 1).strip();
        if (inside.isEmpty()) {
            return new double[0];
        }
        String[] words = inside.split("\\s+", -1);
        double[] numbers = new double[words.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = SeriesLine.number(words[i]);
        }
        return numbers;
    }

    private Histogram histogram() {
        HistogramBuckets positive = HistogramBuckets.from(offset, buckets);
        Histogram histogram = schema == Histogram.CUSTOM_SCHEMA
                ? Histogram.custom(bounds, count, sum, positive)
                : Histogram.exponential(
                        schema,
                        zeroWidth,
                        zeroCount,
                        count,
                        sum,
                        positive,
                        HistogramBuckets.from(negativeOffset, negative));
        return histogram.withHint(hint);
    }

    /** The text of a histogram. */
    static String text(Histogram histogram) {
        StringBuilder out = new StringBuilder("{{schema:").append(histogram.schema());
        out.append(" count:").append(histogram.count()).append(" sum:").append(histogram.sum());
        if (histogram.zeroCount() != 0 || histogram.zeroThreshold() != 0) {
            out.append(" z_bucket:").append(histogram.zeroCount());
            out.append(" z_bucket_w:").append(histogram.zeroThreshold());
        }
        if (histogram.isCustom()) {
            out.append(" custom_values:[");
            for (int i = 0; i < histogram.customBounds().length; i++) {
                out.append(i == 0 ? "" : " ").append(histogram.customBounds()[i]);
            }
            out.append(']');
        }
        buckets(out, "offset", "buckets", histogram.positive());
        buckets(out, "n_offset", "n_buckets", histogram.negative());
        if (histogram.hint() != CounterResetHint.UNKNOWN) {
            out.append(" counter_reset_hint:").append(histogram.hint().text());
        }
        return out.append("}}").toString();
    }

    private static void buckets(StringBuilder out, String offset, String name, HistogramBuckets buckets) {
        if (buckets.size() == 0) {
            return;
        }
        int first = buckets.index(0);
        if (first != 0) {
            out.append(' ').append(offset).append(':').append(first);
        }
        out.append(' ').append(name).append(":[");
        for (int index = first; index <= buckets.index(buckets.size() - 1); index++) {
            out.append(index == first ? "" : " ").append(buckets.countOf(index));
        }
        out.append(']');
    }
}
