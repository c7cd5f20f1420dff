package io.pharos.clusternode.command;

import io.pharos.clusternode.demo.Demo;
import io.pharos.clusternode.program.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows everything at work on this machine. */
@Command(
        name = "demo",
        description = "Starts a Cassandra, a node, a simulator and a receiver of webhooks, and says where to look.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {"", "Examples:", "  pharos demo", "  pharos demo --port 9390 --data /tmp/pharos-demo --no-simulator"})
final class DemoCommand implements Callable<Integer> {
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

    @Option(names = "--no-simulator", description = "Do not simulate servers.")
    private boolean withoutSimulator;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return new Demo(data.toAbsolutePath().normalize(), port, !withoutSimulator).run();
    }
}
