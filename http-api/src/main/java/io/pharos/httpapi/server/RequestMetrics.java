package io.pharos.httpapi.server;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Counts requests by route, and how long they took. Thread-safe. */
public final class RequestMetrics {
    private final Counter requests;
    private final Histogram duration;
    private final Gauge inFlight;

    public RequestMetrics(PrometheusRegistry registry) {
        requests = Counter.builder()
                .name("pharos_http_requests_total")
                .help("Requests answered, by route and status code.")
                .labelNames("route", "code")
                .register(registry);
        duration = Histogram.builder()
                .name("pharos_http_request_duration_seconds")
                .help("Time from a request's head to the head of its answer, by route.")
                .labelNames("route")
                .classicOnly()
                .classicUpperBounds(0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60)
                .register(registry);
        inFlight = Gauge.builder()
                .name("pharos_http_requests_in_flight")
                .help("Requests that have no answer yet.")
                .register(registry);
    }

    void began() {
        inFlight.inc();
    }

    void ended(String route, int code, long nanos) {
        inFlight.dec();
        requests.labelValues(route, Integer.toString(code)).inc();
        duration.labelValues(route).observe(nanos / 1e9);
    }
}
