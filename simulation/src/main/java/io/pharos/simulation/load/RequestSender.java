package io.pharos.simulation.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Sends one body at a time until it is acknowledged or refused, to each address in turn. One thread. */
final class RequestSender {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
    private static final int ERROR_CHARS_MAX = 300;

    private final HttpClient client;
    private final List<HttpRequest.Builder> targets = new ArrayList<>();
    private final InstantSource clock;
    private final LoadStatistics statistics;
    private final RemoteWriteLoad load;
    private int turn;

    RequestSender(
            HttpClient client,
            LoadSettings settings,
            InstantSource clock,
            LoadStatistics statistics,
            RemoteWriteLoad load,
            int firstTurn) {
        this.client = client;
        this.clock = clock;
        this.statistics = statistics;
        this.load = load;
        this.turn = firstTurn;
        for (URI url : settings.urls()) {
            HttpRequest.Builder target = HttpRequest.newBuilder(url.resolve("/api/v1/write"))
                    .timeout(REQUEST_TIMEOUT)
                    .header("Content-Type", "application/x-protobuf")
                    .header("Content-Encoding", "snappy")
                    .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                    .header("User-Agent", "pharos-simulation");
            if (settings.bearerToken() != null) {
                target.header("Authorization", "Bearer " + settings.bearerToken());
            }
            targets.add(target);
        }
    }

    /** Sends what the encoder holds; true when it was acknowledged. */
    boolean send(BatchEncoder body) throws InterruptedException {
        try {
            return trySend(body);
        } catch (InterruptedException broughtToAnEnd) {
            statistics.unsentSamples.add(body.samples());
            throw broughtToAnEnd;
        }
    }

    private boolean trySend(BatchEncoder body) throws InterruptedException {
        for (int failures = 0; ; failures++) {
            if (failures > 0) {
                statistics.retries.increment();
            }
            HttpRequest request = targets.get(Math.floorMod(turn++, targets.size()))
                    .copy()
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body.buffer(), 0, body.length()))
                    .build();
            long waitMillis = Retry.backoffMillis(failures + 1);
            try {
                long started = System.nanoTime();
                HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() / 100 == 2) {
                    statistics.latency.record(System.nanoTime() - started);
                    statistics.acknowledgedRequests.increment();
                    statistics.acknowledgedSamples.add(body.samples());
                    return true;
                }
                statistics.failed(
                        request.uri() + " answered " + response.statusCode() + ": " + firstLine(response.body()));
                if (!Retry.isWorthIt(response.statusCode())) {
                    statistics.refusedRequests.increment();
                    statistics.refusedSamples.add(body.samples());
                    return false;
                }
                waitMillis = Math.max(
                        waitMillis,
                        Retry.askedForMillis(response.headers().firstValue("Retry-After"), clock.instant()));
            } catch (IOException failure) {
                statistics.failed(request.uri() + " failed: " + failure);
                body.abandonBuffer();
            }
            if (load.isOver() || isOverAfter(waitMillis)) {
                statistics.unsentSamples.add(body.samples());
                return false;
            }
        }
    }

    /** Waits, also after the order to stop as long as its grace lasts; true when there is no time for one more try. */
    private boolean isOverAfter(long waitMillis) throws InterruptedException {
        if (load.stoppedWithin(waitMillis)) {
            Thread.sleep(Math.min(waitMillis, 200));
        }
        return load.isOver();
    }

    private static String firstLine(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() <= ERROR_CHARS_MAX ? line : line.substring(0, ERROR_CHARS_MAX) + "...";
    }
}
