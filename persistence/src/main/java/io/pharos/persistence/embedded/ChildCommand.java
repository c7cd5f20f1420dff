package io.pharos.persistence.embedded;

import io.pharos.persistence.embedded.JavaHomes.JavaHome;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The command line of the child. */
final class ChildCommand {
    private static final int UNSAFE_FLAG_FROM = 23;

    private ChildCommand() {}

    /** What happens with the archive of loaded classes. */
    enum Archive {
        /** Neither read nor written. */
        NONE,
        /** Read; a file that does not fit is ignored by the JVM. */
        READ,
        /** Written when the child ends. */
        WRITE
    }

    /** For a server in {@code folder}; the jars of our own are taken from {@code jars}, so that an archive fits both. */
    static List<String> of(
            EmbeddedCassandraSettings settings,
            ServerFolder folder,
            ServerFolder jars,
            JavaHome home,
            Archive archive,
            Path jsa) {
        List<String> command = new ArrayList<>();
        command.add(home.java().toString());
        command.addAll(List.of(
                "-Xmx" + settings.heap(),
                "-Xms128m",
                "-XX:+UseSerialGC",
                "-Xss256k",
                "-XX:+PerfDisableSharedMem",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.net.preferIPv4Stack=true",
                "-Djava.awt.headless=true",
                "-Djdk.attach.allowAttachSelf=true"));
        for (String exported : EXPORTS) {
            command.add("--add-exports=" + exported + "=ALL-UNNAMED");
        }
        for (String opened : OPENS) {
            command.add("--add-opens=" + opened + "=ALL-UNNAMED");
        }
        if (home.release() == JavaHomes.PREFERRED) {
            command.add("--add-opens=java.base/jdk.internal.util.jar=ALL-UNNAMED");
        }
        if (home.release() >= UNSAFE_FLAG_FROM) {
            command.add("--sun-misc-unsafe-memory-access=allow");
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        if (archive != Archive.NONE) {
            command.add((archive == Archive.READ ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + jsa);
            command.add("-Xlog:disable");
            command.add("-Xlog:all=error:stderr");
        }
        command.addAll(List.of(
                "-Dio.netty.tryReflectionSetAccessible=true",
                "-Dio.netty.allocator.useCacheForAllThreads=true",
                "-Dio.netty.allocator.maxOrder=11",
                "-Dcassandra.config=" + folder.yaml().toUri(),
                "-Dcassandra.storagedir=" + folder.root(),
                "-Dcassandra.logdir=" + folder.logs(),
                "-Dlogback.configurationFile=" + folder.logback(),
                "-Dcassandra-foreground=yes",
                "-Djava.io.tmpdir=" + folder.root().resolve("tmp"),
                "-Djna.tmpdir=" + folder.root().resolve("tmp"),
                "-Dcassandra.ring_delay_ms=0",
                "-Dcassandra.skip_wait_for_gossip_to_settle=0",
                "-Dcassandra.superuser_setup_delay_ms=-1",
                "-Dcassandra.shutdown_announce_in_ms=0",
                // Its workers otherwise rename themselves for each request.
                "-Dcassandra.set_sep_thread_name=false",
                "-Dcassandra.approximate_time_precision_ms=10",
                "-cp",
                classPath(settings.libDirectory(), jars, home),
                ChildMain.class.getName()));
        return command;
    }

    private static String classPath(Path lib, ServerFolder folder, JavaHome home) {
        List<String> jars = new ArrayList<>();
        if (home.release() >= JavaHomes.STUBBED) {
            jars.add(folder.stubJar().toString());
        }
        try (Stream<Path> files = Files.list(lib.toAbsolutePath().normalize())) {
            files.map(Path::toString)
                    .filter(file -> file.endsWith(".jar"))
                    .sorted()
                    .forEach(jars::add);
        } catch (IOException failure) {
            throw new EmbeddedCassandraException(
                    "Cassandra's jars are not in " + lib + "; build or unpack the distribution again", failure);
        }
        jars.add(folder.childJar().toString());
        return String.join(File.pathSeparator, jars);
    }

    private static final List<String> EXPORTS = List.of(
            "java.base/jdk.internal.misc",
            "java.management.rmi/com.sun.jmx.remote.internal.rmi",
            "java.rmi/sun.rmi.registry",
            "java.rmi/sun.rmi.server",
            "java.sql/java.sql",
            "java.base/java.lang.ref",
            "jdk.unsupported/sun.misc");

    private static final List<String> OPENS = List.of(
            "java.base/java.lang.module",
            "java.base/jdk.internal.loader",
            "java.base/jdk.internal.ref",
            "java.base/jdk.internal.reflect",
            "java.base/jdk.internal.math",
            "java.base/jdk.internal.module",
            "jdk.management/com.sun.management.internal",
            "java.base/sun.nio.ch",
            "java.base/java.io",
            "java.base/java.nio",
            "java.base/java.lang.reflect",
            "java.base/java.lang",
            "java.base/java.util");
}
