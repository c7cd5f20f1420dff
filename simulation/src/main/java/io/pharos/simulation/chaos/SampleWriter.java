package io.pharos.simulation.chaos;

import io.pharos.simulation.load.RemoteWriteBody;
import io.pharos.timeseries.labels.Labels;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** Writes few samples to whichever node takes them. One thread. */
final class SampleWriter {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(12);
    private static final long PAUSE_MILLIS = 200;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private final List<URI> urls;
    private int turn;

    SampleWriter(List<URI> urls) {
        this.urls = urls;
    }

    /**
     * Writes one sample of each series at one time, again and again until a node acknowledged it.
     *
     * @return false when none did in time
     * @throws IOException when a node refused it for good
     */
    boolean write(List<Labels> series, double[] values, long millis, Duration patience)
            throws IOException, InterruptedException {
        byte[] body = RemoteWriteBody.of(series, values, millis);
        long giveUpNanos = System.nanoTime() + patience.toNanos();
        do {
            URI url = urls.get(Math.floorMod(turn++, urls.size())).resolve("/api/v1/write");
            HttpRequest request = HttpRequest.newBuilder(url)
                    .timeout(REQUEST_TIMEOUT)
                    .header("Content-Type", "application/x-protobuf")
                    .header("Content-Encoding", "snappy")
                    .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build();
            try {
                HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() / 100 == 2) {
                    return true;
                }
                if (response.statusCode() / 100 == 4 && response.statusCode() != 429) {
                    throw new Refused(url + " refused a good sample: " + response.statusCode() + " "
                            + response.body().strip());
                }
            } catch (Refused refused) {
                throw refused;
            } catch (IOException unanswered) {
                // The next node may take it.
            }
            Thread.sleep(PAUSE_MILLIS);
        } while (System.nanoTime() - giveUpNanos < 0);
        return false;
    }

    /** An answer that repeating does not change. */
    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }
}
