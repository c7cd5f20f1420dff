package io.pharos.promql.engine;

import io.pharos.promql.ast.Printer;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;

/** A histogram as a label value of count_values: count, sum and the buckets that have a count, from low to high. */
final class HistogramText {
    private HistogramText() {}

    static String of(Histogram histogram) {
        StringBuilder text = new StringBuilder("{count:")
                .append(Printer.number(histogram.count()))
                .append(", sum:")
                .append(Printer.number(histogram.sum()));
        HistogramBuckets negative = histogram.negative();
        for (int i = negative.size() - 1; i >= 0; i--) {
            int index = negative.index(i);
            bucket(text, '[', -histogram.upperBound(index), -histogram.lowerBound(index), ')', negative.count(i));
        }
        if (histogram.zeroCount() != 0) {
            bucket(text, '[', -histogram.zeroThreshold(), histogram.zeroThreshold(), ']', histogram.zeroCount());
        }
        HistogramBuckets positive = histogram.positive();
        for (int i = 0; i < positive.size(); i++) {
            int index = positive.index(i);
            boolean fromStart = histogram.lowerBound(index) == Double.NEGATIVE_INFINITY;
            bucket(
                    text,
                    fromStart ? '[' : '(',
                    histogram.lowerBound(index),
                    histogram.upperBound(index),
                    ']',
                    positive.count(i));
        }
        return text.append('}').toString();
    }

    private static void bucket(StringBuilder text, char open, double low, double high, char close, double count) {
        text.append(", ")
                .append(open)
                .append(Printer.number(low))
                .append(',')
                .append(Printer.number(high))
                .append(close)
                .append(':')
                .append(Printer.number(count));
    }
}
