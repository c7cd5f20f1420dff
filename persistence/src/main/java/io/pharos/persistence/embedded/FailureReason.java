package io.pharos.persistence.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads from the end of the child's logs why it ended, in words for a user. */
final class FailureReason {
    private static final int TAIL_BYTES = 64 * 1024;

    private FailureReason() {}

    /** With less room than this the server can neither work nor say that it cannot: its own log is on the same disk. */
    static final long ROOM_MIN = 64L << 20;

    /** One line; {@code logFrom} is the log's length before this run, so that older failures are not taken for this one. */
    static String of(ServerFolder folder, long logFrom) {
        String said = tail(folder.log(), logFrom) + "\n" + tail(folder.console(), 0);
        if (isFull(folder) || said.contains("No space left on device") || said.contains("Insufficient disk space")) {
            return "the disk of " + folder.root() + " is full";
        }
        if (said.contains("Address already in use") || said.contains("is in use by another process")) {
            return "one of its ports is taken";
        }
        if (said.contains("OutOfMemoryError")) {
            return "it ran out of memory; raise pharos.persistence.embedded.heap";
        }
        if (said.contains("Read-only file system")) {
            return "the disk of " + folder.root() + " is read-only";
        }
        if (said.contains("Permission denied") || said.contains("AccessDeniedException")) {
            return "it may not write to " + folder.root();
        }
        List<String> lines = said.lines().toList();
        for (int i = lines.size() - 1; i >= 0; i--) {
            String line = lines.get(i);
            if (line.startsWith("ERROR") || line.startsWith("Error") || line.contains("Exception")) {
                return line.strip();
            }
        }
        return "it gave no reason";
    }

    /** Whether there is too little room to start in. */
    static boolean isFull(ServerFolder folder) {
        return folder.room() < ROOM_MIN;
    }

    /** A log's length now; 0 where there is none. */
    static long length(Path log) {
        try {
            return Files.size(log);
        } catch (IOException none) {
            return 0;
        }
    }

    private static String tail(Path file, long from) {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long length = in.length();
            // A log shorter than it was has been rotated meanwhile: all of it is new.
            long begin = Math.max(from > length ? 0 : from, length - TAIL_BYTES);
            byte[] bytes = new byte[(int) (length - begin)];
            in.seek(begin);
            in.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            return "";
        }
    }
}
