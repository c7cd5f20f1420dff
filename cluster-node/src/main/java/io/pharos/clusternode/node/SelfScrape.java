package io.pharos.clusternode.node;

import io.pharos.collection.PrometheusConfiguration;
import io.pharos.collection.ScrapeJob;
import io.pharos.conf.ConfigurationException;
import io.pharos.conf.PrometheusDuration;
import java.nio.file.Path;
import java.util.List;

/** The job by which a node watches itself; no other node runs it, and none but this knows its address. */
final class SelfScrape {
    private static final String JOB = "pharos";

    private SelfScrape() {}

    /** That job, unless the configuration has one of the name or the interval is zero. */
    static List<ScrapeJob> jobs(PrometheusConfiguration configuration, NodeSettings settings) {
        if (settings.selfScrapeInterval().isZero()
                || configuration.jobs().stream().anyMatch(job -> job.name().equals(JOB))) {
            return List.of();
        }
        String text = "scrape_configs: [{job_name: " + JOB + ", scrape_interval: "
                + PrometheusDuration.format(settings.selfScrapeInterval())
                + ", scrape_timeout: "
                + PrometheusDuration.format(settings.selfScrapeInterval())
                + ", static_configs: [{targets: ['" + settings.host() + ":" + settings.port() + "']}]}]";
        try {
            return PrometheusConfiguration.read(Path.of("self-scrape"), text, false)
                    .jobs();
        } catch (ConfigurationException e) {
            throw new IllegalStateException("our own job is not valid: " + e.getMessage(), e);
        }
    }
}
