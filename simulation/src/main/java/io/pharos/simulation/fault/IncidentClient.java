package io.pharos.simulation.fault;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Steers a running simulation from another process. */
public final class IncidentClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private IncidentClient() {}

    /** The control port in a file that a running simulation wrote; an {@link IOException} says when none is running. */
    public static int portIn(Path portFile) throws IOException {
        try {
            return Integer.parseInt(
                    Files.readString(portFile, StandardCharsets.US_ASCII).strip());
        } catch (NoSuchFileException absent) {
            throw new IOException("no simulation is running: " + portFile + " does not exist", absent);
        } catch (NumberFormatException damaged) {
            throw new IOException(portFile + " does not hold a port", damaged);
        }
    }

    /**
     * Starts an incident in a pool (null for the first one) and returns the simulation's answer, one line.
     *
     * @throws IllegalArgumentException with the simulation's reason when it refuses
     * @throws IOException when no simulation listens on the port
     */
    public static String start(int controlPort, IncidentKind kind, Duration length, @Nullable String pool)
            throws IOException, InterruptedException {
        String query = "kind=" + kind.text() + "&seconds=" + Math.max(1, length.toSeconds())
                + (pool == null ? "" : "&pool=" + URLEncoder.encode(pool, StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + controlPort + "/incident?" + query))
                .timeout(TIMEOUT)
                .header(IncidentControl.HEADER, "1")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> response;
        try {
            response = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TIMEOUT)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException refused) {
            throw new IOException("no simulation listens on port " + controlPort, refused);
        }
        String answer = response.body().strip();
        if (response.statusCode() != 200) {
            throw new IllegalArgumentException(answer);
        }
        return answer;
    }
}
