package io.pharos.persistence.embedded;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** Finds a Java for the child: Cassandra 5.0 runs as it is on 17, and on 24 or later with {@link ServerFolder}'s stub in front. */
final class JavaHomes {
    /** The release Cassandra 5.0 was made for. */
    static final int PREFERRED = 17;

    /** The first release without a security manager, which the stub stands in for. */
    static final int STUBBED = 24;

    /** A Java and its feature release. */
    record JavaHome(Path path, int release) {
        Path java() {
            return path.resolve("bin").resolve("java");
        }
    }

    private JavaHomes() {}

    /** The configured one if any, else the first 17 among JAVA_HOME, our own and the system's, else the first that can be stubbed. */
    static JavaHome find(Optional<Path> configured) {
        if (configured.isPresent()) {
            return inspect(configured.get())
                    .filter(JavaHomes::usable)
                    .orElseThrow(() -> new EmbeddedCassandraException("pharos.persistence.embedded.java-home = "
                            + configured.get() + " is no JDK that Cassandra runs on; it needs " + PREFERRED));
        }
        List<Path> candidates = candidates();
        JavaHome second = null;
        for (Path candidate : candidates) {
            JavaHome home = inspect(candidate).orElse(null);
            if (home != null && home.release() == PREFERRED) {
                return home;
            }
            if (home != null && second == null && usable(home)) {
                second = home;
            }
        }
        if (second != null) {
            return second;
        }
        throw new EmbeddedCassandraException("The embedded Cassandra needs a JDK " + PREFERRED
                + " and none was found in " + candidates + "; name one by pharos.persistence.embedded.java-home");
    }

    private static boolean usable(JavaHome home) {
        return home.release() == PREFERRED || home.release() >= STUBBED;
    }

    private static List<Path> candidates() {
        List<Path> candidates = new ArrayList<>();
        String environment = System.getenv("JAVA_HOME");
        if (environment != null && !environment.isBlank()) {
            candidates.add(Path.of(environment));
        }
        candidates.add(Path.of(System.getProperty("java.home", ".")));
        for (String parent : List.of("/usr/lib/jvm", "/usr/java", "/opt/java", "/Library/Java/JavaVirtualMachines")) {
            try (DirectoryStream<Path> homes = Files.newDirectoryStream(Path.of(parent))) {
                List<Path> found = new ArrayList<>();
                homes.forEach(home -> {
                    found.add(home);
                    found.add(home.resolve("Contents").resolve("Home"));
                });
                found.sort(null);
                candidates.addAll(found);
            } catch (IOException notThere) {
                // Each system keeps its JDKs in one of these places only.
            }
        }
        return candidates;
    }

    /** Reads a Java's {@code release} file; empty where there is none or no launcher. */
    static Optional<JavaHome> inspect(Path home) {
        Path release = home.resolve("release");
        if (!Files.isExecutable(home.resolve("bin").resolve("java")) || !Files.isReadable(release)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(release)) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
        String version = properties.getProperty("JAVA_VERSION", "").replace("\"", "");
        try {
            return Optional.of(new JavaHome(home, Runtime.Version.parse(version).feature()));
        } catch (IllegalArgumentException strange) {
            return Optional.empty();
        }
    }
}
