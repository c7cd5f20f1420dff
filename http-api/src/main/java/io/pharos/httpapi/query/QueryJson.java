package io.pharos.httpapi.query;

import com.fasterxml.jackson.core.JsonGenerator;
import io.pharos.httpapi.json.JsonBody;
import io.pharos.httpapi.json.PrometheusJson;
import io.pharos.promql.query.PlanNode;
import io.pharos.promql.query.QueryStatistics;
import io.pharos.promql.query.QueryValue;
import io.pharos.promql.query.QueryValue.MatrixSeries;
import io.pharos.promql.query.QueryValue.VectorSample;
import io.pharos.timeseries.histogram.Histogram;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The data of a query's answer, one series or a thousand samples at a time. */
final class QueryJson implements JsonBody {
    private static final int SAMPLES_PER_PORTION = 1000;

    private final QueryValue value;
    private final @Nullable QueryStatistics statistics;
    private final @Nullable PlanNode plan;
    private final PrometheusJson json = new PrometheusJson();
    private boolean begun;
    private int series;
    private int sample;
    private boolean inHistograms;

    QueryJson(QueryValue value, @Nullable QueryStatistics statistics, @Nullable PlanNode plan) {
        this.value = value;
        this.statistics = statistics;
        this.plan = plan;
    }

    @Override
    public boolean write(JsonGenerator out) throws IOException {
        if (value instanceof QueryValue.Matrix matrix) {
            begin(out, "matrix");
            return matrix(out, matrix.series());
        }
        if (value instanceof QueryValue.Vector vector) {
            begin(out, "vector");
            return vector(out, vector.samples());
        }
        if (value instanceof QueryValue.Scalar scalar) {
            begin(out, "scalar");
            json.sample(out, scalar.timestampMillis(), scalar.value());
        } else if (value instanceof QueryValue.Text text) {
            begin(out, "string");
            json.text(out, text.timestampMillis(), text.value());
        }
        return end(out);
    }

    private void begin(JsonGenerator out, String type) throws IOException {
        if (begun) {
            return;
        }
        begun = true;
        out.writeStartObject();
        out.writeStringField("resultType", type);
        out.writeFieldName("result");
        if (value instanceof QueryValue.Matrix || value instanceof QueryValue.Vector) {
            out.writeStartArray();
        }
    }

    private boolean matrix(JsonGenerator out, List<MatrixSeries> all) throws IOException {
        if (series == all.size()) {
            out.writeEndArray();
            return end(out);
        }
        MatrixSeries current = all.get(series);
        if (sample == 0) {
            out.writeStartObject();
            out.writeFieldName("metric");
            PrometheusJson.labels(out, current.labels());
            inHistograms = false;
            if (current.histograms() == null) {
                out.writeArrayFieldStart("values");
            }
        }
        if (current.histograms() != null) {
            return mixed(out, current);
        }
        int until = Math.min(current.values().length, sample + SAMPLES_PER_PORTION);
        for (; sample < until; sample++) {
            json.sample(out, current.timestampsMillis()[sample], current.values()[sample]);
        }
        if (sample == current.values().length) {
            out.writeEndArray();
            out.writeEndObject();
            series++;
            sample = 0;
        }
        return true;
    }

    /** A series with histograms: its numbers first where it has any, then its histograms. */
    private boolean mixed(JsonGenerator out, MatrixSeries current) throws IOException {
        int length = current.values().length;
        boolean wanted = false;
        for (int i = 0; i < length && !wanted; i++) {
            wanted = (current.histogram(i) != null) == inHistograms;
        }
        if (sample == 0 && wanted) {
            out.writeArrayFieldStart(inHistograms ? "histograms" : "values");
        }
        int until = wanted ? Math.min(length, sample + SAMPLES_PER_PORTION / 10) : length;
        for (; wanted && sample < until; sample++) {
            Histogram histogram = current.histogram(sample);
            long time = current.timestampsMillis()[sample];
            if (inHistograms && histogram != null) {
                HistogramJson.sample(out, json, time, histogram);
            } else if (!inHistograms && histogram == null) {
                json.sample(out, time, current.values()[sample]);
            }
        }
        if (until == length) {
            if (wanted) {
                out.writeEndArray();
            }
            if (inHistograms) {
                out.writeEndObject();
                series++;
                sample = 0;
                inHistograms = false;
            } else {
                inHistograms = true;
                sample = 0;
                return mixed(out, current);
            }
        }
        return true;
    }

    private boolean vector(JsonGenerator out, List<VectorSample> all) throws IOException {
        int until = Math.min(all.size(), series + SAMPLES_PER_PORTION / 10);
        for (; series < until; series++) {
            VectorSample current = all.get(series);
            out.writeStartObject();
            out.writeFieldName("metric");
            PrometheusJson.labels(out, current.labels());
            Histogram histogram = current.histogram();
            if (histogram == null) {
                out.writeFieldName("value");
                json.sample(out, current.timestampMillis(), current.value());
            } else {
                out.writeFieldName("histogram");
                HistogramJson.sample(out, json, current.timestampMillis(), histogram);
            }
            out.writeEndObject();
        }
        if (series < all.size()) {
            return true;
        }
        out.writeEndArray();
        return end(out);
    }

    private static void plan(JsonGenerator out, PlanNode node) throws IOException {
        out.writeStartObject();
        out.writeStringField("what", node.what());
        out.writeStringField("where", node.where());
        out.writeNumberField("series", node.series());
        out.writeNumberField("samples", node.samples());
        out.writeNumberField("chunks", node.chunks());
        out.writeNumberField("millis", node.millis());
        out.writeArrayFieldStart("children");
        for (PlanNode child : node.children()) {
            plan(out, child);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private boolean end(JsonGenerator out) throws IOException {
        if (statistics != null) {
            double seconds = statistics.nanos() / 1e9;
            out.writeObjectFieldStart("stats");
            out.writeObjectFieldStart("timings");
            out.writeNumberField("evalTotalTime", seconds);
            out.writeNumberField("execTotalTime", seconds);
            out.writeEndObject();
            out.writeObjectFieldStart("samples");
            out.writeNumberField("totalQueryableSamples", statistics.samples());
            out.writeNumberField("series", statistics.series());
            out.writeNumberField("chunks", statistics.chunks());
            out.writeEndObject();
            if (plan != null) {
                out.writeFieldName("plan");
                plan(out, plan);
            }
            out.writeEndObject();
        }
        out.writeEndObject();
        return false;
    }
}
