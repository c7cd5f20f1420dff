package io.pharos.sharding.query;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.atomic.LongAdder;

/** What queries tell of themselves. */
public final class QueryMetrics {
    private final Counter parts;
    private final Counter refused;
    private final Counter askedAgain;
    private final Histogram seconds;
    private final Counter reads;
    private final LongAdder hot = new LongAdder();
    private final LongAdder cold = new LongAdder();

    /** Registers the metrics. */
    public QueryMetrics(PrometheusRegistry registry) {
        parts = Counter.builder()
                .name("pharos_sharding_query_parts_total")
                .help("Parts of queries that this node's worker evaluated.")
                .register(registry);
        refused = Counter.builder()
                .name("pharos_sharding_query_parts_refused_total")
                .help("Parts refused since a shard was not as named, or too many waited.")
                .register(registry);
        askedAgain = Counter.builder()
                .name("pharos_sharding_query_asked_again_total")
                .help("Times a query asked workers again, since a shard moved or recovered.")
                .register(registry);
        reads = Counter.builder()
                .name("pharos_sharding_query_series_total")
                .help("Series selected by parts of queries, from memory alone or with stored chunks.")
                .labelNames("from")
                .register(registry);
        seconds = Histogram.builder()
                .name("pharos_sharding_query_seconds")
                .help("Queries from question to answer.")
                .nativeOnly()
                .register(registry);
    }

    void part() {
        parts.inc();
    }

    void refused() {
        refused.inc();
    }

    void askedAgain() {
        askedAgain.inc();
    }

    void selected(int fromMemory, int withStore) {
        hot.add(fromMemory);
        cold.add(withStore);
        reads.labelValues("memory").inc(fromMemory);
        reads.labelValues("store").inc(withStore);
    }

    /** The share of selected series that memory alone answered; 1 where none was selected. */
    public double hotRatio() {
        double all = hot.sum() + (double) cold.sum();
        return all == 0 ? 1 : hot.sum() / all;
    }

    void answered(long nanos) {
        seconds.observe(nanos / 1e9);
    }
}
