package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.Span;
import io.pharos.promql.function.Absent;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** histogram_quantile and histogram_fraction over classic buckets: series that differ only in the label {@code le}. */
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

    private static final class Histogram {
        final List<Bucket> buckets = new ArrayList<>();
        final String metric;

        Histogram(String metric) {
            this.metric = metric;
        }
    }

    static List<SeriesBlock> quantiles(
            Evaluation evaluation, Expr.Call call, double[] quantiles, SeriesStream input, Steps steps) {
        Span quantileSpan = call.arguments().get(0).span();
        for (double quantile : quantiles) {
            if (!(quantile >= 0 && quantile <= 1)) {
                evaluation.annotations().quantileOutside(quantile, quantileSpan);
            }
        }
        HistogramFunctions functions = new HistogramFunctions(
                evaluation, steps, call.arguments().get(1).span());
        return functions.evaluate(input, (buckets, step) -> buckets.quantile(quantiles[step]));
    }

    static List<SeriesBlock> fractions(
            Evaluation evaluation, Expr.Call call, double[] lower, double[] upper, SeriesStream input, Steps steps) {
        HistogramFunctions functions = new HistogramFunctions(
                evaluation, steps, call.arguments().get(2).span());
        return functions.evaluate(input, (buckets, step) -> buckets.fraction(lower[step], upper[step]));
    }

    private interface PerStep {
        double apply(Buckets buckets, int step);
    }

    private List<SeriesBlock> evaluate(SeriesStream input, PerStep function) {
        Map<Labels, Histogram> histograms = gather(input);
        List<SeriesBlock> out = new ArrayList<>(histograms.size());
        boolean delayed = evaluation.settings().delayedNameRemoval();
        histograms.forEach((labels, histogram) -> {
            evaluation.check();
            double[] values = values(histogram, function);
            if (values != null) {
                out.add(new SeriesBlock(delayed ? labels : Names.without(labels), delayed, values));
            }
        });
        return delayed ? out : SeriesMerge.merged(out);
    }

    private Map<Labels, Histogram> gather(SeriesStream input) {
        Map<Labels, Histogram> histograms = new LinkedHashMap<>();
        try (input) {
            for (SeriesBlock block = input.next(); block != null; block = input.next()) {
                String le = block.labels().valueOf("le");
                double bound = bound(le);
                if (Double.isNaN(bound)) {
                    evaluation.annotations().badBucketLabel(block.labels().metricName(), le, inputSpan);
                    continue;
                }
                String metric = block.labels().metricName();
                Histogram histogram =
                        histograms.computeIfAbsent(block.labels().drop(LE), none -> new Histogram(metric));
                histogram.buckets.add(new Bucket(bound, block.values()));
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

    private double @Nullable [] values(Histogram histogram, PerStep function) {
        histogram.buckets.sort((a, b) -> Double.compare(a.bound, b.bound));
        double[] out = SeriesBlock.absent(steps.count());
        Buckets buckets = new Buckets(histogram.buckets.size());
        boolean any = false;
        for (int step = 0; step < out.length; step++) {
            buckets.clear();
            boolean present = false;
            for (Bucket bucket : histogram.buckets) {
                double count = bucket.counts[step];
                if (!Absent.is(count)) {
                    buckets.add(bucket.bound, count);
                    present = true;
                }
            }
            if (!present) {
                continue;
            }
            any = true;
            out[step] = function.apply(buckets, step);
            if (buckets.isForced()) {
                evaluation
                        .annotations()
                        .forcedMonotonicity(
                                histogram.metric,
                                inputSpan,
                                buckets.forcedLow(),
                                buckets.forcedHigh(),
                                buckets.forcedDifference(),
                                steps.time(step));
            }
        }
        return any ? out : null;
    }
}
