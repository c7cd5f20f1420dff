package io.pharos.clusternode.node;

import io.pharos.collection.PrometheusConfiguration;
import io.pharos.conf.ConfigurationException;
import io.pharos.conf.PrometheusDuration;
import java.nio.file.Path;

/** The job by which a node watches itself. */
final class SelfScrape {
    private static final String JOB = "pharos";

    private SelfScrape() {}

    /** A configuration with that job, unless it has one of the name or the interval is zero. */
    static PrometheusConfiguration added(PrometheusConfiguration configuration, NodeSettings settings) {
        if (settings.selfScrapeInterval().isZero()
                || configuration.jobs().stream().anyMatch(job -> job.name().equals(JOB))) {
            return configuration;
        }
        String text = "scrape_configs: [{job_name: " + JOB + ", scrape_interval: "
                + PrometheusDuration.format(settings.selfScrapeInterval())
                + ", scrape_timeout: "
                + PrometheusDuration.format(settings.selfScrapeInterval())
                + ", static_configs: [{targets: ['" + settings.host() + ":" + settings.port() + "']}]}]";
        try {
            return configuration.withJob(PrometheusConfiguration.read(Path.of("self-scrape"), text, false)
                    .jobs()
                    .get(0));
        } catch (ConfigurationException e) {
            throw new IllegalStateException("our own job is not valid: " + e.getMessage(), e);
        }
    }
}
