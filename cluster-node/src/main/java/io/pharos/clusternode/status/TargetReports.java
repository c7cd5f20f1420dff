package io.pharos.clusternode.status;

import io.pharos.collection.target.TargetHealth;
import io.pharos.collection.target.TargetStatus;
import io.pharos.timeseries.labels.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The targets of one node as they travel.
 *
 * @param omitted targets left out since there are too many
 */
record TargetReports(List<Target> targets, int omitted) {
    static final int TARGETS_MAX = 10_000;
    private static final int ERROR_CHARS_MAX = 1000;

    /** One target; see {@link TargetStatus}. */
    record Target(
            Map<String, String> discoveredLabels,
            Map<String, String> labels,
            String scrapePool,
            String scrapeUrl,
            String globalUrl,
            String lastError,
            @Nullable Instant lastScrape,
            Duration lastScrapeDuration,
            TargetHealth health,
            Duration interval,
            Duration timeout) {
        static Target of(TargetStatus status) {
            String error = status.lastError();
            return new Target(
                    status.discoveredLabels().toMap(),
                    status.labels().toMap(),
                    status.scrapePool(),
                    status.scrapeUrl(),
                    status.globalUrl(),
                    error.length() <= ERROR_CHARS_MAX ? error : error.substring(0, ERROR_CHARS_MAX) + "...",
                    status.lastScrape().orElse(null),
                    status.lastScrapeDuration(),
                    status.health(),
                    status.interval(),
                    status.timeout());
        }

        TargetStatus status() {
            return new TargetStatus(
                    Labels.of(discoveredLabels),
                    Labels.of(labels),
                    scrapePool,
                    scrapeUrl,
                    globalUrl,
                    lastError,
                    Optional.ofNullable(lastScrape),
                    lastScrapeDuration,
                    health,
                    interval,
                    timeout);
        }
    }

    /** The first of them by pool and address. */
    static TargetReports of(List<TargetStatus> all) {
        List<Target> first = all.stream()
                .sorted(Comparator.comparing(TargetStatus::scrapePool).thenComparing(TargetStatus::scrapeUrl))
                .limit(TARGETS_MAX)
                .map(Target::of)
                .toList();
        return new TargetReports(first, all.size() - first.size());
    }
}
