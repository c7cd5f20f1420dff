package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.Printer;
import io.pharos.promql.ast.Span;
import io.pharos.promql.function.Absent;
import io.pharos.promql.function.NativeHistograms;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * histogram_quantile, histogram_quantiles and histogram_fraction over classic buckets (series that differ only in the label
 * {@code le}) and native histograms, and what is asked of native ones alone.
 */
final class HistogramFunctions {
    private static final Set<String> LE = Set.of("le");

    private final Evaluation evaluation;
    private final Steps steps;
    private final Span inputSpan;

    private HistogramFunctions(Evaluation evaluation, Steps steps, Span inputSpan) {
        this.evaluation = evaluation;
        this.steps = steps;
        this.inputSpan = inputSpan;
    }

    private record Bucket(double bound, double[] counts) {}

    /** The classic buckets and the native histograms of one label set. */
    private static final class Histograms {
        final List<Bucket> buckets = new ArrayList<>();
        final List<SeriesBlock> natives = new ArrayList<>();
        final String metric;

        Histograms(String metric) {
            this.metric = metric;
        }
    }

    /** What is asked of a histogram at a step, of either kind. */
    private interface PerStep {
        double ofBuckets(Buckets buckets, int step);

        double ofNative(Histogram histogram, int step, String metric);
    }

    static List<SeriesBlock> quantiles(
            Evaluation evaluation, Expr.Call call, double[] quantiles, SeriesStream input, Steps steps) {
        HistogramFunctions functions = new HistogramFunctions(
                evaluation, steps, call.arguments().get(1).span());
        return functions.unique(functions.evaluate(
                functions.gather(input),
                functions.quantile(quantiles, call.arguments().get(0).span())));
    }

    /** A series for each quantile, told apart by a label. */
    static List<SeriesBlock> severalQuantiles(
            Evaluation evaluation,
            Expr.Call call,
            String label,
            List<double[]> quantiles,
            SeriesStream input,
            Steps steps) {
        HistogramFunctions functions = new HistogramFunctions(
                evaluation, steps, call.arguments().get(0).span());
        Map<Labels, Histograms> histograms = functions.gather(input);
        List<SeriesBlock> out = new ArrayList<>();
        for (int i = 0; i < quantiles.size(); i++) {
            Span span = call.arguments().get(i + 2).span();
            double[] quantile = quantiles.get(i);
            for (SeriesBlock block : functions.evaluate(histograms, functions.quantile(quantile, span))) {
                out.addAll(labelled(block, label, quantile));
            }
        }
        return functions.unique(out);
    }

    /** The series under the label of its quantile; where the quantile changes from step to step, one for each. */
    private static List<SeriesBlock> labelled(SeriesBlock block, String label, double[] quantile) {
        Map<String, SeriesBlock> byQuantile = new LinkedHashMap<>();
        for (int i = 0; i < quantile.length; i++) {
            if (block.has(i)) {
                byQuantile.computeIfAbsent(
                                        decimal(quantile[i]),
                                        text -> new SeriesBlock(
                                                block.labels().with(label, text),
                                                block.dropName(),
                                                SeriesBlock.absent(quantile.length)))
                                .values()[i] =
                        block.values()[i];
            }
        }
        return new ArrayList<>(byQuantile.values());
    }

    /** A number as OpenMetrics writes it: never a bare integer. */
    private static String decimal(double value) {
        String text = Printer.number(value);
        boolean bare = text.chars().allMatch(c -> c == '-' || c >= '0' && c <= '9');
        return bare ? text + ".0" : text;
    }

    static List<SeriesBlock> fractions(
            Evaluation evaluation, Expr.Call call, double[] lower, double[] upper, SeriesStream input, Steps steps) {
        Span span = call.arguments().get(2).span();
        HistogramFunctions functions = new HistogramFunctions(evaluation, steps, span);
        PerStep fraction = new PerStep() {
            @Override
            public double ofBuckets(Buckets buckets, int step) {
                return buckets.fraction(lower[step], upper[step]);
            }

            @Override
            public double ofNative(Histogram histogram, int step, String metric) {
                if (Double.isNaN(histogram.sum())) {
                    evaluation.annotations().fractionOfNan(metric, span);
                }
                return NativeHistograms.fraction(lower[step], upper[step], histogram);
            }
        };
        return functions.unique(functions.evaluate(functions.gather(input), fraction));
    }

    private PerStep quantile(double[] quantiles, Span quantileSpan) {
        for (double quantile : quantiles) {
            if (!(quantile >= 0 && quantile <= 1)) {
                evaluation.annotations().quantileOutside(quantile, quantileSpan);
            }
        }
        return new PerStep() {
            @Override
            public double ofBuckets(Buckets buckets, int step) {
                return buckets.quantile(quantiles[step]);
            }

            @Override
            public double ofNative(Histogram histogram, int step, String metric) {
                double value = NativeHistograms.quantile(quantiles[step], histogram);
                if (Double.isNaN(histogram.sum()) && histogram.count() != 0 && !Double.isNaN(quantiles[step])) {
                    evaluation.annotations().quantileOfNan(metric, Double.isNaN(value), inputSpan);
                }
                return value;
            }
        };
    }

