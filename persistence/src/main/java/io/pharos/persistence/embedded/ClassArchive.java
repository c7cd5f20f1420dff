package io.pharos.persistence.embedded;

import io.pharos.persistence.embedded.ChildCommand.Archive;
import io.pharos.persistence.embedded.JavaHomes.JavaHome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive of the classes that Cassandra loads, which saves a third of a start's CPU. The JVM writes one when it ends, which
 * takes seconds, so it is made by a second server in a scratch folder, once, in the background and at the lowest priority.
 */
final class ClassArchive {
    private static final Logger LOG = LoggerFactory.getLogger(ClassArchive.class);
    private static final Duration END_PATIENCE = Duration.ofMinutes(2);
    private static final long POLL_MILLIS = 200;
    private static final Path NICE = Path.of("/usr/bin/nice");

    private final EmbeddedCassandraSettings settings;
    private final ServerFolder folder;
    private final JavaHome home;
    private final Path file;

    ClassArchive(EmbeddedCassandraSettings settings, ServerFolder folder, JavaHome home) {
        this.settings = settings;
        this.folder = folder;
        this.home = home;
        // Another Java or other jars need another archive; the name tells them apart.
        List<String> fitsOnly = ChildCommand.of(settings, folder, folder, home, Archive.NONE, folder.root());
        this.file = folder.root().resolve("classes-" + Integer.toHexString(fitsOnly.hashCode()) + ".jsa");
    }

    Path file() {
        return file;
    }

    boolean exists() {
        return Files.exists(file);
    }

    /** Makes the archive; an interrupt ends the attempt and leaves nothing behind. */
    void make(Duration pause) throws InterruptedException {
        Thread.sleep(pause.toMillis());
        Path scratch = folder.root().resolve("archive-scratch");
        Child child = null;
        try {
            delete(scratch);
            Path unfinished = folder.root().resolve("classes.tmp");
            EmbeddedCassandraSettings apart = apart(scratch);
            ServerFolder scratchFolder = ServerFolder.in(scratch);
            scratchFolder.writeConfiguration(apart, scratchFolder.takesDirectWrites());
            List<String> command = new ArrayList<>();
            if (Files.isExecutable(NICE)) {
                command.addAll(List.of(NICE.toString(), "-n", "19"));
            }
            command.addAll(ChildCommand.of(apart, scratchFolder, folder, home, Archive.WRITE, unfinished));
            child = Child.start(command, scratchFolder);
            if (awaitReady(child, apart)) {
                child.stop(END_PATIENCE);
                deleteOlder();
                Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
                LOG.info("Later starts of the embedded Cassandra use the class archive {}", file);
            }
        } catch (IOException | EmbeddedCassandraException failure) {
            LOG.info("No class archive was made: {}", failure.getMessage());
        } finally {
            endQuietly(child);
            delete(scratch);
        }
    }

    private static boolean awaitReady(Child child, EmbeddedCassandraSettings apart) throws InterruptedException {
        long deadline = System.nanoTime() + apart.startTimeout().toNanos();
        while (!child.awaitEnd(POLL_MILLIS) && System.nanoTime() - deadline < 0) {
            if (CqlProbe.answers(apart.cqlPort())) {
                return true;
            }
        }
        return false;
    }

    private EmbeddedCassandraSettings apart(Path scratch) throws IOException {
        try (ServerSocket cql = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket storage = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new EmbeddedCassandraSettings(
                    settings.libDirectory(),
                    scratch,
                    cql.getLocalPort(),
                    storage.getLocalPort(),
                    settings.heap(),
                    settings.javaHome(),
                    settings.startTimeout(),
                    settings.stopTimeout(),
                    false);
        }
    }

    private static void endQuietly(@Nullable Child child) {
        if (child != null && child.isAlive()) {
            child.kill();
        }
    }

    private void deleteOlder() throws IOException {
        try (Stream<Path> files = Files.list(folder.root())) {
            for (Path old :
                    files.filter(path -> path.toString().endsWith(".jsa")).toList()) {
                Files.delete(old);
            }
        }
    }

    private static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException left) {
            LOG.info("{} could not be removed: {}", directory, left.getMessage());
        }
    }
}
