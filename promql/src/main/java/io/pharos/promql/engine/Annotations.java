package io.pharos.promql.engine;

import io.pharos.promql.ast.Printer;
import io.pharos.promql.ast.Span;
import io.pharos.promql.parser.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Warnings and infos of one evaluation, each once, with the line and column of the node they are about. */
public final class Annotations {
    /** How many different texts of one kind are kept. */
    private static final int KEPT_MAX = 1000;

    private final String query;
    private final Set<String> warnings = new LinkedHashSet<>();
    private final Set<String> infos = new LinkedHashSet<>();
    private final Map<String, Monotonicity> monotonicity = new LinkedHashMap<>();

    /** No annotation yet, about this text. */
    public Annotations(String query) {
        this.query = query;
    }

    private void warn(Span at, String text) {
        add(warnings, "PromQL warning: " + text + place(at));
    }

    private void info(Span at, String text) {
        add(infos, "PromQL info: " + text + place(at));
    }

    private static void add(Set<String> texts, String text) {
        if (texts.size() < KEPT_MAX) {
            texts.add(text);
        }
    }

    private String place(Span at) {
        return " (" + Position.of(query, at.start()) + ")";
    }

    /** Takes over texts from another evaluation of the same query. */
    public void addAll(Collection<String> moreWarnings, Collection<String> moreInfos) {
        moreWarnings.forEach(text -> add(warnings, text));
        moreInfos.forEach(text -> add(infos, text));
    }

    /** A warning that is about no place in the query. */
    public void warning(String text) {
        add(warnings, text);
    }

    /** All warnings in the order they came. */
    public List<String> warnings() {
        return new ArrayList<>(warnings);
    }

    /** All infos in the order they came. */
    public List<String> infos() {
        List<String> all = new ArrayList<>(infos);
        monotonicity.values().forEach(one -> all.add(one.text()));
        return all;
    }

    void quantileOutside(double quantile, Span at) {
        warn(at, "quantile value should be between 0 and 1, got " + Printer.number(quantile));
    }

    void ratioCapped(double ratio, double capped, Span at) {
        warn(
                at,
                "ratio value should be between -1 and 1, got " + Printer.number(ratio) + ", capping to "
                        + Printer.number(capped));
    }

    void badBucketLabel(String metric, String label, Span at) {
        warn(at, "bucket label \"le\" is missing or has a malformed value of \"" + label + "\"" + forMetric(metric));
    }

    void sortInRange(Span at) {
        warn(at, "sort is ineffective for range queries since results are always ordered by labels");
    }

    void possiblyNoCounter(String metric, Span at) {
        info(at, "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"" + metric + "\"");
    }

    void possiblyNoCounterType(String metric, String type, Span at) {
        info(
                at,
                "metric might not be a counter, __type__ label is not set to \"counter\" or \"histogram\", got \""
                        + type + "\": \"" + metric + "\"");
    }

    void floatsAndHistograms(String metric, Span at) {
        warn(at, "encountered a mix of histograms and floats for metric name " + quoted(metric));
    }

    void floatsAndHistogramsAggregated(Span at) {
        warn(at, "encountered a mix of histograms and floats for aggregation");
    }

    void classicAndNative(String metric, Span at) {
        warn(at, "vector contains a mix of classic and native histograms" + forMetric(metric));
    }

    void noCounterHistogram(String metric, Span at) {
        warn(at, "this native histogram metric is not a counter: " + quoted(metric));
    }

    void noGaugeHistogram(String metric, Span at) {
        warn(at, "this native histogram metric is not a gauge: " + quoted(metric));
    }

    void exponentialAndCustom(String metric, Span at) {
        warn(
                at,
                "vector contains a mix of histograms with exponential and custom buckets schemas for metric name "
                        + quoted(metric));
    }

    void incompatibleBuckets(String operator, Span at) {
        warn(at, "incompatible bucket layout encountered for binary operator " + operator);
    }

    void conflictingResets(String operation, Span at) {
        warn(at, "conflicting counter resets during histogram " + operation);
    }

    void startTimesOverlap(String metric, Span at) {
        warn(at, "sample has start time that overlaps with previous sample timestamp for metric " + quoted(metric));
    }

    void histogramIgnoredInAggregation(String aggregation, Span at) {
        info(at, "ignored histogram in " + aggregation + " aggregation");
    }

    void histogramsIgnoredInRange(String metric, Span at) {
        info(
                at,
                "ignored histograms in a range containing both floats and histograms for metric name "
                        + quoted(metric));
    }

    void incompatibleTypes(String left, String operator, String right, Span at) {
        info(
                at,
                "incompatible sample types encountered for binary operator " + quoted(operator) + ": " + left + " "
                        + operator + " " + right);
    }

    void quantileOfNan(String metric, boolean result, Span at) {
        info(
                at,
                "input to histogram_quantile has NaN observations, result is " + (result ? "NaN" : "skewed higher")
                        + forMetric(metric));
    }

    void fractionOfNan(String metric, Span at) {
        info(
                at,
                "input to histogram_fraction has NaN observations, which are excluded from all fractions"
                        + forMetric(metric));
    }

    void boundsReconciled(String operation, Span at) {
        info(at, "mismatched custom buckets were reconciled during " + operation);
    }

    void fromRollUp(long resolutionMillis, long untilMillis, Span at) {
        info(
                at,
                "values before " + Instant.ofEpochMilli(untilMillis) + " come from the "
                        + Printer.duration(resolutionMillis) + " roll-up");
    }

    private static String quoted(String text) {
        return Printer.quote(text);
    }

    void forcedMonotonicity(String metric, Span at, double low, double high, double difference, long timeMillis) {
        String key = metric + '\0' + at.start();
        Monotonicity known = monotonicity.get(key);
        if (known == null) {
            if (monotonicity.size() >= KEPT_MAX) {
                return;
            }
            known = new Monotonicity(metric, place(at));
            monotonicity.put(key, known);
        }
        known.add(low, high, difference, timeMillis);
    }

    private static String forMetric(String metric) {
        return metric.isEmpty() ? "" : " for metric name \"" + metric + "\"";
    }

    /** What was forced up for one metric over all its steps. */
    private static final class Monotonicity {
        private final String metric;
        private final String place;
        private double low = Double.POSITIVE_INFINITY;
        private double high = Double.NEGATIVE_INFINITY;
        private double difference;
        private long samples;
        private long first = Long.MAX_VALUE;
        private long last = Long.MIN_VALUE;

        Monotonicity(String metric, String place) {
            this.metric = metric;
            this.place = place;
        }

        void add(double fromBound, double toBound, double by, long timeMillis) {
            low = Math.min(low, fromBound);
            high = Math.max(high, toBound);
            difference = Math.max(difference, by);
            samples++;
            first = Math.min(first, timeMillis);
            last = Math.max(last, timeMillis);
        }

        String text() {
            return "PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see"
                    + " https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
                    + forMetric(metric) + ", from buckets " + Printer.number(low) + " to "
                    + Printer.number(high) + ", with a max diff of "
                    + String.format(Locale.ROOT, "%.2g", difference) + ", over " + samples + " samples from "
                    + time(first) + " to " + time(last) + place;
        }

        private static @Nullable String time(long millis) {
            return Instant.ofEpochMilli(millis).toString();
        }
    }
}
