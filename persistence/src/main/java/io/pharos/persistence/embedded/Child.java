package io.pharos.persistence.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One run of the child process, with its standard input and output. */
final class Child {
    private final Process process;
    /** Who waits for an answer, in the order of the orders; guarded by itself. */
    private final Deque<CompletableFuture<Void>> waiting = new ArrayDeque<>();

    private Child(Process process) {
        this.process = process;
        Thread reader = new Thread(this::readAnswers, "pharos-cassandra-answers");
        reader.setDaemon(true);
        reader.start();
    }

    static Child start(List<String> command, ServerFolder folder) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.root().toFile())
                    .redirectError(folder.console().toFile())
                    .start();
            ProcessHandle handle = process.toHandle();
            Files.writeString(folder.childPid(), handle.pid() + " " + startMillis(handle) + "\n");
            return new Child(process);
        } catch (IOException failure) {
            throw new EmbeddedCassandraException(
                    "Cannot start " + command.get(0) + ": " + failure.getMessage(), failure);
        }
    }

    /**
     * Waits for the child of a dead owner, which is ending.
     *
     * @return whether it is gone
     */
    static boolean awaitOrphan(Path pidFile, Duration patience) throws InterruptedException {
        ProcessHandle orphan = readPid(pidFile);
        if (orphan == null) {
            return true;
        }
        try {
            orphan.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException stillThere) {
            return !orphan.isAlive();
        }
    }

    /** The process a pid file names, if it still is the same one. */
    static @Nullable ProcessHandle readPid(Path pidFile) {
        try {
            List<String> words = List.of(Files.readString(pidFile).strip().split(" ", -1));
            ProcessHandle handle =
                    ProcessHandle.of(Long.parseLong(words.get(0))).orElse(null);
            boolean same = handle != null && words.size() == 2 && Long.parseLong(words.get(1)) == startMillis(handle);
            return same ? handle : null;
        } catch (IOException | IllegalArgumentException noneOrTorn) {
            return null;
        }
    }

    private static long startMillis(ProcessHandle handle) {
        return handle.info()
                .startInstant()
                .map(instant -> instant.toEpochMilli())
                .orElse(0L);
    }

    int pid() {
        return Math.toIntExact(process.pid());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    boolean awaitEnd(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    int exitCode() {
        return process.exitValue();
    }

    /** Asks by a line on standard input (signals but the last it ignores), and kills at the deadline. */
    void stop(Duration patience) throws InterruptedException {
        try {
            process.getOutputStream().write((ChildMain.STOP + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException gone) {
            kill(); // nobody reads any more: it ends or has ended
        }
        if (!awaitEnd(patience.toMillis())) {
            kill();
            process.waitFor();
        }
    }

    void kill() {
        process.destroyForcibly();
    }

    /** Complete when the child has written a keyspace's memory tables to files. */
    CompletionStage<Void> flush(String keyspace) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        synchronized (waiting) {
            try {
                waiting.addLast(answer);
                process.getOutputStream().write(("flush " + keyspace + "\n").getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
            } catch (IOException gone) {
                waiting.removeLast();
                answer.completeExceptionally(gone);
            }
        }
        return answer;
    }

    private void readAnswers() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(ChildMain.ANSWER)) {
                    answered(line.substring(ChildMain.ANSWER.length()));
                }
            }
        } catch (IOException | UncheckedIOException gone) {
            // The same as the end of the stream: whoever waits is told below.
        }
        synchronized (waiting) {
            waiting.forEach(answer -> answer.completeExceptionally(new IOException("the embedded Cassandra ended")));
            waiting.clear();
        }
    }

    private void answered(String answer) {
        CompletableFuture<Void> first;
        synchronized (waiting) {
            first = waiting.pollFirst();
        }
        if (first == null) {
            return;
        }
        if (answer.equals("flushed")) {
            first.complete(null);
        } else {
            first.completeExceptionally(new IOException(answer));
        }
    }
}
