package io.pharos.httpapi.status;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pharos.collection.metadata.MetricMetadata;
import io.pharos.collection.target.ScrapeTargets;
import io.pharos.collection.target.TargetStatus;
import io.pharos.conf.PrometheusDuration;
import io.pharos.httpapi.json.JsonBody;
import io.pharos.httpapi.json.PrometheusJson;
import io.pharos.httpapi.server.Answers;
import io.pharos.httpapi.server.ApiException;
import io.pharos.httpapi.server.Call;
import io.pharos.httpapi.server.Parameters;
import io.pharos.httpapi.server.Route;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Scrape targets, and what is known of the metrics they give. */
public final class TargetEndpoints {
    private final MonitoringSources sources;

    public TargetEndpoints(MonitoringSources sources) {
        this.sources = sources;
    }

    /** Where these endpoints stand. */
    public List<Route> routes() {
        return List.of(Route.get("/api/v1/targets", this::targets), Route.get("/api/v1/metadata", this::metadata));
    }

    private CompletionStage<HttpResponse> targets(Call call) {
        String pool = call.parameters().first("scrapePool");
        String state = call.parameters().first("state").toLowerCase(Locale.ROOT);
        Predicate<String> wanted = name -> pool.isEmpty() || pool.equals(name);
        boolean withActive = !state.equals("dropped");
        boolean withDropped = !state.equals("active");
        return sources.targets().get().thenApply(gathered -> {
            ScrapeTargets targets = gathered.value();
            return Answers.success(
                    call,
                    JsonBody.whole(out -> {
                        out.writeStartObject();
                        out.writeArrayFieldStart("activeTargets");
                        for (TargetStatus target : targets.active()) {
                            if (withActive && wanted.test(target.scrapePool())) {
                                active(out, target);
                            }
                        }
                        out.writeEndArray();
                        Map<String, Integer> counts = new TreeMap<>();
                        out.writeArrayFieldStart("droppedTargets");
                        for (TargetStatus.Dropped target : targets.dropped()) {
                            if (withDropped && wanted.test(target.scrapePool())) {
                                counts.merge(target.scrapePool(), 1, Integer::sum);
                                out.writeStartObject();
                                out.writeFieldName("discoveredLabels");
                                PrometheusJson.labels(out, target.discoveredLabels());
                                out.writeStringField("scrapePool", target.scrapePool());
                                out.writeEndObject();
                            }
                        }
                        out.writeEndArray();
                        out.writeObjectFieldStart("droppedTargetCounts");
                        for (Map.Entry<String, Integer> count : counts.entrySet()) {
                            out.writeNumberField(count.getKey(), count.getValue());
                        }
                        out.writeEndObject();
                        out.writeEndObject();
                    }),
                    gathered.warnings(),
                    List.of());
        });
    }

    private static void active(JsonGenerator out, TargetStatus target) throws IOException {
        out.writeStartObject();
        out.writeFieldName("discoveredLabels");
        PrometheusJson.labels(out, target.discoveredLabels());
        out.writeFieldName("labels");
        PrometheusJson.labels(out, target.labels());
        out.writeStringField("scrapePool", target.scrapePool());
        out.writeStringField("scrapeUrl", target.scrapeUrl());
        out.writeStringField("globalUrl", target.globalUrl());
        out.writeStringField("lastError", target.lastError());
        out.writeStringField(
                "lastScrape", target.lastScrape().map(Instant::toString).orElse(RuleJson.NEVER));
        RuleJson.seconds(out, "lastScrapeDuration", target.lastScrapeDuration());
        out.writeStringField("health", target.health().text());
        out.writeStringField("scrapeInterval", PrometheusDuration.format(target.interval()));
        out.writeStringField("scrapeTimeout", PrometheusDuration.format(target.timeout()));
        out.writeEndObject();
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
