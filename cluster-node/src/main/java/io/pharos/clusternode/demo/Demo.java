package io.pharos.clusternode.demo;

import com.typesafe.config.Config;
import io.pharos.clusternode.node.DataDirectory;
import io.pharos.clusternode.node.NodeLogging;
import io.pharos.clusternode.node.Ports;
import io.pharos.clusternode.node.Signals;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.conf.HoconReader;
import io.pharos.persistence.embedded.EmbeddedCassandra;
import io.pharos.persistence.embedded.EmbeddedCassandraListener;
import io.pharos.persistence.embedded.EmbeddedCassandraSettings;
import io.pharos.simulation.RunningSimulation;
import io.pharos.simulation.Simulation;
import io.pharos.simulation.SimulationSettings;
import io.pharos.simulation.webhook.WebhookPrinter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The demo: one Cassandra, one node, a simulator and a receiver of webhooks, all started and all stopped here. */
public final class Demo {
    private static final String HOST = "127.0.0.1";
    private static final Duration READY_PATIENCE = Duration.ofMinutes(2);
    private static final Duration NODE_STOP_PATIENCE = Duration.ofSeconds(40);

    private final Path data;
    private final int port;
    private final boolean simulate;
    private final CountDownLatch stop = new CountDownLatch(1);
    private @Nullable EmbeddedCassandra cassandra;
    private @Nullable ChildProcess node;
    private @Nullable WebhookPrinter webhook;
    private @Nullable RunningSimulation simulation;

    /** @param data where everything on disk lies; kept for the next time */
    public Demo(Path data, int port, boolean simulate) {
        this.data = data;
        this.port = port;
        this.simulate = simulate;
    }

    /** Runs until Ctrl-C or SIGTERM; returns 0 when everything was stopped. */
    public int run() throws IOException, InterruptedException {
        Signals.handle("INT", stop::countDown);
        Signals.handle("TERM", stop::countDown);
        try (DataDirectory folder = DataDirectory.take(data)) {
            NodeLogging.start(folder.path(), "demo");
            try {
                start();
                stop.await();
                say("Stopping.");
            } finally {
                stopAll();
            }
            say("Everything is stopped; the data stays in " + data);
        }
        return 0;
    }

    private void start() throws IOException, InterruptedException {
        for (int offset : new int[] {0, 8000, 8001, 8002}) {
            Ports.requireFree(HOST, port + offset, use(offset));
        }
        say("Starting Cassandra, a node" + (simulate ? ", a simulator" : "") + " and a receiver of webhooks ...");
        EmbeddedCassandra server = startCassandra();
        cassandra = server;
        webhook = WebhookPrinter.start(0, System.out);
        DemoFiles.write(data.resolve("configuration"), HOST + ":" + port, webhook.port());
        // The node starts beside Cassandra and waits for it: its own start takes as long.
        ChildProcess process = ChildProcess.start(
                "the node", nodeCommand(server.cqlPort()), data.resolve("logs/node-output.log"), this::say);
        node = process;
        await(server);
        if (!awaitReady(process)) {
            return;
        }
        if (simulate) {
            simulation = Simulation.start(SimulationSettings.demo(List.of(URI.create("http://" + HOST + ":" + port)))
                    .portFile(SimulatorPort.file())
                    .build());
        }
        welcome();
    }

    private static String use(int offset) {
        return switch (offset) {
            case 0 -> "HTTP";
            case 8000 -> "cluster";
            case 8001 -> "CQL of the embedded Cassandra";
            default -> "storage of the embedded Cassandra";
        };
    }

    private EmbeddedCassandra startCassandra() {
        Config embedded = HoconReader.defaults().getConfig("pharos.persistence.embedded");
        Path lib = Path.of(System.getProperty("pharos.home", "."), "lib", "cassandra");
        EmbeddedCassandraSettings settings =
                EmbeddedCassandraSettings.of(embedded, lib, data, port + 8001, port + 8002);
        return EmbeddedCassandra.start(settings, (state, detail) -> {
            if (state == EmbeddedCassandraListener.State.DOWN && stop.getCount() > 0) {
                say("Cassandra is down and will be started again: " + detail);
            } else if (state == EmbeddedCassandraListener.State.READY && simulation != null) {
                say("Cassandra is back.");
            }
        });
    }

    private void await(EmbeddedCassandra server) throws InterruptedException {
        try {
            server.ready().toCompletableFuture().get(READY_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new CommandFailure(CommandFailure.sentence(e), e);
        } catch (TimeoutException e) {
            throw new CommandFailure("Cassandra does not answer; see " + data.resolve("logs"), e);
        }
    }

    private List<String> nodeCommand(int cqlPort) {
        List<String> command = new ArrayList<>();
        command.add(
                Path.of(System.getProperty("pharos.home", "."), "bin", "pharos").toString());
        command.addAll(List.of(
                "node",
                "--owned",
                "--data",
                data.resolve("node-1").toString(),
                "--port",
                Integer.toString(port),
                "--contact-point",
                HOST + ":" + cqlPort,
                "--set",
                "pharos.persistence.cassandra.replication-factor=1",
                "--prometheus",
                data.resolve("configuration/prometheus.yml").toString(),
                "--alertmanager",
                data.resolve("configuration/alertmanager.yml").toString()));
        return command;
    }

    /** False when the user stopped first. */
    private boolean awaitReady(ChildProcess process) throws InterruptedException {
        HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + port + "/-/ready"))
                .timeout(Duration.ofSeconds(2))
                .build();
        long deadline = System.nanoTime() + READY_PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            if (stop.await(100, TimeUnit.MILLISECONDS)) {
                return false;
            }
            if (!process.isAlive()) {
                throw new CommandFailure(
                        "the node ended while it started; its output is in " + data.resolve("logs/node-output.log"));
            }
            try {
                if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return true;
                }
            } catch (IOException e) {
                // Not listening yet.
            }
        }
        throw new CommandFailure("the node is not ready after " + READY_PATIENCE.toSeconds() + " s; its log is "
                + data.resolve("node-1/logs/node.log"));
    }

    private void welcome() {
        String url = port == 9090 ? "" : " --url http://" + HOST + ":" + port;
        say("Pharos is ready: http://" + HOST + ":" + port);
        say("");
        if (simulate) {
            say(
                    "The simulator writes for 40 servers. In a few seconds one pool runs hot: watch the alert PoolCpuHigh on");
            say("the page; what its receiver is told is printed here. Then try, in another terminal:");
            say("  pharos query" + url + " 'topk(3, avg by (pool) (sim_cpu_usage_percent))'");
            say("  pharos simulate incident queue --for 60s");
        } else {
            say("Try, in another terminal:");
            say("  pharos query" + url + " up");
        }
        say("  pharos status" + url);
        say("Rules and receivers are in " + data.resolve("configuration") + "; Ctrl-C stops everything.");
    }

    private void stopAll() throws InterruptedException {
        stop.countDown();
        ChildProcess process = node;
        if (process != null) {
            process.expectEnd(); // a signal to the whole group has reached the node as well
        }
        RunningSimulation simulator = simulation;
        if (simulator != null) {
            simulator.stop();
        }
        if (process != null) {
            process.stop(NODE_STOP_PATIENCE);
        }
        WebhookPrinter printer = webhook;
        if (printer != null) {
            printer.close();
        }
        EmbeddedCassandra server = cassandra;
        if (server != null) {
            server.close();
        }
    }

    private void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
