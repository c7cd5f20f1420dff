package io.pharos.httpapi.status;

import com.fasterxml.jackson.core.JsonGenerator;
import io.pharos.alerting.view.AlertStatus;
import io.pharos.alerting.view.NotificationAttempt;
import io.pharos.alerting.view.RuleGroupStatus;
import io.pharos.alerting.view.RuleStatus;
import io.pharos.httpapi.json.DecimalText;
import io.pharos.httpapi.json.PrometheusJson;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rules and alerts in Prometheus' form. */
final class RuleJson {
    /** What Prometheus writes for a time that has not been. */
    static final String NEVER = "0001-01-01T00:00:00Z";

    private RuleJson() {}

    static void group(JsonGenerator out, RuleGroupStatus group, boolean withAlerts) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", group.name());
        out.writeStringField("file", group.file());
        out.writeArrayFieldStart("rules");
        for (RuleStatus rule : group.rules()) {
            rule(out, rule, withAlerts);
        }
        out.writeEndArray();
        seconds(out, "interval", group.interval());
        out.writeNumberField("limit", group.limit());
        seconds(out, "evaluationTime", group.evaluationTime());
        out.writeStringField("lastEvaluation", time(group.lastEvaluation()));
        out.writeNumberField("evaluationsMissed", group.evaluationsMissed());
        out.writeBooleanField("reachable", group.reachable());
        out.writeEndObject();
    }

    private static void rule(JsonGenerator out, RuleStatus rule, boolean withAlerts) throws IOException {
        out.writeStartObject();
        if (rule.alerting()) {
            out.writeStringField("state", rule.state().text());
        }
        out.writeStringField("name", rule.name());
        out.writeStringField("query", rule.query());
        if (rule.alerting()) {
            seconds(out, "duration", rule.holdFor());
            seconds(out, "keepFiringFor", rule.keepFiringFor());
        }
        if (rule.alerting() || !rule.labels().isEmpty()) {
            out.writeFieldName("labels");
            PrometheusJson.map(out, new TreeMap<>(rule.labels()));
        }
        if (rule.alerting()) {
            out.writeFieldName("annotations");
            PrometheusJson.map(out, new TreeMap<>(rule.annotations()));
            out.writeFieldName("alerts");
            alerts(out, withAlerts ? rule.alerts() : List.of());
        }
        out.writeStringField("health", rule.health().text());
        if (!rule.lastError().isEmpty()) {
            out.writeStringField("lastError", rule.lastError());
        }
        seconds(out, "evaluationTime", rule.evaluationTime());
        out.writeStringField("lastEvaluation", time(rule.lastEvaluation()));
        out.writeStringField("type", rule.alerting() ? "alerting" : "recording");
        out.writeEndObject();
    }

    static void alerts(JsonGenerator out, List<AlertStatus> alerts) throws IOException {
        out.writeStartArray();
        for (AlertStatus alert : alerts) {
            out.writeStartObject();
            out.writeFieldName("labels");
            PrometheusJson.map(out, new TreeMap<>(alert.labels()));
            out.writeFieldName("annotations");
            PrometheusJson.map(out, new TreeMap<>(alert.annotations()));
            out.writeStringField("state", alert.state().text());
            out.writeStringField("activeAt", alert.activeAt().toString());
            Instant kept = alert.keepFiringSince();
            if (kept != null) {
                out.writeStringField("keepFiringSince", kept.toString());
            }
            out.writeStringField("value", DecimalText.exponent(alert.value()));
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    static void attempt(JsonGenerator out, NotificationAttempt attempt) throws IOException {
        out.writeStartObject();
        out.writeStringField("at", attempt.at().toString());
        out.writeStringField("groupKey", attempt.groupKey());
        out.writeStringField("receiver", attempt.receiver());
        out.writeNumberField("integration", attempt.integration());
        out.writeStringField("idempotencyKey", attempt.idempotencyKey());
        out.writeNumberField("firing", attempt.firing());
        out.writeNumberField("resolved", attempt.resolved());
        out.writeNumberField("attempt", attempt.attempt());
        out.writeNumberField("statusCode", attempt.statusCode());
        seconds(out, "latency", attempt.latency());
        out.writeStringField("error", attempt.error());
        out.writeEndObject();
    }

    /** Seconds as a number, with as many decimals as it takes. */
    static void seconds(JsonGenerator out, String name, Duration duration) throws IOException {
        out.writeFieldName(name);
        out.writeNumber(DecimalText.fixed(duration.toNanos() / 1e9));
    }

    private static String time(@Nullable Instant time) {
        return time == null ? NEVER : time.toString();
    }
}
