package io.pharos.collection.bulk;

/** A line that cannot be read; nothing of it is taken. */
public final class LineException extends Exception {
    private static final long serialVersionUID = 1;

    private final int column;

    /** @param column the byte of the line, from 1 */
    LineException(int column, String what) {
        super(what);
        this.column = column;
    }

    /** The byte of the line, from 1. */
    public int column() {
        return column;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this; // a body may have millions of bad lines
    }
}
