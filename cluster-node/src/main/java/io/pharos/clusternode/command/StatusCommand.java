package io.pharos.clusternode.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pharos.clusternode.program.Version;
import java.io.PrintWriter;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what the nodes of a cluster do and what is not well, asked of any one of them. */
@Command(
        name = "status",
        description =
                "Says what every node of the cluster does, what they hold and what is not well; exit 1 if the node asked is not ready.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Examples:",
            "  pharos status",
            "  pharos status --shards",
            "  pharos status --url http://127.0.0.1:9190 --json"
        })
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--json", description = "Print the answers of the HTTP API as they came.")
    private boolean json;

    @Option(names = "--shards", description = "List every shard, not only those that do not run.")
    private boolean everyShard;

    @Override
    public Integer call() throws JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        HttpResponse<String> ready = server.get("/-/ready", Map.of());
        boolean isReady = ready.statusCode() == 200;
        JsonNode storage = data("/api/v1/status/storage", out);
        JsonNode cluster = data("/api/v1/status/cluster", out);
        if (!json) {
            out.println(isReady ? "ready" : "NOT READY: " + ready.body().strip());
            new StatusText(cluster, storage, Instant.now(), out).print(everyShard);
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
}
