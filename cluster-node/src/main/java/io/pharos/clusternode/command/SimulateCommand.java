package io.pharos.clusternode.command;

import io.pharos.clusternode.demo.SimulatorPort;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.clusternode.program.Version;
import io.pharos.simulation.Simulation;
import io.pharos.simulation.SimulationSettings;
import io.pharos.simulation.backfill.Backfill;
import io.pharos.simulation.backfill.BackfillSettings;
import io.pharos.simulation.fault.IncidentClient;
import io.pharos.simulation.fault.IncidentKind;
import io.pharos.simulation.verify.LedgerVerifier;
import io.pharos.simulation.verify.VerifyReport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Simulated servers that write to a running Pharos. */
@Command(
        name = "simulate",
        description = "Simulates pools of servers that write to a running Pharos, and proves that nothing was lost.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {SimulateCommand.Verify.class, SimulateCommand.IncidentCommand.class, ChaosCommand.class},
        footer = {
            "",
            "Examples:",
            "  pharos simulate --servers 1000 --metrics 100 --interval 10s --duration 10m --ledger run.ledger",
            "  pharos simulate verify --ledger run.ledger",
            "  pharos simulate --backfill 7d --servers 100",
            "  pharos simulate incident cpu --for 60s",
            "  pharos simulate chaos --nodes 3 --minutes 2 --seed 7",
        })
final class SimulateCommand implements Callable<Integer> {
    @Option(
            names = "--url",
            split = ",",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:9090",
            description = "Nodes to write to, in turn (default: ${DEFAULT-VALUE}).")
    private List<URI> urls = List.of();

    @Option(names = "--servers", defaultValue = "20", description = "Simulated servers (default: ${DEFAULT-VALUE}).")
    private int servers;

    @Option(names = "--metrics", defaultValue = "50", description = "Metrics a server (default: ${DEFAULT-VALUE}).")
    private int metrics;

    @Option(
            names = "--interval",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "Time between two samples of a series (default: ${DEFAULT-VALUE}).")
    private Duration interval = Duration.ofSeconds(10);

    @Option(
            names = "--duration",
            converter = DurationConverter.class,
            description = "How long samples are made (default: until Ctrl-C).")
    private @Nullable Duration duration;

