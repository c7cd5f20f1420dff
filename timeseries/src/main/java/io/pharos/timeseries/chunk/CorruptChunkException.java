package io.pharos.timeseries.chunk;

/** The bytes are not a chunk, or not the chunk that was written; the message names what is wrong and where. */
public final class CorruptChunkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CorruptChunkException(String message) {
        super(message);
    }
}
