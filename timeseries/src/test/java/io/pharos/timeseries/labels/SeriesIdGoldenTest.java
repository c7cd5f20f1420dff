package io.pharos.timeseries.labels;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.Golden;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Identities on disk: one line a series with its labels, canonical bytes, id, placement hash, metric hash and shard of 64. */
class SeriesIdGoldenTest {
    private static final List<Labels> SERIES = List.of(
            Labels.EMPTY,
            Labels.of(Labels.METRIC_NAME, "up"),
            Labels.of(Labels.METRIC_NAME, "node_cpu_seconds_total", "cpu", "0", "mode", "idle", "instance", "a:9100"),
            Labels.of(Labels.METRIC_NAME, "latency_bucket", "job", "api", "le", "0.5"),
            Labels.of(Labels.METRIC_NAME, "latency_bucket", "job", "api", "le", "+Inf"),
            Labels.of(Labels.METRIC_NAME, "latency", "quantile", "0.99"),
            Labels.of(Labels.METRIC_NAME, "cpu.load", "Größe", "\uD83D\uDE00", "zone", "x".repeat(130)));

    @Test
    void identitiesNeverChange() {
        StringBuilder lines = new StringBuilder();
        for (Labels labels : SERIES) {
            SeriesIdentity identity = SeriesIdentity.of(labels);
            HexFormat hex = HexFormat.of();
            lines.append(labels)
                    .append('\t')
                    .append(hex.formatHex(labels.canonicalBytes()))
                    .append('\t')
                    .append(identity.id())
                    .append('\t')
                    .append(hex.toHexDigits(identity.placementHash()))
                    .append('\t')
                    .append(hex.toHexDigits(identity.metricHash()))
                    .append('\t')
                    .append(identity.shard(64))
                    .append('\n');
        }
        assertThat(lines.toString()).isEqualTo(Golden.text("series-id.txt"));
    }
}
