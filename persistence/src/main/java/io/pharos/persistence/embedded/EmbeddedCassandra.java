package io.pharos.persistence.embedded;

import io.pharos.persistence.embedded.ChildCommand.Archive;
import io.pharos.persistence.embedded.EmbeddedCassandraListener.State;
import io.pharos.timeseries.store.StorageStatistics;
import io.pharos.timeseries.store.StoreUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Cassandra as a child process over one data directory: started, watched, started again when it dies, and gone when its
 * owner is gone. It is the single copy of what it holds.
 */
public final class EmbeddedCassandra implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCassandra.class);
    private static final Duration ORPHAN_PATIENCE = Duration.ofSeconds(10);
    /** So much later than the first start, for that has enough to do. */
    private static final Duration ARCHIVE_PAUSE = Duration.ofMinutes(1);

    private static final long POLL_MILLIS = 50;
    private static final long ROOM_POLL_MILLIS = 500;
    /** The exit code of a process that SIGKILL ended. */
    private static final int KILLED = 137;

    private static final long BACKOFF_MIN_MILLIS = 200;
    private static final long BACKOFF_MAX_MILLIS = 10_000;
    /** A run of this length was a success, so that the next restart does not wait. */
    private static final long STEADY_NANOS = Duration.ofMinutes(1).toNanos();

    private final EmbeddedCassandraSettings settings;
    private final EmbeddedCassandraListener listener;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final Thread owner = new Thread(this::own, "pharos-cassandra-owner");
    private volatile boolean stopping;
    private volatile @Nullable Child child;
    private volatile @Nullable Thread archiveMaker;

    private EmbeddedCassandra(EmbeddedCassandraSettings settings, EmbeddedCassandraListener listener) {
        this.settings = settings;
        this.listener = listener;
    }

    /** Begins to start the server and returns at once; {@link #ready} tells how that went. */
    public static EmbeddedCassandra start(EmbeddedCassandraSettings settings, EmbeddedCassandraListener listener) {
        EmbeddedCassandra server = new EmbeddedCassandra(settings, listener);
        server.owner.setDaemon(true);
        server.owner.start();
        return server;
    }

    /**
     * Complete when CQL first answers; fails with {@link EmbeddedCassandraException}, whose message is one line, when the first
     * start fails. A later death does not change it: that is told to the listener.
     */
    public CompletionStage<Void> ready() {
        return ready.minimalCompletionStage();
    }

    /** The child's process id, or 0 while there is none. */
    public int pid() {
        Child now = child;
        return now != null && now.isAlive() ? now.pid() : 0;
    }

    /** Where CQL answers, on loopback. */
    public int cqlPort() {
        return settings.cqlPort();
    }

    /** Ends the child in order, or by force after the time-out; complete when it is gone. May be called more than once. */
    public CompletionStage<Void> stop() {
        stopping = true;
        owner.interrupt();
        return stopped.minimalCompletionStage();
    }

    /** As {@link #stop}, but waits. */
    @Override
    public void close() {
        stop().toCompletableFuture().join();
    }

    /** Exact bytes of the files of one keyspace, and a flush that works. */
    public StorageStatistics statistics(String keyspace) {
        ServerFolder folder = ServerFolder.in(settings.dataDirectory());
        return new StorageStatistics() {
            @Override
            public CompletionStage<Map<String, Long>> bytesByTable() {
                return CompletableFuture.supplyAsync(() -> {
                    try {
                        return folder.bytesByTable(keyspace);
                    } catch (IOException failure) {
                        throw new StoreUnavailableException(
                                "The files of the embedded Cassandra cannot be counted", failure);
                    }
                });
            }

            @Override
            public CompletionStage<Void> flush() {
                Child now = child;
                if (now == null) {
                    return CompletableFuture.failedFuture(
                            new StoreUnavailableException("The embedded Cassandra is not running"));
                }
                return now.flush(keyspace).exceptionally(failure -> {
                    throw new StoreUnavailableException("The embedded Cassandra did not flush", failure);
                });
            }
        };
    }

    private void own() {
        String last = "stopped";
        OwnerLock lock = null;
        try {
            ServerFolder folder = ServerFolder.in(settings.dataDirectory());
            lock = OwnerLock.take(folder.root().resolve("owner.pid"));
            runUntilStopped(folder);
        } catch (InterruptedException end) {
            // Only stop() interrupts.
        } catch (RuntimeException failure) {
            last = String.valueOf(failure.getMessage());
            fail(failure);
        } finally {
            endChild();
            if (lock != null) {
                lock.close();
            }
        }
        ready.completeExceptionally(
                new EmbeddedCassandraException("The embedded Cassandra was stopped before it was ready"));
        tell(State.STOPPED, last);
        stopped.complete(null);
    }

    private void fail(RuntimeException failure) {
        if (!ready.completeExceptionally(failure)) {
            LOG.error("The embedded Cassandra is given up: {}", failure.getMessage());
        }
    }

    private void runUntilStopped(ServerFolder folder) throws InterruptedException {
        if (!Child.awaitOrphan(folder.childPid(), ORPHAN_PATIENCE)) {
            throw new EmbeddedCassandraException("A Cassandra of an earlier run still holds " + folder.root()
                    + " (pid in " + folder.childPid() + "); end it first");
        }
        checkPort(settings.cqlPort(), "CQL");
        checkPort(settings.storagePort(), "storage");
        JavaHomes.JavaHome home = JavaHomes.find(settings.javaHome());
        boolean direct = folder.takesDirectWrites();
        if (!direct) {
            LOG.warn(
                    "The file system of {} refuses direct access: Cassandra's commit log goes through the page cache",
                    folder.root());
        }
        folder.writeConfiguration(settings, direct);
        ClassArchive archive = new ClassArchive(settings, folder, home);
        boolean archived = settings.classArchive() && archive.exists();
        List<String> command =
                ChildCommand.of(settings, folder, folder, home, archived ? Archive.READ : Archive.NONE, archive.file());
        if (settings.classArchive() && !archived) {
            ready.thenRun(() -> makeLater(archive));
        }
        superviseChildren(folder, command);
    }

    private void makeLater(ClassArchive archive) {
        Thread maker = new Thread(
                () -> {
                    try {
                        archive.make(ARCHIVE_PAUSE);
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                },
                "pharos-class-archive");
        maker.setDaemon(true);
        archiveMaker = maker;
        maker.start();
    }

    private static void checkPort(int port, String use) {
        if (!CqlProbe.isFree(port)) {
            throw new EmbeddedCassandraException("Port " + port + " (" + use
                    + " of the embedded Cassandra) is taken by another process; choose another by --port");
        }
    }

    private void superviseChildren(ServerFolder folder, List<String> command) throws InterruptedException {
        long backoff = BACKOFF_MIN_MILLIS;
        String last = "";
        while (!stopping) {
            long began = System.nanoTime();
            long logFrom = FailureReason.length(folder.log());
            tell(State.STARTING, last.isEmpty() ? "log in " + folder.log() : last + "; it is being started again");
            Child run = Child.start(command, folder);
            child = run;
            String failure = awaitReady(run);
            if (failure == null) {
                ready.complete(null);
                tell(State.READY, "CQL on 127.0.0.1:" + settings.cqlPort() + ", pid " + run.pid());
                while (!run.awaitEnd(Long.MAX_VALUE)) {
                    // Waits without end; only the child's end or stop() leads out.
                }
                failure = "The embedded Cassandra ended with code " + run.exitCode();
            }
            String why = run.exitCode() != KILLED ? FailureReason.of(folder, logFrom) : "it was killed";
            String line = failure + ": " + why + "; see " + folder.log();
            if (!ready.isDone()) {
                throw new EmbeddedCassandraException(line);
            }
            backoff = System.nanoTime() - began > STEADY_NANOS ? BACKOFF_MIN_MILLIS : backoff;
            tell(State.DOWN, line);
            last = line;
            if (FailureReason.isFull(folder)) {
                LOG.error(
                        "{}; it is started again as soon as there are {} MB of room",
                        line,
                        FailureReason.ROOM_MIN >> 20);
                awaitRoom(folder);
            } else {
                LOG.warn("{}; it is started again in {} ms", line, backoff);
                Thread.sleep(backoff);
                backoff = Math.min(BACKOFF_MAX_MILLIS, backoff * 2);
            }
        }
    }

    private static void awaitRoom(ServerFolder folder) throws InterruptedException {
        while (FailureReason.isFull(folder)) {
            Thread.sleep(ROOM_POLL_MILLIS);
        }
    }

    /** Null once CQL answers, otherwise what went wrong; the child is dead then. */
    private @Nullable String awaitReady(Child run) throws InterruptedException {
        long deadline = System.nanoTime() + settings.startTimeout().toNanos();
        while (!run.awaitEnd(POLL_MILLIS)) {
            if (CqlProbe.answers(settings.cqlPort())) {
                return null;
            }
            if (System.nanoTime() - deadline > 0) {
                run.stop(Duration.ZERO);
                return "The embedded Cassandra did not answer CQL within "
                        + settings.startTimeout().toSeconds() + " s";
            }
        }
        return "The embedded Cassandra ended while it started, with code " + run.exitCode();
    }

    private void endChild() {
        Thread maker = archiveMaker;
        if (maker != null) {
            maker.interrupt();
        }
        Child run = child;
        if (run == null) {
            return;
        }
        try {
            run.stop(settings.stopTimeout());
        } catch (InterruptedException hurried) {
            run.kill();
            Thread.currentThread().interrupt();
        }
        child = null;
    }

    private void tell(State state, String detail) {
        try {
            listener.onState(state, detail);
        } catch (RuntimeException theirs) {
            LOG.warn("A listener of the embedded Cassandra failed", theirs);
        }
    }
}
