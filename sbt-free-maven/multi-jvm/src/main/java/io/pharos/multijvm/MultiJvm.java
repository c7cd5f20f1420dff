package io.pharos.multijvm;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Runs a spec of several JVMs: its classes are named {@code SpecMultiJvmNode1}, {@code SpecMultiJvmNode2} and so on, and each runs in a
 * JVM of its own with the class path of this one. The first one conducts the others.
 */
public final class MultiJvm {
    private static final String LOOPBACK = "127.0.0.1";
    private static final Set<Integer> GIVEN = new HashSet<>();

    private MultiJvm() {}

    /**
     * Starts all JVMs and waits for them; ends those that are left when time is over.
     *
     * @param spec the classes' full name up to the number of the node
     * @param nodes how many there are
     * @param folder their output goes here, a file each
     * @param properties system properties of all of them
     * @return what went wrong, a sentence for each node; empty where all ended well
     */
    public static List<String> run(
            String spec, int nodes, Path folder, Map<String, String> properties, Duration patience)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        int conductorPort = freePort();
        List<Process> started = new ArrayList<>(nodes);
        try {
            for (int node = 1; node <= nodes; node++) {
                started.add(new ProcessBuilder(command(spec, node, nodes, conductorPort, properties))
                        .redirectErrorStream(true)
                        .redirectOutput(output(folder, node).toFile())
                        .start());
            }
            long deadline = System.nanoTime() + patience.toNanos();
            List<String> faults = new ArrayList<>();
            for (int node = 1; node <= nodes; node++) {
                Process process = started.get(node - 1);
                if (!process.waitFor(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    faults.add("node " + node + " did not end within " + patience.toSeconds() + " s:\n"
                            + Files.readString(output(folder, node)));
                } else if (process.exitValue() != 0) {
                    faults.add("node " + node + " ended with " + process.exitValue() + ":\n"
                            + Files.readString(output(folder, node)));
                }
            }
            return faults;
        } finally {
            started.forEach(Process::destroyForcibly);
        }
    }

    private static Path output(Path folder, int node) {
        return folder.resolve("node-" + node + ".log");
    }

    private static List<String> command(
            String spec, int node, int nodes, int conductorPort, Map<String, String> properties) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", "")),
                // The test kit for several nodes exists in an older patch version than Akka.
                "-Dakka.fail-mixed-versions=off",
                "-Dmultinode.max-nodes=" + nodes,
                "-Dmultinode.host=" + LOOPBACK,
                "-Dmultinode.port=0",
                "-Dmultinode.server-host=" + LOOPBACK,
                "-Dmultinode.server-port=" + conductorPort,
                "-Dmultinode.index=" + (node - 1)));
        properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("org.scalatest.tools.Runner", "-R", testClasses(), "-oW", "-s", spec + node));
        return command;
    }

    /** ScalaTest wants a place to look for classes, although the class is named and on the class path. */
    private static String testClasses() {
        return Path.of("target", "test-classes").toAbsolutePath().toString();
    }

    /** A port that is given once, and that the system takes for no connection until a process that starts for seconds binds it. */
    public static synchronized int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 17_000);
            if (GIVEN.add(port)) {
                try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                    return free.getLocalPort();
                } catch (IOException taken) {
                    // The next one.
                }
            }
        }
    }
}
