package io.pharos.collection.target;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What scraping says about itself. */
final class ScrapeMetrics {
    final Counter scrapes;
    final Counter failures;
    final Counter missed;
    final Counter samples;
    final Counter refused;
    final Counter unwritten;

    ScrapeMetrics(PrometheusRegistry registry) {
        scrapes = counter(registry, "pharos_collection_scrapes_total", "Scrapes done, failed ones included.");
        failures = counter(registry, "pharos_collection_scrape_failures_total", "Scrapes that failed.");
        missed = counter(
                registry,
                "pharos_collection_scrapes_missed_total",
                "Scrapes left out because the one before was not written yet.");
        samples = counter(registry, "pharos_collection_scraped_samples_total", "Samples written by scrapes.");
        refused = counter(registry, "pharos_collection_refused_samples_total", "Scraped samples refused for a reason.");
        unwritten = counter(
                registry,
                "pharos_collection_unwritten_scrapes_total",
                "Scrapes whose samples could not be written in time.");
    }

    private static Counter counter(PrometheusRegistry registry, String name, String help) {
        return Counter.builder().name(name).help(help).register(registry);
    }
}
