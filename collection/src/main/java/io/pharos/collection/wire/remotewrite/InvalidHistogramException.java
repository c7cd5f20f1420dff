package io.pharos.collection.wire.remotewrite;

/** A histogram that is refused alone. Without a stack trace, since a request may hold a million of them. */
final class InvalidHistogramException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** A sentence that says what is wrong, for the sender. */
    InvalidHistogramException(String what) {
        super(what, null, false, false);
    }

    static InvalidHistogramException countsTooLarge() {
        return new InvalidHistogramException("its counts add up to more than 2^63");
    }
}
