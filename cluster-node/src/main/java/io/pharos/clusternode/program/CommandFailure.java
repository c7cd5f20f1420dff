package io.pharos.clusternode.program;

import java.net.ConnectException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** A command that could not do its work, with one line for its user. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CommandFailure(String message) {
        super(message);
    }

    public CommandFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** The one line for any failure: its own message where it has one, else its kind. */
    public static String sentence(Throwable failure) {
        Throwable at = failure;
        while ((at instanceof CompletionException || at instanceof ExecutionException) && at.getCause() != null) {
            at = at.getCause();
        }
        String message = at.getMessage();
        if (at instanceof ConnectException) {
            return "cannot connect: " + (message == null ? "connection refused" : message);
        }
        return message == null || message.isBlank() ? at.getClass().getSimpleName() : message;
    }
}
