package io.pharos.timeseries.store;

/** The store did not answer in time or refused for a reason of its own; a write that failed so may still land. */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    public StoreUnavailableException(String message) {
        super(message);
    }
}
