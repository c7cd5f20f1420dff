package io.pharos.httpapi.status;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pharos.httpapi.json.JsonBody;
import io.pharos.httpapi.server.Answers;
import io.pharos.httpapi.server.ApiException;
import io.pharos.httpapi.server.Call;
import io.pharos.httpapi.server.Route;
import io.pharos.sharding.query.Cardinality;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What has most series, in Prometheus' form. */
public final class TsdbEndpoint {
    private static final int LIMIT_DEFAULT = 10;

    private final CardinalityQuestion cardinality;

    /** Over those that have the series. */
    public TsdbEndpoint(CardinalityQuestion cardinality) {
        this.cardinality = cardinality;
    }

    /** Where it stands. */
    public Route route() {
        return Route.get("/api/v1/status/tsdb", this::tsdb);
    }

    private CompletionStage<HttpResponse> tsdb(Call call) {
        return cardinality
                .ask(limit(call), call.cancellation())
                .thenApply(all ->
                        Answers.success(call, JsonBody.whole(out -> write(out, all)), all.warnings(), List.of()));
    }

    private static int limit(Call call) {
        String text = call.parameters().first("limit");
        if (text.isEmpty()) {
            return LIMIT_DEFAULT;
        }
        int limit;
        try {
            limit = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            limit = 0;
        }
        if (limit < 1) {
            throw ApiException.badData("limit must be a positive number");
        }
        if (limit > Cardinality.LIMIT_MAX) {
            throw ApiException.badData("limit must not exceed " + Cardinality.LIMIT_MAX);
        }
        return limit;
    }

    private static void write(JsonGenerator out, Cardinality all) throws IOException {
        out.writeStartObject();
        out.writeObjectFieldStart("headStats");
        out.writeNumberField("numSeries", all.series());
        out.writeNumberField("numLabelPairs", all.labelPairs());
        out.writeNumberField("chunkCount", all.chunks());
        out.writeNumberField("minTime", all.minMillis());
        out.writeNumberField("maxTime", all.maxMillis());
        out.writeEndObject();
        counts(out, "seriesCountByMetricName", all.seriesByMetric());
        counts(out, "labelValueCountByLabelName", all.valuesByLabel());
        counts(out, "memoryInBytesByLabelName", all.bytesByLabel());
        counts(out, "seriesCountByLabelValuePair", all.seriesByPair());
        out.writeEndObject();
    }

    private static void counts(JsonGenerator out, String field, List<Cardinality.Count> counts) throws IOException {
        out.writeArrayFieldStart(field);
        for (Cardinality.Count count : counts) {
            out.writeStartObject();
            out.writeStringField("name", count.name());
            out.writeNumberField("value", count.count());
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
