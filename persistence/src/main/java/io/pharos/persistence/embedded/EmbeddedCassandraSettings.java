package io.pharos.persistence.embedded;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the embedded Cassandra runs.
 *
 * @param libDirectory the folder with Cassandra's jars, and nothing else
 * @param dataDirectory DATA: the server lives in DATA/cassandra, its log in DATA/logs
 * @param cqlPort where clients connect, on loopback
 * @param storagePort where Cassandra's nodes would talk with each other, on loopback
 * @param heap the child's -Xmx, as {@code 512m}
 * @param javaHome a JDK for the child; without it one is looked for
 * @param startTimeout until CQL must answer after a start
 * @param stopTimeout until a stopping child is killed
 * @param classArchive whether an archive of Cassandra's classes is made and used, which shortens later starts
 */
public record EmbeddedCassandraSettings(
        Path libDirectory,
        Path dataDirectory,
        int cqlPort,
        int storagePort,
        String heap,
        Optional<Path> javaHome,
        Duration startTimeout,
        Duration stopTimeout,
        boolean classArchive) {
    /** Reads {@code pharos.persistence.embedded}; the folders and ports depend on the node and are given by it. */
    public static EmbeddedCassandraSettings of(
            Config embedded, Path libDirectory, Path dataDirectory, int cqlPort, int storagePort) {
        String javaHome = embedded.getString("java-home");
        return new EmbeddedCassandraSettings(
                libDirectory,
                dataDirectory,
                cqlPort,
                storagePort,
                embedded.getString("heap"),
                javaHome.isEmpty() ? Optional.empty() : Optional.of(Path.of(javaHome)),
                embedded.getDuration("start-timeout"),
                embedded.getDuration("stop-timeout"),
                embedded.getBoolean("class-archive"));
    }
}
