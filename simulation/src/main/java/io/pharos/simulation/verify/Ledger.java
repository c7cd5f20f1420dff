package io.pharos.simulation.verify;

import io.pharos.simulation.fault.Incident;
import io.pharos.simulation.load.AcknowledgementListener;
import io.pharos.simulation.pool.Fleet;
import io.pharos.simulation.pool.Timetable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The append-only file of acknowledged batches, written by one simulation at a time; its format is drawn in
 * {@code docs/format/simulation-ledger.md}. A record is with the operating system before the call returns, so it survives the
 * simulation's death. Any thread.
 */
public final class Ledger implements AcknowledgementListener, AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(LedgerFormat.RECORD_BYTES_MAX);

    private Ledger(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens a ledger for a new run, which is recorded at its end; a missing file is created, a record cut off by a crash is
     * removed.
     *
     * @throws IOException also when the file is no ledger, is damaged elsewhere than at its end, or another simulation has it open
     */
    public static Ledger open(Path file, long seed, Fleet fleet, Timetable timetable) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (NoSuchFileException absent) {
            throw new IOException("ledger " + file + " cannot be created: its folder does not exist", absent);
        }
        try {
            lock(file, channel);
            Ledger ledger = new Ledger(file, channel);
            if (channel.size() < LedgerFormat.MAGIC_BYTES) {
                channel.truncate(0);
                channel.position(0);
                LedgerFormat.putMagic(ledger.buffer);
                ledger.writeBuffer();
            } else {
                long end = LedgerReader.read(file, channel).validBytes();
                channel.truncate(end);
                channel.position(end);
            }
            LedgerFormat.putSession(ledger.buffer, seed, fleet, timetable);
            ledger.writeBuffer();
            return ledger;
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    private static void lock(Path file, FileChannel channel) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException held) {
            lock = null;
        }
        if (lock == null) {
            throw new IOException("ledger " + file + " is in use by another simulation");
        }
    }

    @Override
    public synchronized void acknowledged(int batch, int tick) throws IOException {
        LedgerFormat.putAcknowledged(buffer, batch, tick);
        writeBuffer();
    }

    /** Records an incident, before any value depends on it. */
    public synchronized void began(Incident incident) throws IOException {
        LedgerFormat.putIncident(buffer, incident);
        writeBuffer();
    }

    private void writeBuffer() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /** The file. */
    public Path file() {
        return file;
    }

    /** Closes the file and forces it to the disk. */
    @Override
    public synchronized void close() throws IOException {
        if (channel.isOpen()) {
            channel.force(false);
            channel.close();
        }
    }
}
