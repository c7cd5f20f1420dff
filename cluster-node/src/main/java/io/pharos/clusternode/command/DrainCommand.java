package io.pharos.clusternode.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.clusternode.program.Version;
import java.io.PrintWriter;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes all work away from a node, so that it can be stopped at leisure. */
@Command(
        name = "drain",
        description =
                "Moves all shards, targets and rule groups away from a node. It stays a member, without work, until it"
                        + " ends or is given work again.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Examples:",
            "  pharos drain 127.0.0.1:9190 --dry-run     what would move where",
            "  pharos drain 127.0.0.1:9190               returns when nothing is left on it",
            "  pharos drain 127.0.0.1:9190 --undo        gives it its share again",
        })
final class DrainCommand implements Callable<Integer> {
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long LOOK_MILLIS = 500;

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "NODE", description = "The node as host:port of its HTTP or its cluster address.")
    @SuppressWarnings("NullAway.Init")
    private String node;

    @Option(names = "--dry-run", description = "Only say what would move where.")
    private boolean dryRun;

    @Option(names = "--undo", description = "Give the node work again.")
    private boolean undo;

    @Override
    public Integer call() throws JsonProcessingException, InterruptedException {
        if (dryRun && undo) {
            throw new CommandFailure("--dry-run and --undo exclude each other");
        }
        PrintWriter out = spec.commandLine().getOut();
        JsonNode plan = ask(undo ? "undo" : dryRun ? "dry_run" : "");
        String name = plan.path("node").asText();
        if (undo) {
            out.println(name + " is given its share of the work again; it moves within seconds");
        } else if (dryRun) {
            print(plan, out);
        } else {
            awaitEmpty(plan, name, out);
        }
        out.flush();
        return 0;
    }

    private JsonNode ask(String wish) throws JsonProcessingException {
        return data(send(wish));
    }

    private HttpResponse<String> send(String wish) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("node", node);
        if (!wish.isEmpty()) {
            parameters.put(wish, "true");
        }
        return server.post("/-/drain", parameters);
    }

    private static JsonNode data(HttpResponse<String> answer) throws JsonProcessingException {
        JsonNode body = new ObjectMapper().readTree(answer.body());
        if (answer.statusCode() != 200) {
            throw new CommandFailure(body.path("error").asText(answer.body()));
        }
        return body.path("data");
    }

    private static void print(JsonNode plan, PrintWriter out) {
        long series = 0;
        long bytes = 0;
        if (!plan.path("moves").isEmpty()) {
            out.printf("%-20s %5s  %-28s %8s %10s %12s%n", "kind", "shard", "to", "entities", "series", "bytes");
        }
        for (JsonNode move : plan.path("moves")) {
            series += move.path("series").asLong();
            bytes += move.path("bytes").asLong();
            out.printf(
                    "%-20s %5d  %-28s %8d %10d %12d%n",
                    move.path("kind").asText(),
                    move.path("shard").asInt(),
                    move.path("to").asText(),
                    move.path("entities").asInt(),
                    move.path("series").asLong(),
                    move.path("bytes").asLong());
        }
        out.println(plan.path("moves").size() + " shards with " + series + " series and " + bytes
                + " bytes of heads would leave " + plan.path("node").asText());
    }

    private void awaitEmpty(JsonNode first, String name, PrintWriter out)
            throws JsonProcessingException, InterruptedException {
        out.println(first.path("moves").size() + " shards leave " + name);
        out.flush();
        long begin = System.nanoTime();
        int left = first.path("moves").size();
        while (left > 0) {
            if (System.nanoTime() - begin > PATIENCE_NANOS) {
                throw new CommandFailure(left + " shards are still on " + name + " after "
                        + TimeUnit.NANOSECONDS.toMinutes(PATIENCE_NANOS)
                        + " minutes; they go on moving (pharos status)");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            HttpResponse<String> look = send("dry_run");
            if (look.statusCode() != 503) { // what moves may be silent for a moment
                left = data(look).path("moves").size();
            }
        }
        out.println(name + " has no work any more and may be stopped; pharos drain " + node
                + " --undo gives it work again");
    }
}
