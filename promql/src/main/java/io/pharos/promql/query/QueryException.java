package io.pharos.promql.query;

/** Why a query has no answer, in a sentence for its user. */
public final class QueryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The kinds, as Prometheus' API names them. */
    public enum Kind {
        /** The question is wrong: a parse error, a bad parameter. */
        BAD_DATA,
        /** The question is right but cannot be evaluated: a limit, many-to-many matching. */
        EXECUTION,
        /** The asker left. */
        CANCELED,
        /** It took too long. */
        TIMEOUT,
        /** Data cannot be reached now: the text names what is missing. */
        UNAVAILABLE,
        /** A fault of ours. */
        INTERNAL
    }

    private final Kind kind;

    public QueryException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public QueryException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
