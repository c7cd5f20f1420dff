package io.pharos.collection;

import io.pharos.collection.relabel.RelabelRule;
import io.pharos.httpclient.HttpClientSettings;
import io.pharos.timeseries.labels.Labels;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One entry of {@code scrape_configs}. A limit of 0 is none.
 *
 * @param params URL parameters, each with its values
 * @param honorLabels keep a scraped label where the target has one of the same name
 * @param honorTimestamps store a sample with the timestamp the target gave
 * @param trackTimestampsStaleness end series with timestamps of their own, too, when they vanish
 * @param compression ask for gzip
 * @param fallback how an answer without a known content type is read
 */
public record ScrapeJob(
        String name,
        Duration interval,
        Duration timeout,
        String metricsPath,
        String scheme,
        Map<String, List<String>> params,
        boolean honorLabels,
        boolean honorTimestamps,
        boolean trackTimestampsStaleness,
        boolean compression,
        Fallback fallback,
        Limits limits,
        HttpClientSettings client,
        List<RelabelRule> relabelRules,
        List<RelabelRule> metricRelabelRules,
        List<TargetGroup> staticGroups,
        List<FileDiscovery> files) {
    /** Addresses with labels of their own. */
    public record TargetGroup(List<String> targets, Labels labels, String source) {}

    /**
     * Files that list target groups, as YAML or JSON.
     *
     * @param patterns absolute paths whose last element may hold {@code *}
     */
    public record FileDiscovery(List<String> patterns, Duration refreshInterval) {}

    /** How an answer without a known content type is read. */
    public enum Fallback {
        NONE,
        PROMETHEUS_TEXT,
        OPEN_METRICS
    }

    /** What one scrape may bring at most; 0 is no limit. */
    public record Limits(
            long bodyBytes, int samples, int targets, int labels, int labelNameBytes, int labelValueBytes) {
        /** No limits. */
        public static final Limits NONE = new Limits(0, 0, 0, 0, 0, 0);
    }
}
