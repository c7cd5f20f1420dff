package io.pharos.collection.target;

import io.pharos.collection.ScrapeJob;
import io.pharos.timeseries.labels.Labels;
import java.net.URI;
import java.time.Duration;

/**
 * One target as relabelling left it.
 *
 * @param discovered the labels before relabelling
 * @param labels what its samples carry
 */
public record ScrapeTarget(
        ScrapeJob job, Labels discovered, Labels labels, URI url, Duration interval, Duration timeout) {
    /** What makes it this target: two with the same are one. */
    public String key() {
        return job.name() + '\n' + labels + '\n' + url;
    }
}
