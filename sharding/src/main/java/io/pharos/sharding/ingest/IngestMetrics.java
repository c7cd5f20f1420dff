package io.pharos.sharding.ingest;

import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** What the router tells of itself. */
public final class IngestMetrics {
    private final PrometheusRegistry registry;
    private final Counter samples;
    private final Counter overloaded;
    private final Counter refused;
    private final Counter decoded;
    private final Counter resent;
    private final Counter unavailable;
    private final LongAdder received = new LongAdder();
    private final Map<RefusalReason, LongAdder> refusals = new EnumMap<>(RefusalReason.class);

    /** Registers the metrics. */
    public IngestMetrics(PrometheusRegistry registry) {
        this.registry = registry;
        samples = Counter.builder()
                .name("pharos_sharding_ingest_samples_total")
                .help("Samples that came to this node's router.")
                .register(registry);
        overloaded = Counter.builder()
                .name("pharos_sharding_ingest_overloaded_samples_total")
                .help("Samples refused at once since too much was unconfirmed.")
                .register(registry);
        refused = Counter.builder()
                .name("pharos_sharding_ingest_refused_samples_total")
                .help("Samples refused for a reason of their own.")
                .labelNames("reason")
                .register(registry);
        decoded = Counter.builder()
                .name("pharos_sharding_ingest_labels_decoded_total")
                .help("Series whose labels had to be decoded to find their shard.")
                .register(registry);
        resent = Counter.builder()
                .name("pharos_sharding_ingest_parts_resent_total")
                .help("Parts sent to a shard again.")
                .register(registry);
        unavailable = Counter.builder()
                .name("pharos_sharding_ingest_parts_unavailable_total")
                .help("Parts given up at their deadline.")
                .register(registry);
        for (RefusalReason reason : RefusalReason.values()) {
            refusals.put(reason, new LongAdder());
        }
    }

    void observe(LongSupplier pendingBytes, IntSupplier pendingParts, IntSupplier identities) {
        gauge("pharos_sharding_ingest_pending_bytes", "Bytes of batches whose outcome is open.", pendingBytes);
        gauge("pharos_sharding_ingest_pending_parts", "Parts whose outcome is open.", pendingParts::getAsInt);
        gauge("pharos_sharding_ingest_identities", "Series whose identity is remembered.", identities::getAsInt);
    }

    private void gauge(String name, String help, LongSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call((double) value.getAsLong()))
                .register(registry);
    }

    void received(int count) {
        samples.inc(count);
        received.add(count);
    }

    void overloaded(int count) {
        overloaded.inc(count);
    }

    void refused(RefusalReason reason) {
        refused.labelValues(reason.name().toLowerCase(java.util.Locale.ROOT)).inc();
        LongAdder adder = refusals.get(reason);
        if (adder != null) {
            adder.increment();
        }
    }

    void labelsDecoded() {
        decoded.inc();
    }

    void resent() {
        resent.inc();
    }

    void unavailable() {
        unavailable.inc();
    }

    /** Samples that came. */
    public long received() {
        return received.sum();
    }

    /** Refused samples by reason. */
    public Map<RefusalReason, Long> refusals() {
        Map<RefusalReason, Long> counts = new EnumMap<>(RefusalReason.class);
        refusals.forEach((reason, adder) -> counts.put(reason, adder.sum()));
        return counts;
    }
}
