package io.pharos.httpapi.query;

import com.fasterxml.jackson.core.JsonGenerator;
import io.pharos.httpapi.json.PrometheusJson;
import io.pharos.promql.ast.Printer;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import java.io.IOException;

/** Histograms as Prometheus' API writes them: count, sum, and the buckets with a count from the lowest to the highest. */
final class HistogramJson {
    private static final int OPEN_LEFT = 0;
    private static final int OPEN_RIGHT = 1;
    private static final int CLOSED = 3;

    private HistogramJson() {}

    /** {@code [1700000000.123,{"count":"3",...}]}. */
    static void sample(JsonGenerator out, PrometheusJson json, long timestampMillis, Histogram histogram)
            throws IOException {
        out.writeStartArray();
        json.timestamp(out, timestampMillis);
        out.writeStartObject();
        out.writeStringField("count", Printer.number(histogram.count()));
        out.writeStringField("sum", Printer.number(histogram.sum()));
        HistogramBuckets negative = histogram.negative();
        HistogramBuckets positive = histogram.positive();
        if (negative.size() + positive.size() > 0 || histogram.zeroCount() != 0) {
            out.writeArrayFieldStart("buckets");
            for (int i = negative.size() - 1; i >= 0; i--) {
                int index = negative.index(i);
                bucket(out, OPEN_RIGHT, -histogram.upperBound(index), -histogram.lowerBound(index), negative.count(i));
            }
            if (histogram.zeroCount() != 0) {
                bucket(out, CLOSED, -histogram.zeroThreshold(), histogram.zeroThreshold(), histogram.zeroCount());
            }
            for (int i = 0; i < positive.size(); i++) {
                int index = positive.index(i);
                double lower = histogram.lowerBound(index);
                // Nothing lies below the first custom bucket: it is closed there.
                int rule = lower == Double.NEGATIVE_INFINITY ? CLOSED : OPEN_LEFT;
                bucket(out, rule, lower, histogram.upperBound(index), positive.count(i));
            }
            out.writeEndArray();
        }
        out.writeEndObject();
        out.writeEndArray();
    }

    private static void bucket(JsonGenerator out, int rule, double lower, double upper, double count)
            throws IOException {
        out.writeStartArray();
        out.writeNumber(rule);
        out.writeString(Printer.number(lower));
        out.writeString(Printer.number(upper));
        out.writeString(Printer.number(count));
        out.writeEndArray();
    }
}
