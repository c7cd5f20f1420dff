package io.pharos.clusternode.demo;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.pharos.clusternode.node.DataDirectory;
import io.pharos.clusternode.node.NodeLogging;
import io.pharos.clusternode.node.Ports;
import io.pharos.clusternode.node.Signals;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.conf.HoconReader;
import io.pharos.persistence.embedded.EmbeddedCassandra;
import io.pharos.persistence.embedded.EmbeddedCassandraSettings;
import io.pharos.simulation.chaos.ChaosTarget;
import io.pharos.simulation.chaos.ChaosTimeline;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** The processes of a cluster under chaos: nodes and a Cassandra, kept alive by this process and hurt when told. */
public final class ChaosProcesses implements ChaosTarget, AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int PORT_STEP = 100;
    private static final Duration READY_PATIENCE = Duration.ofMinutes(6);

    private final Path data;
    private final int port;
    private final int nodesMax;
    private final ChaosTimeline timeline;
    private final DataDirectory folder;
    private final DemoNodes nodes;
    private final EmbeddedCassandra cassandra;
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile boolean closing;
    private int started;

    private ChaosProcesses(Path data, int port, int count, int nodesMax, ChaosTimeline timeline) {
        this.data = data;
        this.port = port;
        this.nodesMax = nodesMax;
        this.timeline = timeline;
        this.folder = DataDirectory.take(data);
        NodeLogging.start(data, "chaos");
        for (URI url : urls()) {
            Ports.requireFree(HOST, url.getPort(), "HTTP");
            Ports.requireFree(HOST, url.getPort() + 8000, "cluster");
        }
        this.nodes = new DemoNodes(data, HOST, port, count, this::seen);
        this.started = count;
        // No archive of classes: what is killed again and again need not start faster.
        Config embedded = ConfigFactory.parseString("class-archive = false, start-timeout = 5m")
                .withFallback(HoconReader.defaults().getConfig("pharos.persistence.embedded"));
        Path lib = Path.of(System.getProperty("pharos.home", "."), "lib", "cassandra");
        this.cassandra = EmbeddedCassandra.start(
                EmbeddedCassandraSettings.of(embedded, lib, data, port + 8001, port + 8002),
                (state, detail) ->
                        seen("Cassandra is " + state.name().toLowerCase(java.util.Locale.ROOT) + ": " + detail));
    }

    /**
     * Begins to start Cassandra.
     *
     * @param data an empty folder
     * @param count nodes at the start
     * @param nodesMax nodes at the most
     */
    public static ChaosProcesses open(Path data, int port, int count, int nodesMax, ChaosTimeline timeline) {
        Thread here = Thread.currentThread();
        Signals.handle("INT", here::interrupt);
        Signals.handle("TERM", here::interrupt);
        return new ChaosProcesses(data, port, count, nodesMax, timeline);
    }

    private void seen(String line) {
        if (!closing) {
            timeline.say("  " + line);
        }
    }

    @Override
    public List<URI> urls() {
        return IntStream.range(0, nodesMax)
                .mapToObj(i -> URI.create("http://" + HOST + ":" + (port + i * PORT_STEP)))
                .toList();
    }

    @Override
    public int nodes() {
        return started;
    }

    @Override
    public void start(Path prometheus, Path alertmanager) throws IOException, InterruptedException {
        if (!prometheus.startsWith(data.resolve("configuration"))) {
            throw new IllegalArgumentException("the configuration has to lie in " + data.resolve("configuration"));
        }
        try {
            cassandra.ready().toCompletableFuture().get(READY_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new CommandFailure(CommandFailure.sentence(e), e);
        } catch (TimeoutException e) {
            throw new CommandFailure("Cassandra does not answer; see " + logs(), e);
        }
        // Not before: on a busy machine Cassandra may take longer to start than a node waits for one.
        nodes.start(cassandra.cqlPort());
        nodes.awaitReady(stop);
    }

    @Override
    public void killNode(int node) throws IOException {
        signal("KILL", nodes.pid(node));
    }

    @Override
    public void restartNode(int node) throws IOException {
        signal("TERM", nodes.pid(node));
    }

    @Override
    public void pauseNode(int node) throws IOException {
        signal("STOP", nodes.pid(node));
    }

    @Override
    public void resumeNode(int node) throws IOException {
        signal("CONT", nodes.pid(node));
    }

    @Override
    public void addNode() throws IOException {
        nodes.add(cassandra.cqlPort());
        started++;
    }

    @Override
    public void killStore() throws IOException {
        signal("KILL", cassandra.pid());
    }

    @Override
    public void pauseStore() throws IOException {
        signal("STOP", cassandra.pid());
    }

    @Override
    public void resumeStore() throws IOException {
        signal("CONT", cassandra.pid());
    }

    @Override
    public Path logs() {
        return data;
    }

    private static void signal(String name, long pid) throws IOException {
        if (pid <= 0) {
            return; // it is being started again
        }
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
        try {
            kill.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing = true;
        boolean interrupted = Thread.interrupted();
        try {
            nodes.stop();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        cassandra.close();
        folder.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
