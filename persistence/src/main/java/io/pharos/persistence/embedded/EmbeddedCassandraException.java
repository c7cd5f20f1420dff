package io.pharos.persistence.embedded;

/** The embedded Cassandra cannot run; the message is one line for the user and names the log where there is more. */
public final class EmbeddedCassandraException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** A reason that needs no cause, for it says all. */
    public EmbeddedCassandraException(String message) {
        super(message);
    }

    /** A reason with the exception behind it. */
    public EmbeddedCassandraException(String message, Throwable cause) {
        super(message, cause);
    }
}
