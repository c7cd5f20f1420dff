package io.pharos.persistence.embedded;

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

/** Makes one process the owner of a data directory: a locked file that names its pid. The system frees it when the owner dies. */
final class OwnerLock implements AutoCloseable {
    private final FileChannel channel;

    private OwnerLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Becomes the owner, or throws and names who is. */
    static OwnerLock take(Path file) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                String pid = Files.readString(file).strip();
                channel.close();
                throw new EmbeddedCassandraException("The embedded Cassandra's data in " + file.getParent()
                        + " belongs to the running process " + (pid.isEmpty() ? "(unknown pid)" : pid)
                        + "; stop that one first or give another data directory");
            }
            channel.truncate(0);
            String pid = ProcessHandle.current().pid() + "\n";
            channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
            return new OwnerLock(channel);
        } catch (IOException failure) {
            if (channel != null) {
                closeQuietly(channel);
            }
            throw new EmbeddedCassandraException("Cannot lock " + file + ": " + failure.getMessage(), failure);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException ownedInThisProcess) {
            return null;
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException nothingToDo) {
            // The failure that led here is the one to tell.
            return;
        }
    }

    /** Gives the directory up. */
    @Override
    public void close() {
        closeQuietly(channel);
    }
}
