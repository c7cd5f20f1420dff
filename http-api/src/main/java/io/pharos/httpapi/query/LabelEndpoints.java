package io.pharos.httpapi.query;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pharos.httpapi.json.JsonBody;
import io.pharos.httpapi.json.PrometheusJson;
import io.pharos.httpapi.query.QueryEndpoints.QueryDefaults;
import io.pharos.httpapi.server.Answers;
import io.pharos.httpapi.server.ApiException;
import io.pharos.httpapi.server.Call;
import io.pharos.httpapi.server.Route;
import io.pharos.httpapi.server.Times;
import io.pharos.promql.query.QueryService;
import io.pharos.promql.query.QueryService.Found;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Which series, label names and label values there are. */
public final class LabelEndpoints {
    private static final int PER_PORTION = 200;

    private final QueryService queries;
    private final QueryDefaults defaults;
    private final Executor executor;

    /** @param executor where answers are written */
    public LabelEndpoints(QueryService queries, QueryDefaults defaults, Executor executor) {
        this.queries = queries;
        this.defaults = defaults;
        this.executor = executor;
    }

    /** Where these endpoints stand. */
    public List<Route> routes() {
        return List.of(
                Route.getOrPost("/api/v1/series", this::series),
                Route.getOrPost("/api/v1/labels", this::labels),
                Route.get("/api/v1/label/{}/values", this::values));
    }

    private CompletionStage<HttpResponse> series(Call call) {
        Range range = Range.of(call);
        if (call.parameters().all("match[]").isEmpty()) {
            throw ApiException.badData("no match[] parameter provided");
        }
        return queries.series(Selectors.of(call), range.from, range.to, defaults.options(call))
                .exceptionally(QueryEndpoints.named("match[]"))
                .thenApplyAsync(found -> answer(call, found, PrometheusJson::labels), executor);
    }

    private CompletionStage<HttpResponse> labels(Call call) {
        Range range = Range.of(call);
        return queries.labelNames(Selectors.of(call), range.from, range.to, defaults.options(call))
                .exceptionally(QueryEndpoints.named("match[]"))
                .thenApplyAsync(found -> answer(call, found, JsonGenerator::writeString), executor);
    }

    private CompletionStage<HttpResponse> values(Call call) {
        String name = EscapedName.unescape(call.variable());
        Range range = Range.of(call);
        return queries.labelValues(name, Selectors.of(call), range.from, range.to, defaults.options(call))
                .exceptionally(QueryEndpoints.named("match[]"))
                .thenApplyAsync(found -> answer(call, found, JsonGenerator::writeString), executor);
    }

    private static <T> HttpResponse answer(Call call, Found<T> found, ItemWriter<T> writer) {
        return Answers.success(call, new ListJson<>(found.values(), writer), found.warnings(), List.of());
    }

    /** Writes one element of a list. */
    @FunctionalInterface
    private interface ItemWriter<T> {
        void write(JsonGenerator out, T item) throws IOException;
    }

    /** A list, some hundred elements at a time. */
    private static final class ListJson<T> implements JsonBody {
        private final List<T> items;
        private final ItemWriter<T> writer;
        private boolean begun;
        private int at;

        ListJson(List<T> items, ItemWriter<T> writer) {
            this.items = items;
            this.writer = writer;
        }

        @Override
        public boolean write(JsonGenerator out) throws IOException {
            if (!begun) {
                begun = true;
                out.writeStartArray();
            }
            int until = Math.min(items.size(), at + PER_PORTION);
            for (; at < until; at++) {
                writer.write(out, items.get(at));
            }
            if (at < items.size()) {
                return true;
            }
            out.writeEndArray();
            return false;
        }
    }

    /** The times a listing is about, all of them where the client names none. */
    private record Range(long from, long to) {
        static Range of(Call call) {
            long from = Times.time(call.parameters(), "start", Times.MIN_MILLIS);
            long to = Times.time(call.parameters(), "end", Times.MAX_MILLIS);
            if (to < from) {
                throw ApiException.badParameter("end", "end timestamp must not be before start time");
            }
            return new Range(from, to);
        }
    }
}
