package io.pharos.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.conf.ConfigurationException;
import io.pharos.timeseries.labels.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrometheusConfigurationTest {
    @TempDir
    Path folder;

    private PrometheusConfiguration read(String yaml) throws ConfigurationException, IOException {
        return PrometheusConfiguration.read(Files.writeString(folder.resolve("prometheus.yml"), yaml));
    }

    @Test
    void anOrdinaryFileIsReadWhole() throws Exception {
        Files.createDirectories(folder.resolve("rules"));
        Files.writeString(folder.resolve("rules/b.yml"), "groups: []");
        Files.writeString(folder.resolve("rules/a.yml"), "groups: []");
        PrometheusConfiguration configuration = read("""
                global:
                  scrape_interval: 15s
                  evaluation_interval: 30s
                  external_labels: {cluster: one, path: "x$$y"}
                  body_size_limit: 10MB
                rule_files: ["rules/*.yml", other.yml]
                scrape_configs:
                  - job_name: node
                    scrape_interval: 5s
                    honor_labels: true
                    metrics_path: /m
                    params: {a: [x, y]}
                    sample_limit: 100
                    basic_auth: {username: u, password: p}
                    static_configs:
                      - targets: ["localhost:9100", "b:9100"]
                        labels: {zone: z}
                    relabel_configs:
                      - {source_labels: [__address__], target_label: host}
                    metric_relabel_configs:
                      - {source_labels: [__name__], regex: go_.*, action: drop}
                  - job_name: files
                    file_sd_configs: [{files: [targets/*.json]}]
                """);
        GlobalSettings global = configuration.global();
        assertThat(global.scrapeInterval()).isEqualTo(Duration.ofSeconds(15));
        assertThat(global.scrapeTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(global.evaluationInterval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(global.externalLabels()).isEqualTo(Labels.of("cluster", "one", "path", "x$y"));
        assertThat(configuration.ruleFiles())
                .containsExactly(
                        folder.resolve("rules/a.yml"), folder.resolve("rules/b.yml"), folder.resolve("other.yml"));
        ScrapeJob node = configuration.jobs().get(0);
        assertThat(node.interval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(node.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(node.honorLabels()).isTrue();
        assertThat(node.params()).isEqualTo(Map.of("a", List.of("x", "y")));
        assertThat(node.limits()).isEqualTo(new ScrapeJob.Limits(10 << 20, 100, 0, 0, 0, 0));
        assertThat(node.client().authorization()).isPresent();
        assertThat(node.staticGroups().get(0).targets()).containsExactly("localhost:9100", "b:9100");
        assertThat(node.relabelRules()).hasSize(1);
        assertThat(node.metricRelabelRules()).hasSize(1);
        assertThat(configuration.jobs().get(1).files().get(0).patterns()).containsExactly(folder + "/targets/*.json");
        assertThat(configuration.text()).startsWith("global:");
    }

    @Test
    void everyFaultIsNamedWithItsLine() {
        assertThatThrownBy(() -> read("""
                        global:
                          scrape_intervall: 15s
                        alerting: {}
                        scrape_configs:
                          - job_name: a
                            consul_sd_configs: []
                            scrape_timeout: 2m
                            native_histogram_bucket_limit: 5
                          - job_name: a
                            static_configs: [{targets: ["http://x/"]}]
                        """))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("prometheus.yml:2:")
                .hasMessageContaining("did you mean 'scrape_interval'?")
                .hasMessageContaining("prometheus.yml:3:11: alerting: is not supported yet")
                .hasMessageContaining("consul_sd_configs: is not supported yet")
                .hasMessageContaining("longer than scrape_interval")
                .hasMessageContaining("native_histogram_bucket_limit: is not supported yet")
                .hasMessageContaining("given twice")
                .hasMessageContaining("no host and port");
    }

    @Test
    void whatIsNotSupportedCanBeTolerated() throws Exception {
        Path file = Files.writeString(folder.resolve("p.yml"), "remote_write: [{url: x}]\nscrape_configs: []\n");
        PrometheusConfiguration configuration = PrometheusConfiguration.read(file, true);
        assertThat(configuration.warnings()).hasSize(1);
        assertThat(configuration.warnings().get(0).line()).isEqualTo(1);
        assertThat(configuration.warnings().get(0).message()).contains("remote_write");
    }

    @Test
    void anAbsentFileIsAnError() {
        assertThatThrownBy(() -> PrometheusConfiguration.read(folder.resolve("none.yml")))
                .isInstanceOf(ConfigurationException.class);
    }
}
