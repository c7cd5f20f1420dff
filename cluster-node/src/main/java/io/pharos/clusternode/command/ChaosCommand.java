package io.pharos.clusternode.command;

import io.pharos.clusternode.demo.ChaosProcesses;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.clusternode.program.Version;
import io.pharos.simulation.chaos.Chaos;
import io.pharos.simulation.chaos.ChaosSettings;
import io.pharos.simulation.chaos.ChaosTimeline;
import io.pharos.simulation.chaos.ChaosVerdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Hurts a cluster of its own, and proves that nothing was lost. */
@Command(
        name = "chaos",
        description =
                "Starts a cluster of its own with a load, kills, pauses and restarts its nodes and Cassandra at random, adds a node, and proves that every acknowledged sample is there, that no answer was silently incomplete and that every notification came; exit 1 if not.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {"", "Example:", "  pharos simulate chaos --nodes 3 --minutes 10 --seed 7 --keep"})
final class ChaosCommand implements Callable<Integer> {
    /** Each is a JVM on this machine. */
    private static final int NODES_MAX = 8;

    @Option(names = "--nodes", defaultValue = "3", description = "Nodes at the start (default: ${DEFAULT-VALUE}).")
    private int nodes = 3;

    @Option(
            names = "--minutes",
            defaultValue = "2",
            paramLabel = "M",
            description = "How long faults come (default: ${DEFAULT-VALUE}).")
    private double minutes = 2;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "What is done, in which order (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--servers", defaultValue = "50", description = "Servers of the load (default: ${DEFAULT-VALUE}).")
    private int servers = 50;

    @Option(names = "--metrics", defaultValue = "20", description = "Metrics of each (default: ${DEFAULT-VALUE}).")
    private int metrics = 20;

    @Option(
            names = "--port",
            defaultValue = "9690",
            description = "HTTP port of the first node; each other is 100 further (default: ${DEFAULT-VALUE}).")
    private int port = 9690;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where everything on disk lies (default: a new temporary folder).")
    private @Nullable Path data;

    @Option(names = "--keep", description = "Keep data and logs. After a failure they are kept in any case.")
    private boolean keep;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (nodes < 1 || nodes > NODES_MAX) {
            throw new CommandFailure("--nodes must be from 1 to " + NODES_MAX + ", not " + nodes);
        }
        ChaosSettings settings = new ChaosSettings(
                Duration.ofMillis((long) (minutes * 60_000)), seed, servers, metrics, Duration.ofSeconds(1));
        Path given = data;
        Path folder = given == null
                ? Files.createTempDirectory("pharos-chaos-")
                : given.toAbsolutePath().normalize();
        if (given != null && Files.isDirectory(folder)) {
            try (Stream<Path> inside = Files.list(folder)) {
                if (inside.findAny().isPresent()) {
                    throw new CommandFailure("chaos needs an empty folder, and " + folder + " is not");
                }
            }
        }
        System.out.println(
                "chaos with seed " + seed + ": " + nodes + " nodes for " + minutes + " minutes, in " + folder);
        ChaosTimeline timeline = Chaos.timeline(System.out);
        boolean good = false;
        try (ChaosProcesses processes = ChaosProcesses.open(folder, port, nodes, nodes + 1, timeline)) {
            ChaosVerdict verdict =
                    Chaos.run(settings, processes, folder.resolve("configuration"), timeline, System.out);
            good = verdict.exitCode() == 0;
            return verdict.exitCode();
        } finally {
            if (good && !keep) {
                delete(folder);
            } else {
                System.out.println("data and logs stay in " + folder);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }
}
