package io.pharos.persistence.cold;

import io.pharos.timeseries.store.ColdObjectMissingException;
import io.pharos.timeseries.store.ColdStore;
import io.pharos.timeseries.store.StoreUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Objects as files of a folder, which several nodes share by a network file system or by lying on one machine. An object is written
 * beside its place and moved there, so nobody sees half of one; what a node that died left half written is deleted after a day.
 */
public final class DirectoryColdStore implements ColdStore {
    private static final String UNFINISHED = ".unfinished-";
    private static final Duration UNFINISHED_AGE = Duration.ofDays(1);
    private static final int THREADS = 8;
    private static final int ATTEMPTS_MAX = 5;

    private final Path root;
    private final InstantSource clock;
    private final ExecutorService threads;

    private interface Work<T> {
        T run() throws IOException;
    }

    private DirectoryColdStore(Path root, InstantSource clock) {
        this.root = root;
        this.clock = clock;
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "cold-store");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Opens a folder, which is made where it is not there. Blocks; a folder that cannot be written is an {@link IOException} that says so. */
    public static DirectoryColdStore open(Path root, InstantSource clock) throws IOException {
        Files.createDirectories(root);
        if (!Files.isDirectory(root) || !Files.isWritable(root)) {
            throw new IOException(root + " is no folder that can be written");
        }
        return new DirectoryColdStore(root.toAbsolutePath().normalize(), clock);
    }

    private <T> CompletionStage<T> run(String what, Work<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return work.run();
                    } catch (IOException | UncheckedIOException failed) {
                        throw new StoreUnavailableException("cannot " + what + " in " + root + ": " + failed, failed);
                    }
                },
                threads);
    }

    private interface Act {
        void run() throws IOException;
    }

    private CompletionStage<Void> act(String what, Act act) {
        return this.<Boolean>run(what, () -> {
                    act.run();
                    return true;
                })
                .thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Void> put(String name, ByteBuffer bytes) {
        Path file = root.resolve(ColdStore.checked(name));
        return act("write " + name, () -> {
            for (int attempt = 1; ; attempt++) {
                try {
                    write(file, bytes);
                    return;
                } catch (NoSuchFileException raced) {
                    // Another node deleted the last object of this folder, and the folder with it.
                    if (attempt == ATTEMPTS_MAX) {
                        throw raced;
                    }
                }
            }
        });
    }

    private void write(Path file, ByteBuffer bytes) throws IOException {
        Path folder = parent(file);
        Files.createDirectories(folder);
        Path unfinished = folder.resolve(UNFINISHED + UUID.randomUUID());
        try {
            try (FileChannel channel =
                    FileChannel.open(unfinished, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                ByteBuffer rest = bytes.duplicate();
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException failed) {
            Files.deleteIfExists(unfinished);
            throw failed;
        }
        // The names in the folders have to be durable too, also those of folders made just now.
        for (Path each = folder; each.startsWith(root); each = parent(each)) {
            try (FileChannel names = FileChannel.open(each, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(path + " lies in no folder");
        }
        return parent;
    }

    @Override
    public CompletionStage<ByteBuffer> read(String name, long offset, int length) {
        Path file = root.resolve(ColdStore.checked(name));
        return run("read " + name, () -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                long there = Math.max(0, Math.min(length, channel.size() - offset));
                ByteBuffer bytes = ByteBuffer.allocate((int) there);
                while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
                    // until all is there
                }
                return bytes.flip().asReadOnlyBuffer();
            } catch (NoSuchFileException missing) {
                throw new ColdObjectMissingException(name);
            }
        });
    }

    @Override
    public CompletionStage<Void> list(String prefix, Consumer<Entry> consumer) {
        Path folder = root.resolve(ColdStore.checkedPrefix(prefix));
        return act("list " + prefix, () -> {
            if (Files.isDirectory(folder)) {
                Files.walkFileTree(folder, new Listing(consumer));
            }
        });
    }

    private final class Listing extends SimpleFileVisitor<Path> {
        private final Consumer<Entry> consumer;

        Listing(Consumer<Entry> consumer) {
            this.consumer = consumer;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            String name = root.relativize(file).toString().replace('\\', '/');
            if (file.getFileName().toString().startsWith(UNFINISHED)) {
                Duration age = Duration.between(attributes.lastModifiedTime().toInstant(), clock.instant());
                if (age.compareTo(UNFINISHED_AGE) > 0) {
                    Files.deleteIfExists(file);
                }
            } else if (attributes.isRegularFile()
                    && ColdStore.NAME.matcher(name).matches()) {
                consumer.accept(new Entry(name, attributes.size()));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failed) throws IOException {
            if (failed instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE; // deleted meanwhile
            }
            throw failed;
        }
    }

    @Override
    public CompletionStage<Void> delete(String name) {
        Path file = root.resolve(ColdStore.checked(name));
        return act("delete " + name, () -> {
            Files.deleteIfExists(file);
            Path folder = parent(file);
            if (!folder.equals(root)) {
                deleteIfEmpty(folder);
            }
        });
    }

    /** Whether it is gone; a folder with other objects stays. */
    private static boolean deleteIfEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
            return true;
        } catch (DirectoryNotEmptyException needed) {
            return false;
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    @Override
    public String toString() {
        return "the folder " + root;
    }
}
