package io.pharos.simulation.load;

import io.pharos.simulation.fault.IncidentTimeline;
import io.pharos.simulation.pool.Fleet;
import io.pharos.simulation.pool.TracedRequests;
import io.pharos.timeseries.labels.Labels;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Sends exemplars of the fleet's requests beside its samples, as Prometheus does: entries of their own without a sample. What is not
 * taken is not sent again. Any thread.
 */
public final class ExemplarLoad {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int TAG_TIMESERIES = 0x0a;
    private static final int TAG_EXEMPLAR = 0x1a;
    private static final int TAG_VALUE = 0x11;
    private static final int TAG_TIMESTAMP = 0x18;

    private final LoadSettings settings;
    private final Fleet fleet;
    private final long seed;
    private final IncidentTimeline incidents;
    private final InstantSource clock;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private int turn;

    /** Of a fleet whose samples go to the same addresses. */
    public ExemplarLoad(
            LoadSettings settings, Fleet fleet, long seed, IncidentTimeline incidents, InstantSource clock) {
        this.settings = settings;
        this.fleet = fleet;
        this.seed = seed;
        this.incidents = incidents;
        this.clock = clock;
    }

    /** Sends those of now; does not wait for the answer. */
    public synchronized void send() {
        long millis = clock.millis();
        List<TracedRequests.Traced> traced = TracedRequests.of(fleet, seed, incidents.asOf(millis), millis);
        if (traced.isEmpty()) {
            return;
        }
        URI url = settings.urls().get(Math.floorMod(turn++, settings.urls().size()));
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve("/api/v1/write"))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/x-protobuf")
                .header("Content-Encoding", "snappy")
                .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                .header("User-Agent", "pharos-simulation")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body(traced, millis)));
        if (settings.bearerToken() != null) {
            request.header("Authorization", "Bearer " + settings.bearerToken());
        }
        client.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding());
    }

    /** A remote write 1.0 body, compressed. */
    static byte[] body(List<TracedRequests.Traced> traced, long millis) {
        Output body = new Output(1024);
        for (TracedRequests.Traced one : traced) {
            Output exemplar = new Output(128);
            BodyTemplate.putLabels(exemplar, Labels.of("trace_id", one.traceId()));
            exemplar.put(TAG_VALUE);
            long bits = Double.doubleToRawLongBits(one.seconds());
            for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
                exemplar.put((int) (bits >>> shift));
            }
            exemplar.put(TAG_TIMESTAMP);
            putVarint(exemplar, millis);
            Output entry = new Output(512);
            BodyTemplate.putLabels(entry, one.bucket());
            entry.put(TAG_EXEMPLAR);
            entry.putVarint(exemplar.length);
            entry.put(exemplar.bytes, 0, exemplar.length);
            body.put(TAG_TIMESERIES);
            body.putVarint(entry.length);
            body.put(entry.bytes, 0, entry.length);
        }
        return new SnappyWithHoles(body.bytes, body.length, new int[0], 0).compressed();
    }

    private static void putVarint(Output out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.put((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.put((int) rest);
    }
}
