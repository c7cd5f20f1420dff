package io.pharos.timeseries.store;

/** An object that should be in the cold store is not there. */
public final class ColdObjectMissingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Of an object. */
    public ColdObjectMissingException(String name) {
        super("the cold store has no object " + name);
    }
}
