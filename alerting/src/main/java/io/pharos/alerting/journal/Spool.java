package io.pharos.alerting.journal;

import akka.actor.typed.ActorSystem;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Local files that hold what the journal has not taken yet, one a journal, each replaced as a whole. Reads and writes happen in
 * the order they were asked for, on a thread of the spool's own; a write that fails or passes a limit is logged and counted,
 * since a notification must not wait for it. The format is drawn in {@code docs/format/alert-events.md}.
 */
public final class Spool {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final int MAGIC = 0x50485350; // PHSP
    private static final int VERSION = 1;

    /** The state as its owner knows it, and the events that are not in the journal, in their order. */
    public record Spooled(JournalState state, List<JournalEvent> waiting) {}

    private final Path directory;
    private final Serialization serialization;
    private final long bytesMax;
    private final long totalBytesMax;
    private final Counter failures;
    private final ExecutorService files = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "pharos-alerting-spool");
        thread.setDaemon(true);
        return thread;
    });

    /** A spool in a directory, which is made when the first file is. Its thread ends with the actor system. */
    public Spool(ActorSystem<?> system, Path directory, JournalSettings settings, PrometheusRegistry registry) {
        this.directory = directory;
        this.serialization = SerializationExtension.get(system);
        this.bytesMax = settings.spoolBytesMax();
        this.totalBytesMax = settings.spoolTotalBytesMax();
        this.failures = Counter.builder()
                .name("pharos_alerting_spool_failures_total")
                .help("Writes to the local spool that failed or would have passed its limits.")
                .register(registry);
        system.getWhenTerminated().whenComplete((done, fault) -> files.shutdown());
    }

    /** What a journal's file holds; empty where there is none or it cannot be used. */
    public CompletionStage<Optional<Spooled>> read(String persistenceId) {
        return CompletableFuture.supplyAsync(() -> load(persistenceId), files);
    }

    /** Replaces a journal's file. */
    public CompletionStage<Void> write(String persistenceId, Spooled content) {
        return CompletableFuture.runAsync(() -> store(persistenceId, content), files);
    }

    /** Removes a journal's file. */
    public CompletionStage<Void> delete(String persistenceId) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        Files.deleteIfExists(file(persistenceId));
                    } catch (IOException e) {
                        failed("could not be removed", persistenceId, e);
                    }
                },
                files);
    }

    private Path file(String persistenceId) {
        return directory.resolve(persistenceId.replaceAll("[^A-Za-z0-9-]", "_") + ".spool");
    }

    private Optional<Spooled> load(String persistenceId) {
        try {
            return Optional.of(decode(Files.readAllBytes(file(persistenceId))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            failed("cannot be read and is left aside", persistenceId, e);
            return Optional.empty();
        }
    }

    private void store(String persistenceId, Spooled content) {
        try {
            byte[] bytes = encode(content);
            Path target = file(persistenceId);
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
            failed("could not be written", persistenceId, e);
        }
    }

    private long total() throws IOException {
        long bytes = 0;
        try (var listing = Files.newDirectoryStream(directory, "*.spool")) {
            for (Path path : listing) {
                bytes += Files.size(path);
            }
        }
        return bytes;
    }

    private void failed(String what, String persistenceId, Exception e) {
        failures.inc();
        LOG.warn("The spool file of {} in {} {}: {}", persistenceId, directory, what, e.toString());
    }

    byte[] encode(Spooled content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(MAGIC);
        out.writeByte(VERSION);
        out.writeInt(content.waiting().size());
        frame(out, content.state());
        for (JournalEvent event : content.waiting()) {
            frame(out, event);
        }
        CRC32 checksum = new CRC32();
        checksum.update(bytes.toByteArray());
        out.writeInt((int) checksum.getValue());
        return bytes.toByteArray();
    }

    private void frame(DataOutputStream out, Object value) throws IOException {
        Serializer serializer = serialization.findSerializerFor(value);
        out.writeInt(serializer.identifier());
        out.writeUTF(Serializers.manifestFor(serializer, value));
        byte[] bytes = serializer.toBinary(value);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    Spooled decode(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        if (bytes.length < 13 || in.readInt() != MAGIC) {
            throw new IOException("not a spool file");
        }
        CRC32 checksum = new CRC32();
        checksum.update(bytes, 0, bytes.length - 4);
        int stored = java.nio.ByteBuffer.wrap(bytes).getInt(bytes.length - 4);
        if (stored != (int) checksum.getValue()) {
            throw new IOException("the checksum is wrong");
        }
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException("version " + version + " is not known");
        }
        int count = in.readInt();
        Object state = frame(in);
        List<JournalEvent> waiting = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            waiting.add((JournalEvent) frame(in));
        }
        return new Spooled((JournalState) state, waiting);
    }

    private Object frame(DataInputStream in) throws IOException {
        int serializer = in.readInt();
        String manifest = in.readUTF();
        byte[] bytes = in.readNBytes(in.readInt());
        return serialization.deserialize(bytes, serializer, manifest).get();
    }
}
