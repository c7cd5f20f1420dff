package io.pharos.collection.target;

import io.pharos.timeseries.labels.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A target as {@code /api/v1/targets} shows it.
 *
 * @param globalUrl the scrape URL with a loopback host replaced by this node's name
 * @param lastError empty when the last scrape went well and none of its samples was refused
 * @param lastScrape empty before the first
 */
public record TargetStatus(
        Labels discoveredLabels,
        Labels labels,
        String scrapePool,
        String scrapeUrl,
        String globalUrl,
        String lastError,
        Optional<Instant> lastScrape,
        Duration lastScrapeDuration,
        TargetHealth health,
        Duration interval,
        Duration timeout) {
    /** A target that relabelling dropped. */
    public record Dropped(Labels discoveredLabels, String scrapePool) {}
}
