package io.pharos.httpapi.server;

/** A request that is answered with an error of Prometheus' form. Carries no stack: it says what the sender did, not where we are. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorType type;

    public ApiException(ErrorType type, String message) {
        super(message, null, false, false);
        this.type = type;
    }

    /** A bad parameter, in Prometheus' words. */
    public static ApiException badParameter(String name, String message) {
        return new ApiException(ErrorType.BAD_DATA, "invalid parameter \"" + name + "\": " + message);
    }

    /** A bad request that is not about one parameter. */
    public static ApiException badData(String message) {
        return new ApiException(ErrorType.BAD_DATA, message);
    }

    public ErrorType type() {
        return type;
    }

    /** The message, which is never missing here. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
