package io.pharos.sharding.format;

/** A stored blob is not what it claims to be. */
public final class CorruptBlobException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CorruptBlobException(String message) {
        super(message);
    }
}
