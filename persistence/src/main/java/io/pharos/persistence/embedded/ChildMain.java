package io.pharos.persistence.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.ObjectName;

/**
 * The child's main class: it runs Cassandra's daemon, obeys its owner's lines on standard input, and ends at once when that
 * closes, for then the owner is dead. It travels alone in a jar, so it may use nothing but the JDK.
 */
@SuppressWarnings("SystemOut") // standard output is the way to the owner
public final class ChildMain {
    /** Begins each line meant for the owner. */
    static final String ANSWER = "pharos:";

    /** The owner's line that asks for an orderly end. */
    static final String STOP = "stop";

    private static final String TIMER_SLACK_NANOS = "1000000";

    private ChildMain() {}

    /** Runs Cassandra in the foreground. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        // Ctrl-C reaches the whole terminal's group, and a service manager's SIGTERM every process of the service: only
        // the
        // owner decides when the store goes, for it still has to write.
        ignoreSignal("INT");
        ignoreSignal("TERM");
        ignoreSignal("HUP");
        lazyTimers();
        Thread orders = new Thread(ChildMain::obey, "pharos-owner");
        orders.setDaemon(true);
        orders.start();
        Class.forName("org.apache.cassandra.service.CassandraDaemon")
                .getMethod("main", String[].class)
                .invoke(null, (Object) arguments);
    }

    /*
     * After each request Cassandra's workers look for more work in sleeps of 10 us, on and on while requests come: 10,000 system calls
     * a second, a fifth of a core. With this they may sleep for as long as 1 ms, which is what a request may then wait. Threads
     * take it over from the thread that starts them, so it comes first.
     */
    private static void lazyTimers() {
        try {
            Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
            Files.writeString(Path.of("/proc/" + thread + "/timerslack_ns"), TIMER_SLACK_NANOS);
        } catch (IOException | RuntimeException notLinux) {
            System.err.println("timers stay as exact as they are: " + notLinux);
        }
    }

    private static void obey() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals(STOP)) {
                    new Thread(() -> System.exit(0), "pharos-stop").start(); // Cassandra drains in its shutdown hook
                } else if (line.startsWith("flush ")) {
                    System.out.println(ANSWER + flush(line.substring("flush ".length())));
                    System.out.flush();
                }
            }
        } catch (IOException | RuntimeException ownerIsGone) {
            System.err.println("standard input failed: " + ownerIsGone);
        }
        // The commit log is synchronous, so there is nothing that an orderly end would save.
        Runtime.getRuntime().halt(1);
    }

    private static String flush(String keyspace) {
        try {
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("org.apache.cassandra.db:type=StorageService"),
                            "forceKeyspaceFlush",
                            new Object[] {keyspace, new String[0]},
                            new String[] {String.class.getName(), String[].class.getName()});
            return "flushed";
        } catch (Exception failure) {
            return "failed " + String.valueOf(failure).replace('\n', ' ');
        }
    }

    /** By reflection, since the compiler warns of each mention of the class, and there is no other way. */
    private static void ignoreSignal(String name) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance(name),
                            handler.getField("SIG_IGN").get(null));
        } catch (ReflectiveOperationException | RuntimeException notHere) {
            System.err.println("signal " + name + " cannot be ignored: " + notHere);
        }
    }
}
