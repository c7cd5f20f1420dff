package io.pharos.httpapi.status;

import akka.http.javadsl.model.HttpResponse;
import io.pharos.collection.metadata.MetricMetadata;
import io.pharos.httpapi.json.JsonBody;
import io.pharos.httpapi.server.Answers;
import io.pharos.httpapi.server.ApiException;
import io.pharos.httpapi.server.Call;
import io.pharos.httpapi.server.Parameters;
import io.pharos.httpapi.server.Route;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Scrape targets, and what is known of the metrics they give. */
public final class TargetEndpoints {
    private final MonitoringSources sources;

    public TargetEndpoints(MonitoringSources sources) {
        this.sources = sources;
    }

    public List<Route> routes() {
        return List.of(Route.get("/api/v1/metadata", this::metadata));
    }

    private CompletionStage<HttpResponse> metadata(Call call) {
        Parameters parameters = call.parameters();
        int limit = limit(parameters, "limit");
        int perMetric = limit(parameters, "limit_per_metric");
        String metric = parameters.first("metric");
        Map<String, List<MetricMetadata>> known = new TreeMap<>();
        if (metric.isEmpty()) {
            known.putAll(sources.metadata().all());
        } else {
            List<MetricMetadata> one = sources.metadata().get(metric);
            if (!one.isEmpty()) {
                known.put(metric, one);
            }
        }
        return CompletableFuture.completedFuture(Answers.success(call, JsonBody.whole(out -> {
            int names = 0;
            out.writeStartObject();
            for (Map.Entry<String, List<MetricMetadata>> entry : known.entrySet()) {
                if (names++ == limit) {
                    break;
                }
                out.writeArrayFieldStart(entry.getKey());
                int variants = 0;
                for (MetricMetadata variant : entry.getValue()) {
                    if (variants++ == perMetric) {
                        break;
                    }
                    out.writeStartObject();
                    out.writeStringField("type", variant.type().text());
                    out.writeStringField("help", variant.help());
                    out.writeStringField("unit", variant.unit());
                    out.writeEndObject();
                }
                out.writeEndArray();
            }
            out.writeEndObject();
        })));
    }

    /** A number of entries; where none, zero or less is given, all. */
    private static int limit(Parameters parameters, String name) {
        if (!parameters.has(name)) {
            return Integer.MAX_VALUE;
        }
        try {
            int limit = Integer.parseInt(parameters.first(name));
            return limit <= 0 ? Integer.MAX_VALUE : limit;
        } catch (NumberFormatException e) {
            throw ApiException.badData(name + " must be a number");
        }
    }
}