    /** Count, sum and the like of each native histogram; numbers are left out. */
    static SeriesStream perHistogram(String function, SeriesStream input, Steps steps) {
        ToDoubleFunction<Histogram> operation = switch (function) {
            case "histogram_count" -> Histogram::count;
            case "histogram_sum" -> Histogram::sum;
            case "histogram_avg" -> histogram -> histogram.sum() / histogram.count();
            case "histogram_stddev" -> histogram -> Math.sqrt(NativeHistograms.variance(histogram));
            default -> NativeHistograms::variance;
        };
        return input.map(block -> {
            @Nullable Histogram[] histograms = block.histograms();
            if (histograms == null) {
                return null;
            }
            double[] values = SeriesBlock.absent(steps.count());
            for (int i = 0; i < values.length; i++) {
                Histogram histogram = histograms[i];
                if (histogram != null) {
                    values[i] = operation.applyAsDouble(histogram);
                }
            }
            SeriesBlock numbers = new SeriesBlock(block.labels(), block.dropName(), values);
            return numbers.isEmpty() ? null : numbers;
        });
    }

    private List<SeriesBlock> unique(List<SeriesBlock> blocks) {
        return evaluation.settings().delayedNameRemoval() ? blocks : SeriesMerge.merged(blocks);
    }

    private List<SeriesBlock> evaluate(Map<Labels, Histograms> histograms, PerStep function) {
        List<SeriesBlock> out = new ArrayList<>(histograms.size());
        boolean delayed = evaluation.settings().delayedNameRemoval();
        histograms.forEach((labels, one) -> {
            evaluation.check();
            double[] values = values(one, function);
            if (values != null) {
                out.add(new SeriesBlock(delayed ? labels : Names.without(labels), delayed, values));
            }
        });
        return out;
    }

    private Map<Labels, Histograms> gather(SeriesStream input) {
        Map<Labels, Histograms> histograms = new LinkedHashMap<>();
        try (input) {
            for (SeriesBlock block = input.next(); block != null; block = input.next()) {
                String metric = block.labels().metricName();
                Labels group = block.labels().drop(LE);
                if (block.histograms() != null) {
                    histograms
                            .computeIfAbsent(group, none -> new Histograms(metric))
                            .natives
                            .add(block);
                }
                if (block.withoutHistograms().isEmpty()) {
                    continue;
                }
                String le = block.labels().valueOf("le");
                double bound = bound(le);
                if (Double.isNaN(bound)) {
                    evaluation.annotations().badBucketLabel(metric, le, inputSpan);
                    continue;
                }
                histograms
                        .computeIfAbsent(group, none -> new Histograms(metric))
                        .buckets
                        .add(new Bucket(bound, block.values()));
            }
        }
        return histograms;
    }

    /** The bound a label says, or NaN. */
    private static double bound(String le) {
        String lower = le.toLowerCase(Locale.ROOT);
        switch (lower) {
            case "+inf", "inf", "+infinity", "infinity" -> {
                return Double.POSITIVE_INFINITY;
            }
            case "-inf", "-infinity" -> {
                return Double.NEGATIVE_INFINITY;
            }
            default -> {
                boolean javaOnly = lower.isEmpty()
                        || "fd".indexOf(lower.charAt(lower.length() - 1)) >= 0
                        || !lower.strip().equals(lower);
                if (javaOnly) {
                    return Double.NaN;
                }
                try {
                    return Double.parseDouble(lower);
                } catch (NumberFormatException notOne) {
                    return Double.NaN;
                }
            }
        }
    }

    private double @Nullable [] values(Histograms histograms, PerStep function) {
        histograms.buckets.sort((a, b) -> Double.compare(a.bound, b.bound));
        double[] out = SeriesBlock.absent(steps.count());
        Buckets buckets = new Buckets(histograms.buckets.size());
        boolean any = false;
        for (int step = 0; step < out.length; step++) {
            buckets.clear();
            boolean classic = false;
            for (Bucket bucket : histograms.buckets) {
                double count = bucket.counts[step];
                if (!Absent.is(count)) {
                    buckets.add(bucket.bound, count);
                    classic = true;
                }
            }
            Histogram found = found(histograms.natives, step);
            if (found != null) {
                if (classic) {
                    evaluation.annotations().classicAndNative(histograms.metric, inputSpan);
                } else {
                    any = true;
                    out[step] = function.ofNative(found, step, histograms.metric);
                }
            } else if (classic) {
                any = true;
                out[step] = function.ofBuckets(buckets, step);
                tellForced(buckets, histograms.metric, step);
            }
        }
        return any ? out : null;
    }

    private static @Nullable Histogram found(List<SeriesBlock> natives, int step) {
        Histogram found = null;
        for (SeriesBlock block : natives) {
            Histogram histogram = block.histogram(step);
            if (histogram != null && found != null) {
                throw SeriesMerge.sameLabels();
            }
            found = histogram == null ? found : histogram;
        }
        return found;
    }

    private void tellForced(Buckets buckets, String metric, int step) {
        if (buckets.isForced()) {
            evaluation
                    .annotations()
                    .forcedMonotonicity(
                            metric,
                            inputSpan,
                            buckets.forcedLow(),
                            buckets.forcedHigh(),
                            buckets.forcedDifference(),
                            steps.time(step));
        }
    }
}
