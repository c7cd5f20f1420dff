package io.pharos.collection.bulk;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads a body line by line, whatever its length, in bounded memory. Lines that are not of the format are counted and left out. */
public final class LineSource {
    private static final int BUFFER_FIRST = 256 * 1024;
    private static final int ERRORS_NAMED = 10;

    private final InputStream in;
    private final int lineBytesMax;
    private byte[] buffer = new byte[BUFFER_FIRST];
    private long lines;
    private long badLines;
    private final List<String> errors = new ArrayList<>();

    /**
     * The lines of a stream.
     *
     * @param lineBytesMax a longer line is one of those left out
     */
    public LineSource(InputStream in, int lineBytesMax) {
        this.in = in;
        this.lineBytesMax = lineBytesMax;
    }

    /** Lines seen so far. */
    public long lines() {
        return lines;
    }

    /** Lines left out so far. */
    public long badLines() {
        return badLines;
    }

    /** The first of them: line, column and what is wrong. */
    public List<String> errors() {
        return List.copyOf(errors);
    }

    /** Reads all lines into a gatherer, which is not flushed; throws what the stream throws. */
    public void readAll(LineFormat format, RunGatherer out) throws IOException {
        int from = 0;
        int end = 0;
        boolean skipping = false;
        while (true) {
            int scanned = end;
            if (end == buffer.length) {
                if (from > 0) {
                    System.arraycopy(buffer, from, buffer, 0, end - from);
                    scanned -= from;
                    end -= from;
                    from = 0;
                } else if (buffer.length < lineBytesMax) {
                    buffer = Arrays.copyOf(buffer, Math.min(lineBytesMax, 2 * buffer.length));
                } else {
                    skipping = true;
                    scanned = 0;
                    end = 0;
                }
            }
            int read = in.read(buffer, end, buffer.length - end);
            if (read < 0) {
                break;
            }
            end += read;
            for (int i = scanned; i < end; i++) {
                if (buffer[i] == '\n') {
                    take(skipping, format, from, i, out);
                    skipping = false;
                    from = i + 1;
                }
            }
            if (from == end) {
                from = 0;
                end = 0;
            }
        }
        if (from < end || skipping) {
            take(skipping, format, from, end, out);
        }
    }

    private void take(boolean tooLong, LineFormat format, int from, int end, RunGatherer out) {
        lines++;
        if (tooLong) {
            bad(1, "the line is longer than " + lineBytesMax + " bytes");
            return;
        }
        int to = end;
        while (to > from && buffer[to - 1] <= ' ' && buffer[to - 1] >= 0) {
            to--;
        }
        if (to == from) {
            return;
        }
        try {
            format.read(buffer, from, to, out);
        } catch (LineException wrong) {
            bad(wrong.column(), String.valueOf(wrong.getMessage()));
        }
    }

    private void bad(int column, String what) {
        badLines++;
        if (errors.size() < ERRORS_NAMED) {
            errors.add("line " + lines + ", column " + column + ": " + what);
        }
    }
}
