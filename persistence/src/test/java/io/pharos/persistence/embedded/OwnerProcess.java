package io.pharos.persistence.embedded;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** An owner in a process of its own, to be killed: it prints its child's pid once that is ready, and waits. */
@SuppressWarnings("SystemOut")
public final class OwnerProcess {
    private OwnerProcess() {}

    /** Takes the data directory and the two ports. */
    public static void main(String[] arguments) throws InterruptedException {
        EmbeddedCassandra server = EmbeddedCassandra.start(
                TestServers.settings(
                        Path.of(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2])),
                (state, detail) -> {});
        server.ready().toCompletableFuture().join();
        System.out.println("child " + server.pid());
        System.out.flush();
        new CountDownLatch(1).await();
    }
}
