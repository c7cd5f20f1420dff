package io.pharos.promql.query;

import io.pharos.promql.ast.Printer;
import java.time.Duration;
import java.util.Locale;

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

    /** That a query took longer than it may. */
    public static QueryException timedOut(String where, Duration limit) {
        return new QueryException(
                Kind.TIMEOUT,
                "query timed out " + where + ": took longer than " + Printer.duration(limit.toMillis())
                        + " (the query's timeout, at most pharos.promql.timeout-max)");
    }

    /** That a range query asks for more steps than a range query may have. */
    public static QueryException tooManySteps(int stepsMax) {
        return new QueryException(
                Kind.BAD_DATA,
                String.format(
                        Locale.ROOT,
                        "exceeded maximum resolution of %,d points per timeseries (pharos.promql.steps-max)."
                                + " Try decreasing the query resolution (?step=XX)",
                        stepsMax));
    }

    public Kind kind() {
        return kind;
    }
}
