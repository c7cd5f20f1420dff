package io.pharos.sharding.log;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.atomic.LongAdder;

/** What the log tells of itself. */
public final class LogMetrics {
    private final Counter rows;
    private final Counter bytes;
    private final Counter retries;
    private final Counter drops;
    private final Histogram seconds;
    private final LongAdder bytesWritten = new LongAdder();
    private final LongAdder rowsWritten = new LongAdder();

    /** Registers the metrics. */
    public LogMetrics(PrometheusRegistry registry) {
        rows = Counter.builder()
                .name("pharos_sharding_log_rows_total")
                .help("Rows sent to the log.")
                .register(registry);
        bytes = Counter.builder()
                .name("pharos_sharding_log_bytes_total")
                .help("Bytes of rows sent to the log, compressed.")
                .register(registry);
        retries = Counter.builder()
                .name("pharos_sharding_log_retries_total")
                .help("Attempts to write a row or read fences that were repeated.")
                .register(registry);
        drops = Counter.builder()
                .name("pharos_sharding_log_segments_dropped_total")
                .help("Segments deleted since checkpoints cover them.")
                .register(registry);
        seconds = Histogram.builder()
                .name("pharos_sharding_log_commit_seconds")
                .help("From the start of a row to its acknowledgement.")
                .nativeOnly()
                .register(registry);
    }

    void row(int size) {
        rows.inc();
        bytes.inc(size);
        rowsWritten.increment();
        bytesWritten.add(size);
    }

    void retry() {
        retries.inc();
    }

    void committed(long nanos) {
        seconds.observe(nanos / 1e9);
    }

    void segmentDropped() {
        drops.inc();
    }

    /** Bytes of all rows sent. */
    public long bytesWritten() {
        return bytesWritten.sum();
    }

    /** Number of rows sent. */
    public long rowsWritten() {
        return rowsWritten.sum();
    }
}
