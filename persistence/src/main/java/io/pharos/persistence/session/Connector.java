package io.pharos.persistence.session;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.auth.AuthenticationException;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.metadata.Node;
import io.pharos.timeseries.store.StoreUnavailableException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Opens the session, and says in one line why it could not. */
public final class Connector {
    private static final long PAUSE_MILLIS = 300;

    private Connector() {}

    /** Tries until the time-out; a wrong user or datacenter ends it at once. Blocks: only for the start. */
    public static CqlSession open(CassandraSettings settings) {
        long deadline = System.nanoTime() + settings.connectTimeout().toNanos();
        String where = "Cassandra at " + String.join(", ", settings.contactPoints());
        while (true) {
            try {
                return checked(
                        CqlSession.builder()
                                .withConfigLoader(DriverConfigLoader.fromString(
                                        DriverSettings.of(settings).text()))
                                .build(),
                        settings,
                        where);
            } catch (AllNodesFailedException failure) {
                if (refusesUser(failure)) {
                    throw new StoreUnavailableException(
                            where + " refuses the user "
                                    + settings.user()
                                            .map(CassandraSettings.User::name)
                                            .orElse("(none)"),
                            failure);
                }
                Throwable tls = tlsFault(failure);
                if (tls != null) {
                    throw new StoreUnavailableException(
                            where + " and this node do not agree on TLS (pharos.persistence.cassandra.tls): "
                                    + tls.getMessage(),
                            failure);
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new StoreUnavailableException(
                            where + " did not answer within "
                                    + settings.connectTimeout().toSeconds() + " s (" + reason(failure) + ")",
                            failure);
                }
                pause(where);
            } catch (StoreUnavailableException said) {
                throw said;
            } catch (RuntimeException wrong) {
                throw new StoreUnavailableException(where + " cannot be reached: " + wrong.getMessage(), wrong);
            }
        }
    }

    private static CqlSession checked(CqlSession cql, CassandraSettings settings, String where) {
        Set<String> datacenters = new TreeSet<>();
        for (Node node : cql.getMetadata().getNodes().values()) {
            datacenters.add(String.valueOf(node.getDatacenter()));
        }
        if (!datacenters.contains(settings.datacenter())) {
            cql.close();
            throw new StoreUnavailableException(where + " has no datacenter " + settings.datacenter() + ", but "
                    + datacenters + ": set pharos.persistence.cassandra.datacenter");
        }
        return cql;
    }

    private static boolean refusesUser(AllNodesFailedException failure) {
        for (List<Throwable> errors : failure.getAllErrors().values()) {
            for (Throwable error : errors) {
                if (error instanceof AuthenticationException) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A certificate that one side does not take will not be taken by trying again. */
    private static @Nullable Throwable tlsFault(AllNodesFailedException failure) {
        for (List<Throwable> errors : failure.getAllErrors().values()) {
            for (Throwable error : errors) {
                for (Throwable at = error; at != null; at = at.getCause()) {
                    if (at instanceof SSLException) {
                        return at;
                    }
                }
            }
        }
        return null;
    }

    private static String reason(AllNodesFailedException failure) {
        for (List<Throwable> errors : failure.getAllErrors().values()) {
            for (Throwable error : errors) {
                Throwable root = error;
                while (root.getCause() != null) {
                    root = root.getCause();
                }
                return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
            }
        }
        return String.valueOf(failure.getMessage());
    }

    private static void pause(String where) {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("Stopped while looking for " + where, interrupted);
        }
    }
}
