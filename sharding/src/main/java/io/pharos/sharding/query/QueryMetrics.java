package io.pharos.sharding.query;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What queries tell of themselves. */
public final class QueryMetrics {
    private final Counter parts;
    private final Counter refused;
    private final Counter askedAgain;
    private final Histogram seconds;

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

    void answered(long nanos) {
        seconds.observe(nanos / 1e9);
    }
}
