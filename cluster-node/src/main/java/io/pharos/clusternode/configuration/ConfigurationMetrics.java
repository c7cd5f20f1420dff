package io.pharos.clusternode.configuration;

import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;

/** What a node tells of its configuration as metrics. */
final class ConfigurationMetrics {
    private final Gauge successful;
    private final Gauge since;
    private final Gauge version;
    private final Gauge drift;

    ConfigurationMetrics(PrometheusRegistry registry) {
        successful =
                gauge(registry, "pharos_config_last_reload_successful", "Whether the last configuration was taken.");
        since = gauge(
                registry,
                "pharos_config_last_reload_success_timestamp_seconds",
                "When the configuration in force was taken.");
        version = gauge(registry, "pharos_config_version", "The cluster's version of the configuration in force.");
        drift = gauge(registry, "pharos_config_drift", "Whether this node's own files differ from what is in force.");
    }

    private static Gauge gauge(PrometheusRegistry registry, String name, String help) {
        return Gauge.builder().name(name).help(help).register(registry);
    }

    void taken(Instant time, long number) {
        successful.set(1);
        since.set(time.toEpochMilli() / 1000.0);
        version.set((double) number);
    }

    void refused() {
        successful.set(0);
    }

    void drifts(boolean does) {
        drift.set(does ? 1 : 0);
    }
}
