package io.pharos.httpapi.server;

import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.StatusCodes;
import io.pharos.promql.query.QueryException;

/** The kinds of errors as Prometheus' API names them, each with its status code. */
public enum ErrorType {
    BAD_DATA("bad_data", StatusCodes.BAD_REQUEST),
    EXECUTION("execution", StatusCodes.UNPROCESSABLE_CONTENT),
    CANCELED("canceled", StatusCodes.custom(499, "Client Closed Request", "The client left.")),
    TIMEOUT("timeout", StatusCodes.SERVICE_UNAVAILABLE),
    INTERNAL("internal", StatusCodes.INTERNAL_SERVER_ERROR),
    NOT_FOUND("not_found", StatusCodes.NOT_FOUND),
    UNAUTHORIZED("unauthorized", StatusCodes.UNAUTHORIZED),
    FORBIDDEN("forbidden", StatusCodes.FORBIDDEN),
    METHOD("bad_data", StatusCodes.METHOD_NOT_ALLOWED),
    UNSUPPORTED("bad_data", StatusCodes.UNSUPPORTED_MEDIA_TYPE),
    TOO_LARGE("bad_data", StatusCodes.CONTENT_TOO_LARGE),
    /** Data cannot be reached now: asking again is right, hence 503. */
    UNAVAILABLE("unavailable", StatusCodes.SERVICE_UNAVAILABLE);

    private final String text;

    @SuppressWarnings("Immutable") // it is; Akka does not say so
    private final StatusCode status;

    ErrorType(String text, StatusCode status) {
        this.text = text;
        this.status = status;
    }

    /** The name in {@code errorType}. */
    public String text() {
        return text;
    }

    public StatusCode status() {
        return status;
    }

    /** The kind of a failed query. */
    public static ErrorType of(QueryException.Kind kind) {
        return switch (kind) {
            case BAD_DATA -> BAD_DATA;
            case EXECUTION -> EXECUTION;
            case CANCELED -> CANCELED;
            case TIMEOUT -> TIMEOUT;
            case UNAVAILABLE -> UNAVAILABLE;
            case INTERNAL -> INTERNAL;
        };
    }
}
