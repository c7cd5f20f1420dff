package io.pharos.benchmarks.queries;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** A system under comparison: where it listens and which processes it is made of. */
final class PeerSystem {
    private static final long MILLIS_A_TICK = 10;

    private final String name;
    private final String url;
    private final List<Long> processes;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private PeerSystem(String name, String url, List<Long> processes) {
        this.name = name;
        this.url = url;
        this.processes = processes;
    }

    /** Reads {@code name=url,pid,pid...}. */
    static PeerSystem parse(String argument) {
        int sign = argument.indexOf('=');
        String[] parts = argument.substring(sign + 1).split(",", -1);
        return new PeerSystem(
                argument.substring(0, sign),
                parts[0],
                Arrays.stream(parts).skip(1).map(Long::valueOf).toList());
    }

    String name() {
        return name;
    }

    /** Whether it is a Pharos, this one or another version. */
    boolean isPharos() {
        return name.equals("Pharos") || name.equals("before");
    }

    /** The user and system time all its processes had so far, in milliseconds. */
    long cpuMillis() {
        long ticks = 0;
        for (long process : processes) {
            try {
                String stat = Files.readString(Path.of("/proc/" + process + "/stat"));
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            } catch (IOException e) {
                throw new UncheckedIOException(name + " does not run any more", e);
            }
        }
        return ticks * MILLIS_A_TICK;
    }

    /** Writes a remote write body; asks again while the answer is that it is too much just now. */
    void write(byte[] body) {
        HttpRequest request = request("/api/v1/write")
                .header("Content-Type", "application/x-protobuf")
                .header("Content-Encoding", "snappy")
                .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        for (int tries = 0; ; tries++) {
            HttpResponse<byte[]> response = send(request);
            if (response.statusCode() / 100 == 2) {
                return;
            }
            if (response.statusCode() / 100 != 5 || tries == 100) {
                throw refused(response);
            }
            rest(200);
        }
    }

    /** Posts nothing to a path. */
    void post(String path) {
        HttpResponse<byte[]> response =
                send(request(path).POST(HttpRequest.BodyPublishers.noBody()).build());
        if (response.statusCode() / 100 != 2) {
            throw refused(response);
        }
    }

    /** The body of an answer. */
    byte[] get(String target) {
        HttpResponse<byte[]> response = send(request(target).GET().build());
        if (response.statusCode() != 200) {
            throw refused(response);
        }
        return response.body();
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(url + target)).timeout(Duration.ofMinutes(2));
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(name + ": " + request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private IllegalStateException refused(HttpResponse<byte[]> response) {
        String body = new String(response.body(), StandardCharsets.UTF_8);
        return new IllegalStateException(
                name + " answered " + response.statusCode() + " to " + response.uri() + ": " + body);
    }

    /** Waits until its processes rest (5 % of a core, over two seconds), at most this long. */
    void awaitRest(Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        long before = cpuMillis();
        while (System.nanoTime() < end) {
            rest(2_000);
            long now = cpuMillis();
            if (now - before <= 100) {
                return;
            }
            before = now;
        }
    }

    private static void rest(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
