package io.pharos.collection;

import io.pharos.timeseries.labels.Labels;
import java.time.Duration;

/**
 * The section {@code global} of a Prometheus configuration.
 *
 * @param ruleQueryOffset how far in the past rules are evaluated
 * @param externalLabels added to what leaves this server (alerts), never to what is stored
 */
public record GlobalSettings(
        Duration scrapeInterval,
        Duration scrapeTimeout,
        Duration evaluationInterval,
        Duration ruleQueryOffset,
        Labels externalLabels,
        ScrapeJob.Limits limits) {
    /** What holds where nothing is written. */
    public static final GlobalSettings DEFAULT = new GlobalSettings(
            Duration.ofMinutes(1),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ZERO,
            Labels.EMPTY,
            ScrapeJob.Limits.NONE);
}
