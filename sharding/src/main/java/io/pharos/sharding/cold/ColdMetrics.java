package io.pharos.sharding.cold;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** What the cold tier tells of itself. */
final class ColdMetrics {
    private final Counter days;
    private final Counter again;
    private final Counter chunks;
    private final Counter bytes;
    private final Counter failures;
    private final Counter lost;
    private final Counter expired;
    private final Counter deleted;
    private final Counter reads;
    private final Counter readBytes;

    /** @param until until when every open shard of the node is in the cold store, in milliseconds, where that is known */
    ColdMetrics(PrometheusRegistry registry, Supplier<OptionalLong> until) {
        days = counter(registry, "pharos_cold_written_total", "Days of shards written to the cold store.");
        again = counter(registry, "pharos_cold_repeats_total", "Those written again, since samples came late.");
        chunks = counter(registry, "pharos_cold_chunks_total", "Chunks written to the cold store.");
        bytes = counter(registry, "pharos_cold_bytes_total", "Bytes of objects written to the cold store.");
        failures = counter(
                registry, "pharos_cold_failures_total", "Shards whose days could not be written, to be tried again.");
        lost = counter(
                registry,
                "pharos_cold_lost_total",
                "Days of shards whose raw samples went before they were in the cold store.");
        expired = counter(registry, "pharos_cold_expired_total", "Days of shards older than the cold retention.");
        deleted = counter(registry, "pharos_cold_deleted_objects_total", "Objects deleted from the cold store.");
        reads = counter(registry, "pharos_cold_reads_total", "Reads of stretches of cold objects.");
        readBytes = counter(registry, "pharos_cold_read_bytes_total", "Bytes read of cold objects.");
        GaugeWithCallback.builder()
                .name("pharos_cold_until_seconds")
                .help("Every shard of this node is in the cold store until this time, since 1970.")
                .callback(callback -> until.get().ifPresent(millis -> callback.call(millis / 1000.0)))
                .register(registry);
    }

    private static Counter counter(PrometheusRegistry registry, String name, String help) {
        return Counter.builder().name(name).help(help).register(registry);
    }

    void written(boolean repeated, long chunkCount, long byteCount) {
        days.inc();
        if (repeated) {
            again.inc();
        }
        chunks.inc(chunkCount);
        bytes.inc(byteCount);
    }

    void failed() {
        failures.inc();
    }

    void lost(long count) {
        lost.inc(count);
    }

    void expired(long count) {
        expired.inc(count);
    }

    void deleted() {
        deleted.inc();
    }

    void read(int length) {
        reads.inc();
        readBytes.inc(length);
    }
}
