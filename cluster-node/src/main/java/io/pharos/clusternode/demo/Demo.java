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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The demo: one Cassandra, its nodes, a simulator and a receiver of webhooks, all started and all stopped here. */
public final class Demo {
    private static final String HOST = "127.0.0.1";
    private static final Duration READY_PATIENCE = Duration.ofMinutes(2);

    private final Path data;
    private final int port;
    private final boolean simulate;
    private final DemoNodes nodes;
    private final CountDownLatch stop = new CountDownLatch(1);
    private @Nullable EmbeddedCassandra cassandra;
    private @Nullable WebhookPrinter webhook;
    private @Nullable RunningSimulation simulation;

    /**
     * A demo.
     *
     * @param data where everything on disk lies; kept for the next time
     * @param port of the first node
     * @param nodes how many
     */
    public Demo(Path data, int port, int nodes, boolean simulate) {
        this.data = data;
        this.port = port;
        this.simulate = simulate;
        this.nodes = new DemoNodes(data, HOST, port, nodes, this::say);
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
        for (int httpPort : nodes.ports()) {
            Ports.requireFree(HOST, httpPort, "HTTP");
            Ports.requireFree(HOST, httpPort + 8000, "cluster");
        }
        Ports.requireFree(HOST, port + 8001, "CQL of the embedded Cassandra");
        Ports.requireFree(HOST, port + 8002, "storage of the embedded Cassandra");
        int count = nodes.ports().size();
        say("Starting Cassandra, " + (count == 1 ? "a node" : count + " nodes") + (simulate ? ", a simulator" : "")
                + " and a receiver of webhooks ...");
        EmbeddedCassandra server = startCassandra();
        cassandra = server;
        webhook = WebhookPrinter.start(0, System.out);
        DemoFiles.write(data.resolve("configuration"), nodes.urls(), webhook.port());
        // The nodes start beside Cassandra and wait for it: their own start takes as long.
        nodes.start(server.cqlPort());
        String late = "Cassandra does not answer; see " + data.resolve("logs");
        if (!await(server.ready(), stop, READY_PATIENCE, late) || !nodes.awaitReady(stop)) {
            return;
        }
        if (simulate) {
            simulation = Simulation.start(SimulationSettings.demo(nodes.urls())
                    .portFile(SimulatorPort.file())
                    .build());
        }
        welcome();
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

    /**
     * Waits for what a start needs.
     *
     * @param late what is said when it does not come in time
     * @return false when the user stopped first
     */
    static boolean await(CompletionStage<?> needed, CountDownLatch stop, Duration patience, String late)
            throws InterruptedException {
        CompletableFuture<?> ready = needed.toCompletableFuture();
        long deadline = System.nanoTime() + patience.toNanos();
        while (!ready.isDone()) {
            if (stop.await(100, TimeUnit.MILLISECONDS)) {
                return false;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new CommandFailure(late);
            }
        }
        try {
            ready.get();
        } catch (ExecutionException e) {
            throw new CommandFailure(CommandFailure.sentence(e), e);
        }
        return true;
    }

    private void welcome() {
        String url = port == 9090 ? "" : " --url http://" + HOST + ":" + port;
        say("Pharos is ready: http://" + HOST + ":" + port);
        List<URI> urls = nodes.urls();
        if (urls.size() > 1) {
            say("Its nodes are one cluster, ask any of them: "
                    + urls.stream().map(URI::toString).collect(Collectors.joining(", ")));
        }
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
        nodes.expectEnd(); // a signal to the whole group has reached them as well
        RunningSimulation simulator = simulation;
        if (simulator != null) {
            simulator.stop();
        }
        nodes.stop();
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