    @Option(
            names = "--behind",
            defaultValue = "0",
            converter = DurationConverter.class,
            description =
                    "How far in the past the first sample lies, at most 1h; what is behind is sent as fast as it is taken.")
    private Duration behind = Duration.ZERO;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "What the values depend on (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--samples-per-request",
            defaultValue = "2000",
            description = "Most samples a request (default: ${DEFAULT-VALUE}).")
    private int samplesPerRequest;

    @Option(
            names = "--senders",
            defaultValue = "2",
            description = "Requests under way at a time (default: ${DEFAULT-VALUE}).")
    private int senders;

    @Option(names = "--ledger", paramLabel = "FILE", description = "Record every acknowledged batch here.")
    private @Nullable Path ledger;

    @Option(
            names = "--incident-after",
            converter = DurationConverter.class,
            description = "When a first CPU incident starts by itself (default: never).")
    private @Nullable Duration incidentAfter;

    @Option(
            names = "--incident-for",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "How long that incident lasts (default: ${DEFAULT-VALUE}).")
    private Duration incidentFor = Duration.ofSeconds(30);

    @Option(
            names = "--control-port",
            defaultValue = "0",
            description =
                    "Loopback port that takes incidents; 0 for any free one, -1 for none (default: ${DEFAULT-VALUE}).")
    private int controlPort;

    @Option(names = "--exemplars", description = "Send traces of some requests beside the samples.")
    private boolean exemplars;

    @Option(
            names = "--backfill",
            paramLabel = "SPAN",
            converter = DurationConverter.class,
            description =
                    "Write this long a past of the servers by the import path, as fast as it is taken, and end (at most 400d).")
    private @Nullable Duration backfill;

    @Mixin
    private TokenOption token = new TokenOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Duration past = backfill;
        if (past != null) {
            BackfillSettings settings = new BackfillSettings(
                    urls, servers, metrics, interval, past, seed, Math.min(senders, 4), token.read());
            return Backfill.run(settings, System.currentTimeMillis(), System.out, Simulation.isTerminal());
        }
        SimulationSettings settings = SimulationSettings.builder(urls)
                .servers(servers)
                .metrics(metrics)
                .interval(interval)
                .duration(duration)
                .behind(behind)
                .seed(seed)
                .samplesPerRequest(samplesPerRequest)
                .senders(senders)
                .ledger(ledger)
                .incidentAfter(incidentAfter)
                .incidentFor(incidentFor)
                .controlPort(controlPort)
                .portFile(SimulatorPort.file())
                .bearerToken(token.read())
                .exemplars(exemplars)
                .build();
        return Simulation.run(settings, System.out).exitCode();
    }

    /** Reads a ledger's samples back. */
    @Command(
            name = "verify",
            description =
                    "Proves that each acknowledged sample of a ledger is there with its value; exit 1 if one is not.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            footer = {"", "Example:", "  pharos simulate verify --ledger run.ledger --url http://127.0.0.1:9090"})
    static final class Verify implements Callable<Integer> {
        @Option(names = "--ledger", required = true, paramLabel = "FILE", description = "The ledger of a simulation.")
        private Path ledger = Path.of("");

        @Option(
                names = "--url",
                split = ",",
                paramLabel = "URL",
                defaultValue = "http://127.0.0.1:9090",
                description = "Nodes to ask (default: ${DEFAULT-VALUE}).")
        private List<URI> urls = List.of();

        @Mixin
        private TokenOption token = new TokenOption();

        @Override
        public Integer call() throws IOException, InterruptedException {
            VerifyReport report = LedgerVerifier.verify(ledger, urls, token.read(), System.out);
            return report.exitCode();
        }
    }

    /** Steers the running simulator. */
    @Command(
            name = "incident",
            description =
                    "Makes the running simulator show an incident: cpu (a pool at its limit), down (servers gone), queue (a queue grows).",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            footer = {"", "Example:", "  pharos simulate incident cpu --for 60s"})
    static final class IncidentCommand implements Callable<Integer> {
        @Parameters(paramLabel = "KIND", description = "cpu, down or queue.")
        private String kind = "";

        @Option(
                names = "--for",
                defaultValue = "60s",
                converter = DurationConverter.class,
                description = "How long it lasts (default: ${DEFAULT-VALUE}).")
        private Duration length = Duration.ofMinutes(1);

        @Option(
                names = "--pool",
                paramLabel = "POOL",
                description = "The pool it happens in (default: the simulator's choice).")
        private @Nullable String pool;

        @Option(
                names = "--control-port",
                paramLabel = "PORT",
                description = "The simulator's control port (default: that of the only simulator of yours that runs).")
        private @Nullable Integer controlPort;

        @Override
        public Integer call() throws IOException, InterruptedException {
            int port = controlPort == null ? onlyOne() : controlPort;
            System.out.println(IncidentClient.start(port, IncidentKind.parse(kind), length, pool));
            return 0;
        }

        private static int onlyOne() throws IOException {
            List<Path> running = SimulatorPort.running();
            if (running.isEmpty()) {
                throw new CommandFailure("no simulator of yours runs (pharos demo, or pharos simulate)");
            }
            if (running.size() > 1) {
                StringBuilder ports = new StringBuilder();
                for (Path file : running) {
                    ports.append(ports.isEmpty() ? "" : ", ")
                            .append(IncidentClient.portIn(file))
                            .append(" of process ")
                            .append(SimulatorPort.pid(file));
                }
                throw new CommandFailure(
                        running.size() + " simulators of yours run; say --control-port, which is one of: " + ports);
            }
            return IncidentClient.portIn(running.get(0));
        }
    }
}
