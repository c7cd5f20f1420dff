package io.pharos.collection.target;

import io.pharos.collection.PrometheusConfiguration;
import io.pharos.collection.ScrapeJob;
import io.pharos.conf.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads jobs for tests. */
final class Jobs {
    private Jobs() {}

    static ScrapeJob read(String job) throws IOException, ConfigurationException {
        return configuration("scrape_configs:\n  - " + job.strip().replace("\n", "\n    ") + "\n")
                .jobs()
                .get(0);
    }

    static PrometheusConfiguration configuration(String yaml) throws IOException, ConfigurationException {
        Path file = Files.createTempFile("prometheus", ".yml");
        try {
            return PrometheusConfiguration.read(Files.writeString(file, yaml));
        } finally {
            Files.delete(file);
        }
    }
}
