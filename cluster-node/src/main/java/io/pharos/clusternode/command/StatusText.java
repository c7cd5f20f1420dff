package io.pharos.clusternode.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The status of a cluster as lines for people. */
final class StatusText {
    private static final int SHARDS_SHOWN = 20;
    private static final int BUSIEST_SHOWN = 3;
    /** What is due is made within minutes. */
    private static final double LAG_SHOWN_SECONDS = 3600;

    private final JsonNode cluster;
    private final JsonNode storage;
    private final Instant now;
    private final PrintWriter out;

    StatusText(JsonNode cluster, JsonNode storage, Instant now, PrintWriter out) {
        this.cluster = cluster;
        this.storage = storage;
        this.now = now;
        this.out = out;
    }

    /** Prints everything; each shard only where that is wanted. */
    void print(boolean everyShard) {
        totals();
        out.println();
        nodes();
        shards(everyShard);
        for (JsonNode failing : cluster.path("failing")) {
            out.println("NOT WELL: " + failing.asText());
        }
    }

    private void totals() {
        line("series", number(cluster.path("series").asDouble()));
        line("samples/s", number(cluster.path("samplesPerSecond").asDouble()));
        Map<String, Integer> states = new TreeMap<>(Comparator.reverseOrder());
        cluster.path("shards").forEach(shard -> states.merge(shard.path("state").asText(), 1, Integer::sum));
        List<String> parts = new ArrayList<>();
        states.forEach((state, count) -> parts.add(count + " " + state));
        line("shards", cluster.path("shardCount").asInt() + ": " + String.join(", ", parts));
        JsonNode oldest = cluster.path("oldestEvaluation");
        line(
                "rule groups",
                cluster.path("ruleGroupsRunning").asInt() + " of "
                        + cluster.path("ruleGroups").asInt() + " run"
                        + (oldest.isMissingNode()
                                ? ""
                                : "; the oldest evaluation is "
                                        + ago(oldest.path("at").asText()) + " old ("
                                        + oldest.path("group").asText() + ", every "
                                        + number(oldest.path("interval").asDouble()) + " s)"));
        line("undelivered", cluster.path("undeliveredNotifications").asText() + " notifications");
        List<String> refusals = new ArrayList<>();
        for (Map.Entry<String, JsonNode> refusal : cluster.path("refusals").properties()) {
            refusals.add(refusal.getValue().asText() + " " + refusal.getKey().replace('_', ' '));
        }
        line("refused samples", refusals.isEmpty() ? "none" : String.join(", ", refusals));
        List<String> rollUps = new ArrayList<>();
        for (JsonNode each : cluster.path("rollUps")) {
            double lag = each.path("lagSeconds").asDouble();
            rollUps.add(each.path("resolution").asText() + " until "
                    + each.path("until").asText()
                    + (lag < LAG_SHOWN_SECONDS ? "" : " (BEHIND by " + duration((long) lag) + ")"));
        }
        if (!rollUps.isEmpty()) {
            line("rolled up", String.join(", ", rollUps));
        }
        if (storage.isObject()) {
            double perSample = storage.path("bytesPerSample").asDouble();
            line(
                    "stored",
                    stored(
                                    storage.path("storedBytes").asDouble(),
                                    storage.path("logBytes").asDouble())
                            + (perSample > 0 ? String.format(Locale.ROOT, ", %.2f bytes a sample", perSample) : ""));
        }
    }

    /** A young store has nothing in its files: all is in its commit log and in memory. */
    private static String stored(double chunkBytes, double logBytes) {
        return chunkBytes + logBytes == 0
                ? "nothing flushed to files yet, all is in the commit log"
                : bytes(chunkBytes) + ", log " + bytes(logBytes);
    }

    private void line(String name, String value) {
        out.printf("%-16s %s%n", name, value);
    }

