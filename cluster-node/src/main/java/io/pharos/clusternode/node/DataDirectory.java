package io.pharos.clusternode.node;

import io.pharos.clusternode.program.CommandFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A node's folder, held by one process at a time through a lock that ends with the process. */
public final class DataDirectory implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Creates the folder where it is missing and takes it.
     *
     * @throws CommandFailure when another process holds it, or it cannot be written
     */
    public static DataDirectory take(Path path) {
        try {
            Files.createDirectories(path.resolve("logs"));
            Path file = path.resolve("node.lock");
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                String http = Files.readString(file).strip();
                throw new CommandFailure("another node runs on " + path
                        + "; to run one more in its cluster give this one its own folder and"
                        + " the HTTP address of the other: --data DIR --port PORT --join "
                        + (http.isEmpty() ? "HOST:PORT" : http));
            }
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            throw new CommandFailure("the data folder " + path + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** Writes down for others who find the folder taken where this node listens. */
    public void tell(String http) {
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(http.getBytes(StandardCharsets.UTF_8)), 0);
        } catch (IOException e) {
            throw new CommandFailure("the data folder " + path + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** The folder. */
    public Path path() {
        return path;
    }

    /** Lets go; the folder stays. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new CommandFailure("the lock of " + path + " cannot be given back: " + e.getMessage(), e);
        }
    }
}
