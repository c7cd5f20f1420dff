package io.pharos.clusternode.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.clusternode.program.Version;
import java.io.PrintWriter;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Evaluates an expression on a running node and prints the answer, one series a line. */
@Command(
        name = "query",
        description = "Evaluates a PromQL expression and prints the answer.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Examples:",
            "  pharos query up",
            "  pharos query 'topk(5, sum by (instance) (rate(node_cpu_seconds_total{mode!=\"idle\"}[1m])))'",
            "  pharos query --time 2026-11-20T12:00:00Z up",
        })
final class QueryCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "EXPR", description = "The expression.")
    private String expression = "";

    @Option(
            names = "--time",
            paramLabel = "TIME",
            description = "Evaluation time, RFC 3339 or Unix seconds (default: now).")
    private String time = "";

    @Option(
            names = "--explain",
            description =
                    "Show how the query was split: for each node of its plan where it ran, series, samples, chunks decoded,"
                            + " milliseconds.")
    private boolean explain;

    @Option(names = "--json", description = "Print the answer of the HTTP API as it came.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("query", expression);
        if (!time.isEmpty()) {
            parameters.put("time", time);
        }
        if (explain) {
            parameters.put("stats", "all");
        }
        HttpResponse<String> response = server.get("/api/v1/query", parameters);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(response.body());
            return response.statusCode() == 200 ? 0 : 1;
        }
        JsonNode answer = new ObjectMapper().readTree(response.body());
        if (!answer.path("status").asText().equals("success")) {
            throw new CommandFailure(answer.path("error").asText("status " + response.statusCode()));
        }
        print(answer.path("data"), out);
        if (explain) {
            explain(answer.path("data").path("stats").path("plan"), "", out);
            out.flush();
        }
        answer.path("warnings").forEach(warning -> spec.commandLine().getErr().println("warning: " + warning.asText()));
        answer.path("infos").forEach(info -> spec.commandLine().getErr().println("info: " + info.asText()));
        return 0;
    }

    private static void print(JsonNode data, PrintWriter out) {
        JsonNode result = data.path("result");
        switch (data.path("resultType").asText()) {
            case "vector" ->
                result.forEach(sample -> out.println(series(sample.path("metric")) + "  " + value(sample)));
            case "matrix" ->
                result.forEach(series -> {
                    out.println(series(series.path("metric")));
                    series.path("values")
                            .forEach(value -> out.println("  "
                                    + Instant.ofEpochMilli(
                                            Math.round(value.path(0).asDouble() * 1000))
                                    + "  " + value.path(1).asText()));
                    series.path("histograms")
                            .forEach(value -> out.println("  "
                                    + Instant.ofEpochMilli(
                                            Math.round(value.path(0).asDouble() * 1000))
                                    + "  " + histogram(value.path(1))));
                });
            default -> out.println(result.path(1).asText());
        }
        out.flush();
    }

    /** A line a node; what ran in the root reads no samples of its own. */
    private static void explain(JsonNode node, String indent, PrintWriter out) {
        out.print(
                indent + node.path("what").asText() + "  [" + node.path("where").asText());
        out.print(": " + node.path("series").asLong() + " series");
        if (!node.path("where").asText().startsWith("root")) {
            out.print(", " + node.path("samples").asLong() + " samples, "
                    + node.path("chunks").asLong() + " chunks");
        }
        out.println(String.format(Locale.ROOT, ", %.3f ms]", node.path("millis").asDouble()));
        for (JsonNode child : node.path("children")) {
            explain(child, indent + "  ", out);
        }
    }

    private static String value(JsonNode sample) {
        return sample.has("histogram")
                ? histogram(sample.path("histogram").path(1))
                : sample.path("value").path(1).asText();
    }

    /** Count, sum and buckets of a histogram on one line. */
    private static String histogram(JsonNode histogram) {
        StringBuilder text = new StringBuilder("count ")
                .append(histogram.path("count").asText())
                .append(", sum ")
                .append(histogram.path("sum").asText());
        for (JsonNode bucket : histogram.path("buckets")) {
            int rule = bucket.path(0).asInt();
            text.append(rule == 1 || rule == 3 ? ", [" : ", (")
                    .append(bucket.path(1).asText())
                    .append(", ")
                    .append(bucket.path(2).asText())
                    .append(rule == 0 || rule == 3 ? "] " : ") ")
                    .append(bucket.path(3).asText());
        }
        return text.toString();
    }

    private static String series(JsonNode labels) {
        StringBuilder text = new StringBuilder(labels.path("__name__").asText(""));
        String separator = "{";
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            if (!label.getKey().equals("__name__")) {
                text.append(separator)
                        .append(label.getKey())
                        .append("=\"")
                        .append(label.getValue().asText())
                        .append('"');
                separator = ", ";
            }
        }
        return separator.equals("{")
                ? text.length() == 0 ? "{}" : text.toString()
                : text.append('}').toString();
    }
}
