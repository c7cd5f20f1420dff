package io.pharos.sharding.past;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What the past index tells of itself. */
final class PastMetrics {
    private final Counter loads;
    private final Counter evictions;
    private final Counter failures;

    PastMetrics(PrometheusRegistry registry, PastIndex past) {
        loads = counter(
                registry,
                "pharos_sharding_past_loads_total",
                "Older months of a shard's catalogue that were read since a question reached so far back.");
        evictions = counter(
                registry,
                "pharos_sharding_past_evictions_total",
                "Older months of a shard's catalogue that made room for others.");
        failures = counter(
                registry,
                "pharos_sharding_past_failures_total",
                "Older months of a shard's catalogue that could not be read, or were too large to be held.");
        GaugeWithCallback.builder()
                .name("pharos_sharding_past_bytes")
                .help("Memory of older months of the catalogue, about.")
                .callback(callback -> callback.call((double) past.bytes()))
                .register(registry);
    }

    private static Counter counter(PrometheusRegistry registry, String name, String help) {
        return Counter.builder().name(name).help(help).register(registry);
    }

    void loaded() {
        loads.inc();
    }

    void evicted() {
        evictions.inc();
    }

    void failed() {
        failures.inc();
    }
}
