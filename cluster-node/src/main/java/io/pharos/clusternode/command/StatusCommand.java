package io.pharos.clusternode.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pharos.clusternode.program.Version;
import java.io.PrintWriter;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what a running node does and what is not well. */
@Command(
        name = "status",
        description = "Says whether a node is ready, what it holds and what is not well.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {"", "Examples:", "  pharos status", "  pharos status --url http://127.0.0.1:9190 --json"})
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--json", description = "Print the answers of the HTTP API as they came.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        HttpResponse<String> ready = server.get("/-/ready", Map.of());
        boolean isReady = ready.statusCode() == 200;
        JsonNode storage = data("/api/v1/status/storage", out);
        JsonNode cluster = data("/api/v1/status/cluster", out);
        if (!json) {
            out.println(isReady ? "ready" : "NOT READY: " + ready.body().strip());
            print("", cluster, out);
            print("", storage, out);
        }
        out.flush();
        return isReady ? 0 : 1;
    }

    private JsonNode data(String path, PrintWriter out) throws JsonProcessingException {
        HttpResponse<String> response = server.get(path, Map.of());
        if (json) {
            out.println(response.body());
        }
        return new ObjectMapper().readTree(response.body()).path("data");
    }

    /** Prints scalars as aligned lines; of long lists only their length. */
    private static void print(String prefix, JsonNode node, PrintWriter out) {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            JsonNode value = entry.getValue();
            String name = prefix + entry.getKey();
            if (value.isObject()) {
                print(name + ".", value, out);
            } else if (value.isArray()) {
                out.printf("%-40s %d entries%n", name, value.size());
            } else {
                out.printf("%-40s %s%n", name, value.asText());
            }
        }
    }
}
