package io.pharos.sharding.shard;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What the shards of a node tell of themselves. */
public final class ShardMetrics {
    private final Counter appended;
    private final Counter repeated;
    private final Counter late;
    private final Counter chunks;
    private final Counter checkpoints;
    private final Counter checkpointFailures;
    private final Counter deposed;
    private final Counter replayed;
    private final Counter preloaded;
    private final Histogram recovery;
    private final Histogram handOver;
    private final Counter handOverBytes;
    private final Counter imported;
    private final Counter left;

    /** Registers the metrics. */
    public ShardMetrics(PrometheusRegistry registry, ShardRegistry shards, HotMemory hot) {
        appended = counter(
                registry, "pharos_sharding_samples_admitted_total", "Samples admitted, repeated ones included.");
        repeated = counter(registry, "pharos_sharding_samples_repeated_total", "Samples that were there already.");
        late = counter(registry, "pharos_sharding_samples_out_of_order_total", "Samples admitted out of order.");
        chunks = counter(registry, "pharos_sharding_chunks_flushed_total", "Sealed chunks made durable.");
        checkpoints =
                counter(registry, "pharos_sharding_checkpoints_total", "Checkpoints that became a shard's record.");
        checkpointFailures =
                counter(registry, "pharos_sharding_checkpoint_failures_total", "Checkpoints that did not complete.");
        deposed = counter(registry, "pharos_sharding_deposed_total", "Shards lost to another owner.");
        replayed =
                counter(registry, "pharos_sharding_samples_replayed_total", "Samples read from logs when recovering.");
        preloaded = counter(
                registry,
                "pharos_sharding_series_preloaded_total",
                "Series whose last hours came back into memory after their shard was acquired.");
        recovery = Histogram.builder()
                .name("pharos_sharding_recovery_seconds")
                .help("From the first step of acquiring a shard to its being open.")
                .nativeOnly()
                .register(registry);
        handOver = Histogram.builder()
                .name("pharos_sharding_hand_over_seconds")
                .help("From the request to hand a shard over to its having no owner, all of it durable.")
                .nativeOnly()
                .register(registry);
        handOverBytes = counter(
                registry, "pharos_sharding_hand_over_bytes_total", "Heads written so that another node takes a shard.");
        imported = counter(
                registry, "pharos_sharding_samples_imported_total", "Old samples that came as chunks by an import.");
        left = counter(
                registry, "pharos_sharding_series_left_total", "Series that left memory since they ended days ago.");
        GaugeWithCallback.builder()
                .name("pharos_sharding_series")
                .help("Series in the open shards of this node.")
                .callback(callback -> callback.call(shards.open().stream()
                        .mapToDouble(shard -> shard.table().liveCount())
                        .sum()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("pharos_sharding_hot_bytes")
                .help("Sealed chunks in memory.")
                .callback(callback -> callback.call((double) hot.bytes()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("pharos_sharding_open_shards")
                .help("Shards this node owns and admits samples to.")
                .callback(callback -> callback.call(shards.open().size()))
                .register(registry);
    }

    private static Counter counter(PrometheusRegistry registry, String name, String help) {
        return Counter.builder().name(name).help(help).register(registry);
    }

    void admitted(int samples, int repeats, int outOfOrder) {
        appended.inc(samples);
        if (repeats > 0) {
            repeated.inc(repeats);
        }
        if (outOfOrder > 0) {
            late.inc(outOfOrder);
        }
    }

    void imported(long samples) {
        imported.inc(samples);
    }

    void left(int series) {
        left.inc(series);
    }

    void flushed(int count) {
        chunks.inc(count);
    }

    void preloaded(int series) {
        preloaded.inc(series);
    }

    void checkpointed() {
        checkpoints.inc();
    }

    void checkpointFailed() {
        checkpointFailures.inc();
    }

    void lost() {
        deposed.inc();
    }

    void recovered(long nanos, long samples) {
        recovery.observe(nanos / 1e9);
        replayed.inc(samples);
    }

    void handedOver(long nanos, long bytes) {
        handOver.observe(nanos / 1e9);
        handOverBytes.inc(bytes);
    }
}
