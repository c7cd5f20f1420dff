package io.pharos.httpapi.write;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A body that has to come: whoever reads it holds one of few places, so a client that sends a byte now and then is not waited for. Only
 * time spent waiting for bytes counts, not what is done with them. One thread.
 */
final class PacedBody extends FilterInputStream {
    /** So long may be waited in all before the pace matters. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();
    /** A modem's pace; an import of a megabyte takes a quarter of an hour then. */
    private static final long BYTES_A_SECOND_MIN = 1_000;

    private final LongSupplier nanos;
    private long waitedNanos;
    private long bytes;

    /** @param nanos a clock as {@link System#nanoTime} */
    PacedBody(InputStream body, LongSupplier nanos) {
        super(body);
        this.nanos = nanos;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int read;
        do {
            read = read(one, 0, 1);
        } while (read == 0);
        return read < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        long before = nanos.getAsLong();
        int read = super.read(into, offset, length);
        waitedNanos += nanos.getAsLong() - before;
        bytes += Math.max(0, read);
        if (read >= 0 && waitedNanos > PATIENCE_NANOS && bytes < waitedNanos / 1_000_000_000L * BYTES_A_SECOND_MIN) {
            throw new TooSlowException();
        }
        return read;
    }

    /** The body came more slowly than is waited for. */
    static final class TooSlowException extends IOException {
        private static final long serialVersionUID = 1;

        TooSlowException() {
            super("the body came more slowly than " + BYTES_A_SECOND_MIN + " bytes a second");
        }
    }
}
