package io.pharos.clusternode.node;

import com.typesafe.config.Config;
import io.pharos.clusternode.cluster.JoinedConfig;
import io.pharos.clusternode.cluster.NodeToken;
import io.pharos.clusternode.configuration.ConfigurationControl;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.conf.ConfigurationException;
import io.pharos.httpapi.HttpApiSettings;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A node as a process: runs until a signal, its owner's end or its own failure ends it. */
public final class NodeProcess {
    /** The exit code of a node that the others went on without. */
    public static final int SHUT_OUT = 3;

    private NodeProcess() {}

    /**
     * Runs a node until it is asked to stop, and stops it cleanly.
     *
     * @param owned end when standard input ends, and leave Ctrl-C to the owner
     * @param checkOnly only read settings and configuration files
     * @return the exit code
     */
    public static int run(Config config, boolean owned, boolean checkOnly) throws ConfigurationException {
        NodeSettings settings = NodeSettings.of(config);
        if (checkOnly) {
            NodeToken.of(HttpApiSettings.of(config));
            ConfigurationControl.check(settings.prometheusFile(), settings.alertmanagerFile());
            System.out.println("The settings and the configuration files are good.");
            return 0;
        }
        CountDownLatch stop = new CountDownLatch(1);
        AtomicBoolean asked = new AtomicBoolean();
        AtomicReference<@Nullable Thread> starting = new AtomicReference<>(Thread.currentThread());
        Runnable ask = () -> {
            if (!asked.compareAndSet(false, true)) {
                System.err.println("Stopping already; kill -9 is safe if it cannot wait.");
            }
            stop.countDown();
            Thread waiting = starting.getAndSet(null);
            if (waiting != null) {
                waiting.interrupt(); // the start may wait for minutes for others
            }
        };
        Signals.handle("TERM", ask);
        Signals.handle("INT", owned ? () -> {} : ask);
        int code = 0;
        try (DataDirectory data = DataDirectory.take(settings.data())) {
            data.tell(settings.host() + ":" + settings.port());
            NodeLogging.start(data.path(), "node");
            if (owned) {
                endWithOwner(ask);
            }
            try (Node node = Node.start(settings, JoinedConfig.of(config), stop)) {
                if (starting.getAndSet(null) == null) {
                    Thread.interrupted(); // asked to stop just as it was ready
                }
                Signals.handle("HUP", node::reload);
                System.out.println("Pharos is ready: http://" + settings.host() + ":" + settings.port());
                stop.await();
                if (node.isShutOut()) {
                    code = SHUT_OUT;
                } else {
                    System.out.println("Stopping.");
                }
            } catch (InterruptedException e) {
                throw new CommandFailure("stopped before it was ready", e);
            }
        }
        return code;
    }

    private static void endWithOwner(Runnable ask) {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // The owner says nothing; only the end of the pipe matters.
                        }
                    } catch (IOException e) {
                        // A broken pipe is the end as well.
                    }
                    ask.run();
                },
                "pharos-owner-watch");
        watch.setDaemon(true);
        watch.start();
    }
}
