package io.pharos.httpapi.query;

import com.fasterxml.jackson.core.JsonGenerator;
import io.pharos.httpapi.json.JsonBody;
import io.pharos.httpapi.json.PrometheusJson;
import io.pharos.promql.query.QueryStatistics;
import io.pharos.promql.query.QueryValue;
import io.pharos.promql.query.QueryValue.MatrixSeries;
import io.pharos.promql.query.QueryValue.VectorSample;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The data of a query's answer, one series or a thousand samples at a time. */
final class QueryJson implements JsonBody {
    private static final int SAMPLES_PER_PORTION = 1000;

    private final QueryValue value;
    private final @Nullable QueryStatistics statistics;
    private final PrometheusJson json = new PrometheusJson();
    private boolean begun;
    private int series;
    private int sample;

    QueryJson(QueryValue value, @Nullable QueryStatistics statistics) {
        this.value = value;
        this.statistics = statistics;
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
            out.writeArrayFieldStart("values");
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

    private boolean vector(JsonGenerator out, List<VectorSample> all) throws IOException {
        int until = Math.min(all.size(), series + SAMPLES_PER_PORTION / 10);
        for (; series < until; series++) {
            VectorSample current = all.get(series);
            out.writeStartObject();
            out.writeFieldName("metric");
            PrometheusJson.labels(out, current.labels());
            out.writeFieldName("value");
            json.sample(out, current.timestampMillis(), current.value());
            out.writeEndObject();
        }
        if (series < all.size()) {
            return true;
        }
        out.writeEndArray();
        return end(out);
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
            out.writeEndObject();
            out.writeEndObject();
        }
        out.writeEndObject();
        return false;
    }
}
