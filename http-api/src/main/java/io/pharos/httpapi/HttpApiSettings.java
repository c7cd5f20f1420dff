package io.pharos.httpapi;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How a node listens and what it takes.
 *
 * @param host the address to listen on
 * @param port 0 takes any free one
 * @param roles what this node does
 * @param tokenFile the tokens of which callers have to show one; none: anybody may call
 * @param adminApi whether samples can be deleted
 * @param connectionsMax connections open at one time; more wait to be accepted
 * @param writeBytesUnderWayMax bytes of all write bodies without an answer yet
 * @param writeDeadline a write is answered within this time
 * @param formBytesMax bytes of a form with parameters
 * @param queryTimeout the most a query may take; clients may ask for less
 * @param lookback how far an instant selector looks back unless the client says otherwise
 * @param stepsMax steps of a range query, beyond the first
 * @param drainTimeout how long a stop waits for answers under way
 * @param idleGrace how long a stop first leaves connections open on which nothing is under way
 */
public record HttpApiSettings(
        String host,
        int port,
        Set<String> roles,
        Optional<Path> tokenFile,
        boolean adminApi,
        int connectionsMax,
        long writeBytesUnderWayMax,
        Duration writeDeadline,
        long formBytesMax,
        Duration queryTimeout,
        Duration lookback,
        int stepsMax,
        Duration drainTimeout,
        Duration idleGrace) {

    /** Reads {@code pharos.http}, host and port from {@code pharos.node}, timeout and steps from {@code pharos.promql}. */
    public static HttpApiSettings of(Config root) {
        Config http = root.getConfig("pharos.http");
        return new HttpApiSettings(
                root.getString("pharos.node.host"),
                root.getInt("pharos.node.port"),
                Set.copyOf(root.getStringList("pharos.node.roles")),
                tokenFile(http.getString("token-file")),
                http.getBoolean("admin-api"),
                http.getInt("connections-max"),
                http.getBytes("write-under-way-max"),
                http.getDuration("write-deadline"),
                http.getBytes("form-max"),
                root.getDuration("pharos.promql.timeout-max"),
                http.getDuration("lookback"),
                root.getInt("pharos.promql.steps-max"),
                http.getDuration("drain-timeout"),
                http.getDuration("idle-grace"));
    }

    private static Optional<Path> tokenFile(String name) {
        return name.isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(name).toAbsolutePath().normalize());
    }

    /** The same at another address. */
    public HttpApiSettings at(String otherHost, int otherPort) {
        return new HttpApiSettings(
                otherHost,
                otherPort,
                roles,
                tokenFile,
                adminApi,
                connectionsMax,
                writeBytesUnderWayMax,
                writeDeadline,
                formBytesMax,
                queryTimeout,
                lookback,
                stepsMax,
                drainTimeout,
                idleGrace);
    }
}
