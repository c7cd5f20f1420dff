package io.pharos.sharding.exemplar;

import io.pharos.timeseries.sample.ExemplarRefusal;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import java.util.function.LongSupplier;

/** What exemplars tell of themselves. */
public final class ExemplarMetrics {
    private final PrometheusRegistry registry;
    private final Counter received;
    private final Counter refused;
    private final Counter kept;
    private final Counter repeated;
    private final Counter dropped;
    private final Counter stored;
    private final Counter storedBytes;
    private final Counter failures;

    /** Registers the metrics. */
    public ExemplarMetrics(PrometheusRegistry registry) {
        this.registry = registry;
        received =
                counter("pharos_exemplars_received_total", "Exemplars that came to this node by requests and scrapes.");
        refused = Counter.builder()
                .name("pharos_exemplars_refused_total")
                .help("Exemplars that came to this node and were not taken, by reason.")
                .labelNames("reason")
                .register(registry);
        for (ExemplarRefusal reason : ExemplarRefusal.values()) {
            refused.initLabelValues(label(reason));
        }
        kept = counter("pharos_exemplars_kept_total", "Exemplars taken into the memory of this node's shards.");
        repeated = counter("pharos_exemplars_repeated_total", "Exemplars that this node's shards had already.");
        dropped = counter(
                "pharos_exemplars_dropped_total",
                "Exemplars that had to make room for newer ones before they were stored.");
        stored = counter("pharos_exemplars_stored_total", "Exemplars written to the store.");
        storedBytes = counter("pharos_exemplars_stored_bytes_total", "Bytes of rows of exemplars written.");
        failures = counter(
                "pharos_exemplars_write_failures_total", "Writes of exemplars that failed and are tried again.");
    }

    private Counter counter(String name, String help) {
        return Counter.builder().name(name).help(help).register(registry);
    }

    private static String label(ExemplarRefusal reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    /** Shows what memory holds. */
    void observe(LongSupplier bytes, LongSupplier waiting) {
        gauge("pharos_exemplars_memory_bytes", "About what the exemplars in memory take.", bytes);
        gauge("pharos_exemplars_waiting", "Exemplars in memory that the store does not have yet.", waiting);
    }

    private void gauge(String name, String help, LongSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call((double) value.getAsLong()))
                .register(registry);
    }

    void received(int count) {
        received.inc(count);
    }

    void refused(ExemplarRefusal reason, int count) {
        refused.labelValues(label(reason)).inc(count);
    }

    void kept() {
        kept.inc();
    }

    void repeated() {
        repeated.inc();
    }

    void dropped(int count) {
        dropped.inc(count);
    }

    void stored(int count, long bytes) {
        stored.inc(count);
        storedBytes.inc(bytes);
    }

    void notStored() {
        failures.inc();
    }
}
