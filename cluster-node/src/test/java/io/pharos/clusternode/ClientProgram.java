package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A program that Debian packages, run by a test as its child; a test fails with the install command where it is absent. */
final class ClientProgram implements AutoCloseable {
    private final Process process;
    private final Path log;

    private ClientProgram(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts a server and waits until an address of it answers 200. */
    static ClientProgram start(String name, String debianPackage, Path log, URI ready, String... arguments)
            throws IOException {
        ClientProgram program = new ClientProgram(
                new ProcessBuilder(command(name, debianPackage, arguments))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start(),
                log);
        try {
            program.awaitReady(ready);
            return program;
        } catch (RuntimeException | Error e) {
            program.close();
            throw e;
        }
    }

    private void awaitReady(URI ready) {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(20))
                .build();
        HttpRequest request =
                HttpRequest.newBuilder(ready).timeout(Duration.ofSeconds(20)).build();
        Awaitility.await(ready.toString())
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("the program ended: " + Files.readString(log));
                    }
                    try {
                        return client.send(request, HttpResponse.BodyHandlers.discarding())
                                        .statusCode()
                                == 200;
                    } catch (IOException e) {
                        return false;
                    }
                });
    }

    /** Runs a program to its end, with text for its standard input. */
    static Finished run(String input, String name, String debianPackage, String... arguments)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("client", ".txt");
        Process process = new ProcessBuilder(command(name, debianPackage, arguments))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // A program that does not read its input may have ended before it was written; what it said counts.
            }
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(name + " ends").isTrue();
            return new Finished(process.exitValue(), Files.readString(output));
        } finally {
            end(process);
            Files.delete(output);
        }
    }

    private static List<String> command(String name, String debianPackage, String... arguments) {
        Path program = Path.of("/usr/bin", name);
        assertThat(Files.isExecutable(program))
                .as(name + " is not installed: apt-get install --no-install-recommends " + debianPackage)
                .isTrue();
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        end(process);
    }

    private static void end(Process process) {
        if (process.isAlive()) {
            List<ProcessHandle> children = process.descendants().toList();
            children.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().onExit().join();
            children.forEach(child -> child.onExit().join());
        }
    }

    /** How a program ended and what it printed to both outputs. */
    record Finished(int code, String output) {}
}
