package io.pharos.sharding.rollup;

import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.RollupTier;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What rolling up tells of itself. */
final class RollUpMetrics {
    private final Counter pieces;
    private final Counter again;
    private final Counter failures;
    private final Counter series;
    private final Counter points;
    private final Counter rows;
    private final Counter bytes;
    private final Counter damaged;
    private final Counter lost;

    /**
     * @param until how far the shards of this node are rolled up, in milliseconds by resolution
     * @param lags for how long the next points could have been made
     */
    RollUpMetrics(PrometheusRegistry registry, Supplier<Map<Long, Long>> until, Supplier<Map<Long, Duration>> lags) {
        pieces = counter(registry, "pharos_rollup_pieces_total", "Pieces of shards rolled up for the first time.");
        again = counter(registry, "pharos_rollup_repeats_total", "Days rolled up again, since samples came late.");
        failures = counter(
                registry, "pharos_rollup_failures_total", "Pieces that could not be rolled up, to be tried again.");
        series = counter(registry, "pharos_rollup_series_total", "Series of the pieces rolled up.");
        points = counter(registry, "pharos_rollup_points_total", "Points made.");
        damaged = counter(registry, "pharos_rollup_damaged_total", "Damaged chunks left out of roll-ups.");
        lost = counter(
                registry,
                "pharos_rollup_lost_total",
                "Days of shards that could not be rolled up whole, since what they are made of was gone.");
        rows = Counter.builder()
                .name("pharos_rollup_rows_total")
                .help("Rows of points written, by tier.")
                .labelNames("tier")
                .register(registry);
        bytes = Counter.builder()
                .name("pharos_rollup_bytes_total")
                .help("Bytes of rows of points written, by tier.")
                .labelNames("tier")
                .register(registry);
        GaugeWithCallback.builder()
                .name("pharos_rollup_until_seconds")
                .help("Every shard of this node is rolled up until this time, since 1970, by resolution.")
                .labelNames("resolution")
                .callback(callback -> until.get()
                        .forEach((resolution, millis) -> callback.call(millis / 1000.0, RollupTier.text(resolution))))
                .register(registry);
        lag(registry, lags);
    }

    private static void lag(PrometheusRegistry registry, Supplier<Map<Long, Duration>> lags) {
        GaugeWithCallback.builder()
                .name("pharos_rollup_lag_seconds")
                .help("For how long the next points could have been made, of the shard of this node that waits longest,"
                        + " by resolution.")
                .labelNames("resolution")
                .callback(callback -> lags.get()
                        .forEach((resolution, lag) ->
                                callback.call(lag.toMillis() / 1000.0, RollupTier.text(resolution))))
                .register(registry);
    }

    private static Counter counter(PrometheusRegistry registry, String name, String help) {
        return Counter.builder().name(name).help(help).register(registry);
    }

    void piece() {
        pieces.inc();
    }

    void again() {
        again.inc();
    }

    void failed() {
        failures.inc();
    }

    void rolled(int count) {
        series.inc(count);
    }

    void made(int count) {
        points.inc(count);
    }

    void lost(int days) {
        lost.inc(days);
    }

    void damaged() {
        damaged.inc();
    }

    void written(RollupTier tier, List<ChunkRow> written) {
        rows.labelValues(tier.name()).inc(written.size());
        bytes.labelValues(tier.name())
                .inc(written.stream().mapToLong(row -> row.chunk().remaining()).sum());
    }
}
