package io.pharos.simulation.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Reads a whole ledger; a record that a crash cut off at the end is left out, any other damage is an error. */
public final class LedgerReader {
    private static final int BUFFER_BYTES = 1 << 16;

    /**
     * A ledger's content.
     *
     * @param sessions the runs, in the order in which they began
     * @param validBytes the length of the file without a record cut off
     */
    public record Content(List<LedgerSession> sessions, long validBytes) {}

    private final Path file;
    private final List<LedgerSession> sessions = new ArrayList<>();
    private long position;

    private LedgerReader(Path file) {
        this.file = file;
    }

    /** Reads a file. */
    public static Content read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return read(file, channel);
        }
    }

    /** Reads a file that is open already: closing a second channel would give up the lock of the first. */
    static Content read(Path file, FileChannel channel) throws IOException {
        channel.position(0);
        return new LedgerReader(file).read(channel);
    }

    private Content read(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        boolean atEnd = false;
        while (!atEnd) {
            atEnd = channel.read(buffer) < 0;
            buffer.flip();
            consume(buffer, atEnd);
            buffer.compact();
        }
        return new Content(List.copyOf(sessions), position);
    }

    private void consume(ByteBuffer buffer, boolean atEnd) throws IOException {
        if (position == 0) {
            if (buffer.remaining() < LedgerFormat.MAGIC_BYTES && !atEnd) {
                return;
            }
            if (buffer.remaining() < LedgerFormat.MAGIC_BYTES || !LedgerFormat.isMagic(buffer)) {
                throw new IOException(file + " is not a ledger of the simulation");
            }
            position = LedgerFormat.MAGIC_BYTES;
        }
        while (buffer.hasRemaining() && (atEnd || buffer.remaining() >= LedgerFormat.RECORD_BYTES_MAX)) {
            int at = buffer.position();
            if (!LedgerFormat.isValid(buffer, at)) {
                if (atEnd && buffer.remaining() < LedgerFormat.RECORD_BYTES_MAX) {
                    return; // the tail of a record whose writer died
                }
                throw new IOException("ledger " + file + " is damaged at byte " + position);
            }
            int bytes = LedgerFormat.recordBytes(buffer.get(at));
            take(buffer, at);
            buffer.position(at + bytes);
            position += bytes;
        }
    }

    private void take(ByteBuffer buffer, int at) throws IOException {
        try {
            byte type = buffer.get(at);
            if (type == LedgerFormat.SESSION) {
                sessions.add(LedgerFormat.session(buffer, at));
            } else if (type == LedgerFormat.ACKNOWLEDGED) {
                current().acknowledged(buffer.getInt(at + 1), buffer.getInt(at + 5));
            } else {
                current().began(LedgerFormat.incident(buffer, at));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException wrong) {
            throw new IOException("ledger " + file + ", byte " + position + ": " + wrong.getMessage(), wrong);
        }
    }

    private LedgerSession current() {
        if (sessions.isEmpty()) {
            throw new IllegalArgumentException("a record before any session");
        }
        return sessions.get(sessions.size() - 1);
    }
}
