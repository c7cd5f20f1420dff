package io.pharos.httpapi.query;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pharos.httpapi.json.JsonBody;
import io.pharos.httpapi.json.PrometheusJson;
import io.pharos.httpapi.query.QueryEndpoints.QueryDefaults;
import io.pharos.httpapi.server.Answers;
import io.pharos.httpapi.server.ApiException;
import io.pharos.httpapi.server.Call;
import io.pharos.httpapi.server.Parameters;
import io.pharos.httpapi.server.Route;
import io.pharos.httpapi.server.Times;
import io.pharos.promql.query.ExemplarQueries;
import io.pharos.timeseries.sample.Exemplar;
import io.pharos.timeseries.sample.SeriesExemplars;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The exemplars of the series that a query is about. */
public final class ExemplarEndpoint {
    private final ExemplarQueries queries;
    private final QueryDefaults defaults;
    private final Executor executor;

    /** @param executor where answers are written */
    public ExemplarEndpoint(ExemplarQueries queries, QueryDefaults defaults, Executor executor) {
        this.queries = queries;
        this.defaults = defaults;
        this.executor = executor;
    }

    /** Where it stands. */
    public Route route() {
        return Route.getOrPost("/api/v1/query_exemplars", this::exemplars);
    }

    private CompletionStage<HttpResponse> exemplars(Call call) {
        Parameters parameters = call.parameters();
        // Grafana's probe of a data source names milliseconds: a time far ahead, of which there is nothing.
        long start = Times.time(parameters, "start", Times.MIN_MILLIS);
        long end = Times.time(parameters, "end", Times.MAX_MILLIS);
        if (end < start) {
            throw ApiException.badParameter("end", "end timestamp must not be before start time");
        }
        return queries.exemplars(parameters.first("query"), start, end, defaults.options(call))
                .exceptionally(QueryEndpoints.named("query"))
                .thenApplyAsync(
                        found -> Answers.success(call, new ListBody(found.values()), found.warnings(), List.of()),
                        executor);
    }

    /** A series at a time. */
    private static final class ListBody implements JsonBody {
        private final List<SeriesExemplars> all;
        private final PrometheusJson json = new PrometheusJson();
        private int at;

        ListBody(List<SeriesExemplars> all) {
            this.all = all;
        }

        @Override
        public boolean write(JsonGenerator out) throws IOException {
            if (at == 0) {
                out.writeStartArray();
            }
            if (at < all.size()) {
                series(out, all.get(at++));
            }
            if (at < all.size()) {
                return true;
            }
            out.writeEndArray();
            return false;
        }

        private void series(JsonGenerator out, SeriesExemplars series) throws IOException {
            out.writeStartObject();
            out.writeFieldName("seriesLabels");
            PrometheusJson.labels(out, series.series());
            out.writeArrayFieldStart("exemplars");
            for (Exemplar exemplar : series.exemplars()) {
                out.writeStartObject();
                out.writeFieldName("labels");
                PrometheusJson.labels(out, exemplar.labels());
                out.writeFieldName("value");
                json.value(out, exemplar.value());
                out.writeFieldName("timestamp");
                json.timestamp(out, exemplar.timestampMillis());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
    }
}
