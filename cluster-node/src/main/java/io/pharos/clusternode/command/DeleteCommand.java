package io.pharos.clusternode.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.clusternode.program.Version;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Deletes samples by selector and range. */
@Command(
        name = "delete",
        description = "Deletes the samples of some series in a stretch of time. There is no way back. Wants"
                + " pharos.http.admin-api = true on the node that is asked.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Examples:",
            "  pharos delete 'debug_total{job=\"test\"}' --start 2026-11-01T00:00:00Z --end 2026-11-02T00:00:00Z",
            "  pharos delete 'up{instance=\"gone:9100\"}' --all-times",
        })
final class DeleteCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "SELECTOR", arity = "1..*", description = "Series that any of these selects.")
    private List<String> selectors = List.of();

    @Option(names = "--start", paramLabel = "TIME", description = "From then on: RFC 3339 or seconds since 1970.")
    private String start = "";

    @Option(names = "--end", paramLabel = "TIME", description = "Up to then, inclusive.")
    private String end = "";

    @Option(names = "--all-times", description = "All samples; wanted where neither --start nor --end is given.")
    private boolean allTimes;

    @Override
    public Integer call() {
        boolean bounded = !start.isEmpty() || !end.isEmpty();
        if (bounded == allTimes) {
            throw new CommandFailure("either a stretch of time (--start, --end) or --all-times is wanted");
        }
        StringBuilder query = new StringBuilder();
        selectors.forEach(selector -> add(query, "match[]", selector));
        add(query, "start", start);
        add(query, "end", end);
        HttpResponse<String> answer = server.post("/api/v1/admin/tsdb/delete_series?" + query, Map.of());
        if (answer.statusCode() != 204) {
            throw new CommandFailure(error(answer));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("deleted in every shard");
        out.flush();
        return 0;
    }

    /** What a node says, or whoever answers in its place. */
    private static String error(HttpResponse<String> answer) {
        try {
            String said =
                    new ObjectMapper().readTree(answer.body()).path("error").asText("");
            if (!said.isEmpty()) {
                return said;
            }
        } catch (JsonProcessingException noJson) {
            // A proxy's page, shown as it is.
        }
        return "nothing was deleted for certain: the server answered " + answer.statusCode() + ": "
                + answer.body().strip();
    }

    private static void add(StringBuilder query, String name, String value) {
        if (!value.isEmpty()) {
            query.append(query.isEmpty() ? "" : "&")
                    .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                    .append('=')
                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }
}