    private void nodes() {
        String form = "%-22s %-12s %7s %9s %10s %8s %-8s %-8s %-13s %s%n";
        out.printf(
                form,
                "NODE",
                "STATUS",
                "SHARDS",
                "SERIES",
                "SAMPLES/S",
                "LOG LAG",
                "STORAGE",
                "JOURNAL",
                "HEAP",
                "ROLES");
        for (JsonNode member : cluster.path("members")) {
            String address = member.path("address").asText();
            List<String> roles = new ArrayList<>();
            member.path("roles").forEach(role -> roles.add(role.asText()));
            String name = member.path("http")
                    .asText(address.substring(address.indexOf('@') + 1))
                    .replace("http://", "");
            if (!member.path("answering").asBoolean()) {
                out.printf(
                        "%-22s %-12s %s%n",
                        name,
                        member.path("status").asText(),
                        member.path("detail").asText());
                continue;
            }
            out.printf(
                    form,
                    name,
                    member.path("status").asText(),
                    member.path("shards").asText(),
                    number(member.path("series").asDouble()),
                    number(member.path("samplesPerSecond").asDouble()),
                    member.at("/log/answering").asBoolean()
                            ? number(member.at("/log/lagSeconds").asDouble()) + " s"
                            : "away",
                    word(member.at("/storage/answering")),
                    word(member.path("journalAnswering")),
                    bytes(member.at("/memory/heapUsed").asDouble()) + "/"
                            + bytes(member.at("/memory/heapMax").asDouble()),
                    String.join(",", roles));
        }
    }

    private static String word(JsonNode answering) {
        return answering.asBoolean() ? "ok" : "away";
    }

    private void shards(boolean every) {
        List<JsonNode> all = new ArrayList<>();
        cluster.path("shards").forEach(all::add);
        List<JsonNode> busiest = all.stream()
                .filter(shard -> shard.path("samplesPerSecond").asDouble() > 0)
                .sorted(Comparator.comparingDouble(
                        shard -> -shard.path("samplesPerSecond").asDouble()))
                .limit(BUSIEST_SHOWN)
                .toList();
        if (!busiest.isEmpty() && !every) {
            List<String> parts = new ArrayList<>();
            busiest.forEach(shard -> parts.add(shard.path("id").asText() + " ("
                    + number(shard.path("samplesPerSecond").asDouble()) + " samples/s)"));
            out.println();
            line("busiest shards", String.join(", ", parts));
        }
        List<JsonNode> shown = every
                ? all
                : all.stream()
                        .filter(shard -> !shard.path("state").asText().equals("running"))
                        .toList();
        if (!shown.isEmpty()) {
            out.println();
        }
        for (JsonNode shard : every ? shown : shown.subList(0, Math.min(SHARDS_SHOWN, shown.size()))) {
            String since = shard.path("since").asText();
            String owner = shard.path("owner").asText();
            out.printf(
                    "shard %-5s %-12s %-26s %9s series %8s samples/s  epoch %s%s%n",
                    shard.path("id").asText(),
                    shard.path("state").asText(),
                    owner.substring(owner.indexOf('@') + 1),
                    number(shard.path("series").asDouble()),
                    number(shard.path("samplesPerSecond").asDouble()),
                    shard.path("epoch").asText(),
                    since.isEmpty() ? "" : ", for " + ago(since));
        }
        if (!every && shown.size() > SHARDS_SHOWN) {
            out.println("and " + (shown.size() - SHARDS_SHOWN) + " more (--shards shows all)");
        }
    }

    /** How long ago a time was, in the largest unit that says it well. */
    private String ago(String time) {
        return duration(Math.max(0, Duration.between(Instant.parse(time), now).toSeconds()));
    }

    private static String duration(long seconds) {
        return seconds < 120
                ? seconds + " s"
                : seconds < 7200
                        ? seconds / 60 + " min"
                        : seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,d", (long) value)
                : String.format(Locale.ROOT, value < 10 ? "%,.2f" : "%,.0f", value);
    }

    private static String bytes(double bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        int unit = 0;
        double rest = bytes;
        while (rest >= 1000 && unit < units.length - 1) {
            rest /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || rest >= 100 ? "%.0f%s" : "%.1f%s", rest, units[unit]);
    }
}
