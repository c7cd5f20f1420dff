package io.pharos.clusternode.node;

import io.pharos.collection.PrometheusConfiguration;
import io.pharos.collection.ScrapeJob;
import io.pharos.conf.ConfigurationException;
import io.pharos.conf.PrometheusDuration;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The job by which a node watches itself; no other node runs it, and none but this knows its address. */
final class SelfScrape {
    private static final String JOB = "pharos";

    private final NodeSettings settings;
    private final Optional<String> token;

    /** @param token what this node wants to be shown, if anything */
    SelfScrape(NodeSettings settings, Optional<String> token) {
        this.settings = settings;
        this.token = token;
    }

    /** That job, unless the configuration has one of the name or the interval is zero. */
    List<ScrapeJob> jobs(PrometheusConfiguration configuration) {
        if (settings.selfScrapeInterval().isZero()
                || configuration.jobs().stream().anyMatch(job -> job.name().equals(JOB))) {
            return List.of();
        }
        // A token has no character that means anything to YAML inside quotes.
        String text = "scrape_configs: [{job_name: " + JOB + ", scrape_interval: "
                + PrometheusDuration.format(settings.selfScrapeInterval())
                + ", scrape_timeout: "
                + PrometheusDuration.format(settings.selfScrapeInterval())
                + token.map(shown -> ", authorization: {credentials: '" + shown + "'}")
                        .orElse("")
                + ", static_configs: [{targets: ['" + settings.host() + ":" + settings.port() + "']}]}]";
        try {
            return PrometheusConfiguration.read(Path.of("self-scrape"), text, false)
                    .jobs();
        } catch (ConfigurationException e) {
            throw new IllegalStateException("our own job is not valid: " + e.getMessage(), e);
        }
    }
}
