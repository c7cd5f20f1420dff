package io.pharos.clusternode.demo;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A process that its owner keeps alive: started again when it ends unasked, after 1 s and then ever later up to 30 s. Its standard
 * input is a pipe that closes when the owner is gone, by which the child knows to end.
 */
final class ChildProcess {
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(30);
    private static final Duration STEADY = Duration.ofMinutes(1);

    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path output;
    private final Consumer<String> say;
    private final Thread keeper;
    private volatile boolean stopping;
    private volatile @Nullable Process process;

    private ChildProcess(
            String name, List<String> command, Map<String, String> environment, Path output, Consumer<String> say) {
        this.name = name;
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.output = output;
        this.say = say;
        this.keeper = new Thread(this::keep, "keeper-" + name);
    }

    /**
     * Starts a process.
     *
     * @param environment variables over those of this process
     * @param output its standard output and error are appended here
     * @param say told in a line when the process ended unasked
     */
    static ChildProcess start(
            String name, List<String> command, Map<String, String> environment, Path output, Consumer<String> say)
            throws IOException {
        ChildProcess child = new ChildProcess(name, command, environment, output, say);
        child.process = child.launch();
        child.keeper.setDaemon(true);
        child.keeper.start();
        return child;
    }

    private Process launch() throws IOException {
        File log = output.toFile();
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    private void keep() {
        long backoffMillis = 1000;
        try {
            while (true) {
                Process current = process;
                if (current == null) {
                    return;
                }
                long startedNanos = System.nanoTime();
                int code = current.waitFor();
                if (stopping) {
                    return;
                }
                if (System.nanoTime() - startedNanos > STEADY.toNanos()) {
                    backoffMillis = 1000;
                }
                say.accept(name + " ended with code " + code + "; starting it again in " + backoffMillis / 1000
                        + " s (its output: " + output + ")");
                TimeUnit.MILLISECONDS.sleep(backoffMillis);
                backoffMillis = Math.min(BACKOFF_MAX.toMillis(), backoffMillis * 2);
                synchronized (this) {
                    if (stopping) {
                        return;
                    }
                    process = launch();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            say.accept(name + " cannot be started again: " + e.getMessage());
        }
    }

    /** The process id now; it changes with a restart. */
    long pid() {
        Process current = process;
        return current == null ? -1 : current.pid();
    }

    /** Whether the process runs now. */
    boolean isAlive() {
        Process current = process;
        return current != null && current.isAlive();
    }

    /** From now on the end of the process is expected: it is not started again. */
    synchronized void expectEnd() {
        stopping = true;
    }

    /** Asks the process to end and does not wait. */
    synchronized void askToEnd() {
        stopping = true;
        Process current = process;
        if (current != null) {
            current.destroy();
        }
    }

    /** Asks the process to end, waits, and ends it by force after the time given. */
    void stop(Duration patience) throws InterruptedException {
        Process current;
        synchronized (this) {
            stopping = true;
            current = process;
        }
        keeper.interrupt();
        if (current != null) {
            current.destroy();
            if (!current.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                say.accept(name + " did not end within " + patience.toSeconds() + " s and is ended by force");
                current.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
            }
        }
    }
}
