package io.pharos.alerting.notify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pharos.alerting.alert.OutgoingAlert;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The body of a webhook: Alertmanager's JSON, version 4. */
final class WebhookMessage {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private WebhookMessage() {}

    /**
     * Writes the body.
     *
     * @param alerts those to tell, at least one
     * @param alertsMax more are left out and counted; 0 for no limit
     */
    static byte[] of(
            String groupKey,
            String receiver,
            Map<String, String> groupLabels,
            List<GroupAlert> alerts,
            int alertsMax,
            String externalUrl) {
        int shown = alertsMax == 0 ? alerts.size() : Math.min(alertsMax, alerts.size());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("version", "4");
            json.writeStringField("groupKey", groupKey);
            json.writeNumberField("truncatedAlerts", alerts.size() - shown);
            json.writeStringField("receiver", receiver);
            json.writeStringField("status", status(alerts.stream().anyMatch(GroupAlert::firing)));
            json.writeArrayFieldStart("alerts");
            for (GroupAlert alert : alerts.subList(0, shown)) {
                alert(json, alert);
            }
            json.writeEndArray();
            map(json, "groupLabels", groupLabels);
            map(json, "commonLabels", common(alerts, OutgoingAlert::labels));
            map(json, "commonAnnotations", common(alerts, OutgoingAlert::annotations));
            json.writeStringField("externalURL", externalUrl);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void alert(JsonGenerator json, GroupAlert shown) throws IOException {
        OutgoingAlert alert = shown.alert();
        json.writeStartObject();
        json.writeStringField("status", status(shown.firing()));
        map(json, "labels", alert.labels());
        map(json, "annotations", alert.annotations());
        json.writeStringField("startsAt", time(alert.startsAtMillis()));
        json.writeStringField("endsAt", shown.firing() ? NEVER : time(alert.endsAtMillis()));
        json.writeStringField("generatorURL", alert.generatorUrl());
        json.writeStringField("fingerprint", shown.fingerprint());
        json.writeEndObject();
    }

    private static String status(boolean firing) {
        return firing ? "firing" : "resolved";
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    private static void map(JsonGenerator json, String name, Map<String, String> entries) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> entry : new TreeMap<>(entries).entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }

    private static Map<String, String> common(
            List<GroupAlert> alerts, Function<OutgoingAlert, Map<String, String>> part) {
        Map<String, String> common = new TreeMap<>(part.apply(alerts.get(0).alert()));
        for (GroupAlert alert : alerts) {
            common.entrySet().retainAll(part.apply(alert.alert()).entrySet());
        }
        return common;
    }
}
