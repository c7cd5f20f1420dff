package io.pharos.httpapi.status;

import com.fasterxml.jackson.core.JsonGenerator;
import io.pharos.httpapi.json.PrometheusJson;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The status of the cluster as JSON. */
final class ClusterJson {
    private ClusterJson() {}

    static void cluster(JsonGenerator out, ClusterStatus cluster) throws IOException {
        out.writeStartObject();
        out.writeStringField("self", cluster.self());
        out.writeNumberField("series", cluster.series());
        out.writeNumberField(
                "samplesPerSecond",
                rounded(cluster.reports().stream()
                        .mapToDouble(NodeReport::samplesPerSecond)
                        .sum()));
        out.writeNumberField(
                "undeliveredNotifications",
                cluster.reports().stream().mapToInt(NodeReport::undelivered).sum());
        refusals(out, cluster.refusals());
        out.writeNumberField("ruleGroups", cluster.ruleGroups());
        out.writeNumberField(
                "ruleGroupsRunning",
                cluster.reports().stream()
                        .mapToInt(report -> report.ruleGroups().running())
                        .sum());
        evaluation(out, cluster.oldestEvaluation());
        rollUps(out, cluster.rollUps());
        out.writeArrayFieldStart("members");
        for (ClusterStatus.Member member : cluster.members()) {
            member(out, member, cluster);
        }
        out.writeEndArray();
        out.writeNumberField("shardCount", cluster.shards().size());
        out.writeNumberField("shardsNotRunning", cluster.notRunning());
        out.writeArrayFieldStart("shards");
        for (ClusterStatus.Shard shard : cluster.shards()) {
            shard(out, shard);
        }
        out.writeEndArray();
        out.writeFieldName("failing");
        PrometheusJson.strings(out, cluster.failing());
        out.writeEndObject();
    }

    private static void rollUps(JsonGenerator out, List<NodeReport.RollUp> rollUps) throws IOException {
        out.writeArrayFieldStart("rollUps");
        for (NodeReport.RollUp each : rollUps) {
            out.writeStartObject();
            out.writeStringField("resolution", each.resolution());
            out.writeStringField("until", each.until().toString());
            out.writeNumberField("lagSeconds", seconds(each.lag()));
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void member(JsonGenerator out, ClusterStatus.Member member, ClusterStatus cluster)
            throws IOException {
        out.writeStartObject();
        out.writeStringField("address", member.address());
        out.writeStringField("status", member.status());
        out.writeFieldName("roles");
        PrometheusJson.strings(out, member.roles());
        NodeReport report = member.report();
        out.writeBooleanField("answering", report != null);
        out.writeStringField("detail", member.detail());
        out.writeNumberField(
                "shards",
                cluster.shards().stream()
                        .filter(shard -> shard.owner().equals(member.address()))
                        .count());
        if (report != null) {
            report(out, report);
        }
        out.writeEndObject();
    }

    private static void report(JsonGenerator out, NodeReport report) throws IOException {
        out.writeStringField("version", report.version());
        out.writeStringField("http", report.http());
        out.writeStringField("started", report.started().toString());
        out.writeNumberField(
                "series",
                report.shards().stream().mapToLong(NodeReport.Shard::series).sum());
        out.writeNumberField("samplesPerSecond", rounded(report.samplesPerSecond()));
        out.writeNumberField("samplesReceived", report.samplesReceived());
        out.writeObjectFieldStart("log");
        out.writeBooleanField("answering", report.log().answering());
        out.writeNumberField("lagSeconds", seconds(report.log().lag()));
        out.writeNumberField("pendingBytes", report.log().pendingBytes());
        out.writeNumberField("segments", report.log().segments());
        out.writeNumberField("bytes", report.log().bytes());
        out.writeEndObject();
        out.writeObjectFieldStart("storage");
        out.writeBooleanField("answering", report.store().answering());
        out.writeStringField("detail", report.store().detail());
        out.writeEndObject();
        out.writeBooleanField("journalAnswering", report.journalAnswering());
        out.writeObjectFieldStart("memory");
        out.writeNumberField("heapUsed", report.memory().heapUsed());
        out.writeNumberField("heapMax", report.memory().heapMax());
        out.writeNumberField("hotBytes", report.memory().hotBytes());
        out.writeNumberField("hotBytesMax", report.memory().hotBytesMax());
        out.writeNumberField("hotRatio", report.memory().hotRatio());
        out.writeNumberField("unloggedBytes", report.memory().unloggedBytes());
        out.writeNumberField("pendingBytes", report.memory().pendingBytes());
        out.writeEndObject();
        refusals(out, new TreeMap<>(report.refusals()));
        out.writeNumberField("undeliveredNotifications", report.undelivered());
        out.writeNumberField("ruleGroupsRunning", report.ruleGroups().running());
        evaluation(out, report.ruleGroups().oldest());
    }

    private static void refusals(JsonGenerator out, Map<String, Long> refusals) throws IOException {
        out.writeObjectFieldStart("refusals");
        for (Map.Entry<String, Long> refusal : refusals.entrySet()) {
            out.writeNumberField(refusal.getKey(), refusal.getValue());
        }
        out.writeEndObject();
    }

    private static void evaluation(JsonGenerator out, NodeReport.@Nullable Evaluation oldest) throws IOException {
        if (oldest != null) {
            out.writeObjectFieldStart("oldestEvaluation");
            out.writeStringField("group", oldest.group());
            out.writeStringField("at", oldest.at().toString());
            out.writeNumberField("interval", seconds(oldest.interval()));
            out.writeEndObject();
        }
    }

    private static void shard(JsonGenerator out, ClusterStatus.Shard shard) throws IOException {
        out.writeStartObject();
        out.writeNumberField("id", shard.id());
        out.writeStringField("owner", shard.owner());
        out.writeStringField("state", shard.state().text());
        Instant since = shard.since();
        if (since != null) {
            out.writeStringField("since", since.toString());
        }
        out.writeNumberField("epoch", shard.epoch());
        out.writeNumberField("series", shard.series());
        out.writeNumberField("samples", shard.samples());
        out.writeNumberField("samplesPerSecond", rounded(shard.samplesPerSecond()));
        out.writeEndObject();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }

    /** Rates are told to a tenth. */
    private static double rounded(double rate) {
        return Math.round(rate * 10) / 10.0;
    }
}
