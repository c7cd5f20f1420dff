package io.pharos.clusternode.command;

import io.pharos.clusternode.demo.Demo;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.clusternode.program.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows everything at work on this machine. */
@Command(
        name = "demo",
        description =
                "Starts a Cassandra, one node or more, a simulator and a receiver of webhooks, and says where to look.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Examples:",
            "  pharos demo",
            "  pharos demo --nodes 3",
            "  pharos demo --port 9390 --data /tmp/pharos-demo --no-simulator"
        })
final class DemoCommand implements Callable<Integer> {
    /** Each is a JVM on this machine. */
    private static final int NODES_MAX = 9;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data/demo",
            description = "Where everything on disk lies (default: ${DEFAULT-VALUE}); it is kept.")
    private Path data = Path.of("data/demo");

    @Option(
            names = "--port",
            defaultValue = "9090",
            description = "HTTP port; the other ports follow from it (default: ${DEFAULT-VALUE}).")
    private int port = 9090;

    @Option(
            names = "--nodes",
            defaultValue = "1",
            paramLabel = "N",
            description = "How many nodes, each 100 ports further (default: ${DEFAULT-VALUE}).")
    private int nodes = 1;

    @Option(names = "--no-simulator", description = "Do not simulate servers.")
    private boolean withoutSimulator;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (nodes < 1 || nodes > NODES_MAX) {
            throw new CommandFailure("--nodes must be from 1 to " + NODES_MAX + ", not " + nodes);
        }
        return new Demo(data.toAbsolutePath().normalize(), port, nodes, !withoutSimulator).run();
    }
}
