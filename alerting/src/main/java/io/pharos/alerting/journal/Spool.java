package io.pharos.alerting.journal;

import akka.actor.typed.ActorSystem;
import akka.serialization.SerializationExtension;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Local files that hold what the journal has not taken yet, one a journal, each replaced as a whole. Files that an earlier
 * process left behind are set aside: a journal that runs on this node begins with them, and whoever runs it now is told of them.
 * Reads and writes happen in the order they were asked for, on a thread of the spool's own; a write that fails or passes a limit
 * is logged and counted, since a notification must not wait for it. The format is drawn in {@code docs/format/alert-events.md}.
 */
public final class Spool {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final String LIVE = ".spool";
    private static final String LEFT = ".left";
    private static final Duration LEFT_KEPT = Duration.ofDays(30);

    /** The state as its owner knows it, and the events that are not in the journal, in their order. */
    public record Spooled(JournalState state, List<JournalEvent> waiting) {}

    /** A file that an earlier process left behind. */
    public record LeftBehind(String persistenceId, Spooled content, Path file) {}

    private final Path directory;
    private final InstantSource clock;
    private final SpoolFormat format;
    private final long bytesMax;
    private final long totalBytesMax;
    private final Counter failures;
    private final ExecutorService files = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "pharos-alerting-spool");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * A spool in a directory, which is made when the first file is; one a directory and process. Its thread ends with the actor
     * system.
     */
    public Spool(
            ActorSystem<?> system,
            Path directory,
            JournalSettings settings,
            InstantSource clock,
            PrometheusRegistry registry) {
        this.directory = directory;
        this.clock = clock;
        this.format = new SpoolFormat(SerializationExtension.get(system));
        this.bytesMax = settings.spoolBytesMax();
        this.totalBytesMax = settings.spoolTotalBytesMax();
        this.failures = Counter.builder()
                .name("pharos_alerting_spool_failures_total")
                .help("Writes to the local spool that failed or would have passed its limits.")
                .register(registry);
        system.getWhenTerminated().whenComplete((done, fault) -> files.shutdown());
        files.execute(this::setAside);
    }

    /** What a journal's file holds, or the newest one left behind; empty where there is none or it cannot be used. */
    public CompletionStage<Optional<Spooled>> read(String persistenceId) {
        return CompletableFuture.supplyAsync(() -> load(persistenceId), files);
    }

    /** Replaces a journal's file. */
    public CompletionStage<Void> write(String persistenceId, Spooled content) {
        return CompletableFuture.runAsync(() -> store(persistenceId, content), files);
    }

    /** Removes a journal's file. What was left behind stays until it is {@linkplain #handedOver handed over}. */
    public CompletionStage<Void> delete(String persistenceId) {
        return CompletableFuture.runAsync(() -> remove(file(persistenceId)), files);
    }

    /** What earlier processes left behind and nobody has taken over, the oldest first. */
    public CompletionStage<List<LeftBehind>> leftBehind() {
        return CompletableFuture.supplyAsync(
                () -> {
                    List<LeftBehind> found = new ArrayList<>();
                    for (Path file : listed(LEFT)) {
                        String id = persistenceId(file);
                        decoded(file, id).ifPresent(content -> found.add(new LeftBehind(id, content, file)));
                    }
                    return found;
                },
                files);
    }

    /** Removes what was left behind, since its journal's owner has it. */
    public CompletionStage<Void> handedOver(LeftBehind left) {
        return CompletableFuture.runAsync(() -> remove(left.file()), files);
    }

    /* A name is PERSISTENCE-ID.spool, or PERSISTENCE-ID.TIME.left, where the time is that of the last write in milliseconds. In
     * the id, "kind|hash", the bar is an underscore. */

    private Path file(String persistenceId) {
        return directory.resolve(baseName(persistenceId) + LIVE);
    }

    private static String baseName(String persistenceId) {
        return persistenceId.replaceAll("[^A-Za-z0-9-]", "_");
    }

    private static String persistenceId(Path left) {
        String name = left.getFileName().toString();
        return name.substring(0, name.indexOf('.')).replaceFirst("_", "|");
    }

    private void setAside() {
        for (Path file : listed(LIVE)) {
            try {
                String name = file.getFileName().toString();
                String base = name.substring(0, name.length() - LIVE.length());
                long written = Files.getLastModifiedTime(file).toMillis();
                Files.move(file, directory.resolve(base + "." + written + LEFT), StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                failed("cannot be set aside", file, e);
            }
        }
        long oldest = clock.millis() - LEFT_KEPT.toMillis();
        for (Path file : listed(LEFT)) {
            try {
                if (Files.getLastModifiedTime(file).toMillis() < oldest) {
                    LOG.warn("{} was left behind {} days ago and is removed", file, LEFT_KEPT.toDays());
                    Files.delete(file);
                }
            } catch (IOException e) {
                failed("cannot be removed", file, e);
            }
        }
    }

    private Optional<Spooled> load(String persistenceId) {
        Path live = file(persistenceId);
        if (Files.exists(live)) {
            return decoded(live, persistenceId);
        }
        String prefix = baseName(persistenceId) + ".";
        List<Path> left = listed(LEFT).stream()
                .filter(file -> file.getFileName().toString().startsWith(prefix))
                .toList();
        return left.isEmpty() ? Optional.empty() : decoded(left.get(left.size() - 1), persistenceId);
    }

    private Optional<Spooled> decoded(Path file, String persistenceId) {
        try {
            return Optional.of(format.decode(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            failed("of " + persistenceId + " cannot be read and is left aside", file, e);
            return Optional.empty();
        }
    }

    private void store(String persistenceId, Spooled content) {
        Path target = file(persistenceId);
        try {
            byte[] bytes = format.encode(content);
            Files.createDirectories(directory);
            long others = total() - (Files.exists(target) ? Files.size(target) : 0);
            if (bytes.length > bytesMax || others + bytes.length > totalBytesMax) {
                throw new IOException(bytes.length + " bytes would pass the limit of the spool");
            }
            Path fresh = directory.resolve(target.getFileName() + ".new");
            Files.write(
                    fresh,
                    bytes,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SYNC);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException e) {
            failed("could not be written", target, e);
        }
    }

    private void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            failed("could not be removed", file, e);
        }
    }

    private long total() throws IOException {
        long bytes = 0;
        for (String kind : List.of(LIVE, LEFT)) {
            for (Path path : listed(kind)) {
                bytes += Files.size(path);
            }
        }
        return bytes;
    }

    /** The files of a kind by name, so those of one journal by time. */
    private List<Path> listed(String kind) {
        List<Path> all = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (var listing = Files.newDirectoryStream(directory, "*" + kind)) {
                listing.forEach(all::add);
            } catch (IOException e) {
                failed("cannot be listed", directory, e);
            }
        }
        all.sort(Comparator.naturalOrder());
        return all;
    }

    private void failed(String what, Path file, Exception e) {
        failures.inc();
        LOG.warn("The spool file {} {}: {}", file, what, e.toString());
    }
}
