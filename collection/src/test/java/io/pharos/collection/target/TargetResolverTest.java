package io.pharos.collection.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.collection.ScrapeJob;
import io.pharos.timeseries.labels.Labels;
import org.junit.jupiter.api.Test;

class TargetResolverTest {
    @Test
    void labelsAndUrlComeOutAsPrometheusMakesThem() throws Exception {
        ScrapeJob job = Jobs.read("""
                job_name: j
                scheme: https
                metrics_path: /probe
                params: {module: [http], x: ["1 2", "3"]}
                relabel_configs:
                  - {source_labels: [__address__], target_label: __param_target}
                  - {source_labels: [__param_target], target_label: instance}
                  - {target_label: __address__, replacement: "prober:9115"}
                """);
        Labels discovered = TargetResolver.discovered(job, Labels.of("zone", "z"), "example.org");
        ScrapeTarget target = TargetResolver.resolve(job, discovered).orElseThrow();
        assertThat(target.labels()).isEqualTo(Labels.of("instance", "example.org", "job", "j", "zone", "z"));
        assertThat(target.url().toString()).startsWith("https://prober:9115/probe?");
        assertThat(target.url().getRawQuery().split("&"))
                .containsExactlyInAnyOrder("module=http", "x=1+2", "x=3", "target=example.org");
        assertThat(discovered.valueOf("__scrape_interval__")).isEqualTo("1m");
    }

    @Test
    void droppedOrUnusableTargetsAreNone() throws Exception {
        ScrapeJob dropping =
                Jobs.read("{job_name: j, relabel_configs: [{source_labels: [job], regex: j, action: drop}]}");
        assertThat(TargetResolver.resolve(dropping, TargetResolver.discovered(dropping, Labels.EMPTY, "a:1")))
                .isEmpty();
        ScrapeJob plain = Jobs.read("{job_name: j}");
        assertThatThrownBy(
                        () -> TargetResolver.resolve(plain, TargetResolver.discovered(plain, Labels.EMPTY, "a b:1/x")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TargetResolver.resolve(
                        plain, TargetResolver.discovered(plain, Labels.of("__scrape_timeout__", "2m"), "a:1")))
                .hasMessageContaining("longer");
    }
}
