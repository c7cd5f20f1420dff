package io.pharos.persistence.session;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.NoNodeAvailableException;
import com.datastax.oss.driver.api.core.RequestThrottlingException;
import com.datastax.oss.driver.api.core.servererrors.QueryConsistencyException;
import com.datastax.oss.driver.api.core.servererrors.UnavailableException;
import io.pharos.timeseries.store.StoreUnavailableException;
import java.util.concurrent.CompletionException;

/** Turns what the driver throws into the one failure that the ports name. */
public final class Failures {
    private Failures() {}

    /** The failure of an attempt, in a sentence. */
    public static StoreUnavailableException of(String attempt, Throwable thrown) {
        Throwable cause = unwrap(thrown);
        if (cause instanceof StoreUnavailableException already) {
            return already;
        }
        return new StoreUnavailableException(sentence(attempt, cause), cause);
    }

    /** The exception inside those that only carry it. */
    public static Throwable unwrap(Throwable thrown) {
        Throwable inner = thrown;
        while (inner instanceof CompletionException && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }

    private static String sentence(String attempt, Throwable cause) {
        if (cause instanceof NoNodeAvailableException) {
            return "Cassandra is away, so this failed: " + attempt;
        }
        if (cause instanceof DriverTimeoutException) {
            return "Cassandra did not answer in time, so this failed: " + attempt;
        }
        if (cause instanceof QueryConsistencyException || cause instanceof UnavailableException) {
            return "Too few replicas of Cassandra answered, so this failed: " + attempt + " (" + cause.getMessage()
                    + ")";
        }
        if (cause instanceof RequestThrottlingException) {
            return "Too many requests wait for Cassandra, so this failed: " + attempt;
        }
        if (cause instanceof AllNodesFailedException all && !all.getAllErrors().isEmpty()) {
            Throwable first = all.getAllErrors().values().iterator().next().get(0);
            return "No node of Cassandra could do this: " + attempt + " (" + first.getMessage() + ")";
        }
        return "Cassandra refused this: " + attempt + " (" + cause.getMessage() + ")";
    }
}
