package io.pharos.simulation.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Incidents that are raised and lowered, and the receiver that has to be told of each beginning and each end: once, unless something
 * was hurt in between. Thread-safe.
 */
final class AlertWitness implements AutoCloseable {
    /** The alert whose notifications count. */
    static final String ALERT = "ChaosIncident";

    /** The metric that raises it: 1 or 0, one series an incident. */
    static final String SIGNAL = "chaos_signal";

    /** How long a receiver may have to wait, faults and recovery included. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** A message may be under way this long before it is answered: as long as its sender waits. */
    private static final long UNDER_WAY_NANOS = Duration.ofSeconds(10).toNanos();

    private static final int BODY_BYTES_MAX = 4 << 20;

    private record Told(String key, long nanos) {}

    private static final class Incident {
        final long raisedNanos;
        final List<Told> firing = new ArrayList<>();
        final List<Told> resolved = new ArrayList<>();
        long loweredNanos;
        boolean lowered;
        boolean complained;

        Incident(long raisedNanos) {
            this.raisedNanos = raisedNanos;
        }
    }

    private final ChaosTimeline timeline;
    private final HttpServer server;
    private final ExecutorService threads;
    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, Incident> incidents = new LinkedHashMap<>();
    private int raised;
    private int repeats;

    /** Opens the receiver on a free port of the loopback. */
    AlertWitness(ChaosTimeline timeline) throws IOException {
        this.timeline = timeline;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "chaos-webhook");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::onRequest);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Begins an incident. */
    synchronized void raise() {
        incidents.put(Integer.toString(++raised), new Incident(timeline.nanos()));
    }

    /** Ends those that were told at least so long ago. */
    synchronized void lowerWhatWasTold(Duration ago) {
        long now = timeline.nanos();
        for (Incident incident : incidents.values()) {
            if (!incident.lowered && !incident.firing.isEmpty() && now - incident.firing.get(0).nanos > ago.toNanos()) {
                incident.lowered = true;
                incident.loweredNanos = now;
            }
        }
    }

    /** What the signal of each incident has to be, of those that are not over. */
    synchronized Map<String, Double> signals() {
        Map<String, Double> signals = new LinkedHashMap<>();
        incidents.forEach((name, incident) -> {
            if (incident.resolved.isEmpty()) {
                signals.put(name, incident.lowered ? 0.0 : 1.0);
            }
        });
        return signals;
    }

    /** Complains, once an incident, about what should have been told by now; returns how many are not over. */
    synchronized int check() {
        long now = timeline.nanos();
        int open = 0;
        for (Map.Entry<String, Incident> entry : incidents.entrySet()) {
            Incident incident = entry.getValue();
            if (!incident.resolved.isEmpty()) {
                continue;
            }
            open++;
            long since = incident.lowered ? incident.loweredNanos : incident.raisedNanos;
            boolean waits = incident.lowered || incident.firing.isEmpty();
            if (waits && !incident.complained && now - since > PATIENCE.toNanos()) {
                incident.complained = true;
                timeline.wrong("incident " + entry.getKey() + ": nobody was told that it "
                        + (incident.lowered ? "ended" : "began") + " " + PATIENCE.toSeconds() + " s ago");
            }
        }
        return open;
    }

    /** What was expected and told, in a few words. */
    synchronized String summary() {
        long firing = incidents.values().stream()
                .filter(incident -> !incident.firing.isEmpty())
                .count();
        long resolved = incidents.values().stream()
                .filter(incident -> !incident.resolved.isEmpty())
                .count();
        return incidents.size() + " incidents: " + firing + " beginnings and " + resolved + " ends were told, "
                + repeats + " of them again after a fault";
    }

    private void onRequest(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX);
            String key = String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            JsonNode message;
            try {
                message = json.readTree(body);
            } catch (JsonProcessingException malformed) {
                timeline.wrong("a notification is not JSON: " + malformed.getOriginalMessage());
                exchange.sendResponseHeaders(400, -1);
                return;
            }
            for (JsonNode alert : message.path("alerts")) {
                if (alert.at("/labels/alertname").asText().equals(ALERT)) {
                    told(
                            alert.at("/labels/incident").asText(),
                            alert.path("status").asText(),
                            key);
                }
            }
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private synchronized void told(String name, String status, String key) {
        Incident incident = incidents.get(name);
        if (incident == null) {
            timeline.wrong("an incident '" + name + "' was told that never was");
            return;
        }
        boolean isFiring = status.equals("firing");
        if (!isFiring && !incident.lowered) {
            timeline.wrong("incident " + name + " was told to be over, and is not");
        }
        List<Told> all = isFiring ? incident.firing : incident.resolved;
        Told now = new Told(key, timeline.nanos());
        if (all.isEmpty()) {
            long since = isFiring ? incident.raisedNanos : incident.loweredNanos;
            timeline.say("told that incident " + name + (isFiring ? " began" : " ended") + ", after "
                    + Math.round((now.nanos - since) / 1e8) / 10.0 + " s");
        } else {
            repeats++;
            Told before = all.get(all.size() - 1);
            if (!timeline.wasHurtBetween(before.nanos - UNDER_WAY_NANOS, now.nanos)) {
                timeline.wrong("incident " + name + " was told twice to be " + status + " although nothing was hurt, "
                        + (now.nanos - before.nanos) / 1_000_000 + " ms apart, "
                        + (before.key.equals(key) ? "with the same key" : "with another key"));
            }
        }
        all.add(now);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
