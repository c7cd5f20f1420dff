package io.pharos.sharding.wire;

/** A message cannot be written, or bytes are not a message this node knows; the text is for an operator. */
public final class WireException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    WireException(String message) {
        super(message);
    }

    WireException(String message, Throwable cause) {
        super(message, cause);
    }
}
