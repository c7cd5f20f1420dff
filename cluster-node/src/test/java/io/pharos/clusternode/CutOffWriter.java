package io.pharos.clusternode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A program that writes to one node from beside it, where a test cannot be, one sample a request over all shards, and prints each that
 * was acknowledged as {@code series timestamp value}. Ends when its input does.
 */
final class CutOffWriter {
    /** More than there are shards, so that the node has some of them. */
    static final int SERIES = 192;

    static final String METRIC = "cut_off";
    private static final int WRITERS = 16;

    private CutOffWriter() {}

    /** Address of the node, and the file with the token. */
    public static void main(String[] arguments) throws IOException {
        URI target = URI.create(arguments[0] + "/api/v1/write");
        String token = Files.readString(Path.of(arguments[1])).strip();
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(20))
                .build();
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS, run -> {
            Thread thread = new Thread(run);
            thread.setDaemon(true);
            return thread;
        });
        for (int writer = 0; writer < WRITERS; writer++) {
            int first = writer;
            writers.execute(() -> {
                // A node without its peers keeps a request for a while: writers must be many for its own shards to have
                // their turn.
                for (int round = 0; ; round++) {
                    for (int series = first; series < SERIES; series += WRITERS) {
                        write(client, target, token, series, System.currentTimeMillis(), round);
                    }
                }
            });
        }
        while (System.in.read() >= 0) {
            // Only the end matters.
        }
    }

    private static void write(
            HttpClient client, URI target, String token, int series, long timestampMillis, double value) {
        try {
            HttpResponse<Void> answer = client.send(
                    HttpRequest.newBuilder(target)
                            .timeout(Duration.ofSeconds(3))
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", "application/x-protobuf")
                            .header("Content-Encoding", "snappy")
                            .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(
                                    RemoteWriteBody.of(METRIC, series, timestampMillis, value)))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            if (answer.statusCode() / 100 == 2) {
                System.out.println(series + " " + timestampMillis + " " + value);
            }
            // Whoever writes without a pause takes what the nodes need to find each other.
            Thread.sleep(30);
        } catch (IOException silent) {
            pause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
