package io.pharos.collection.exposition;

/** A text that is no exposition; the message begins with line and column, both from 1, the column in bytes. */
public final class ExpositionException extends Exception {
    private static final long serialVersionUID = 1;

    private final int line;
    private final int column;

    ExpositionException(int line, int column, String what) {
        super(line + ":" + column + ": " + what);
        this.line = line;
        this.column = column;
    }

    /** The line, from 1. */
    public int line() {
        return line;
    }

    /** The byte of the line, from 1. */
    public int column() {
        return column;
    }
}
