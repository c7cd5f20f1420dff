package io.pharos.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class YamlReaderTest {
    private record Job(String name, Duration interval) {}

    private static List<Job> jobs(YamlValue document) {
        YamlValue.Mapping root = document.mapping();
        List<Job> jobs = root.required("jobs").list().stream()
                .map(value -> {
                    YamlValue.Mapping job = value.mapping();
                    String name = job.required("name").text();
                    Duration interval =
                            job.optional("interval").map(YamlValue::duration).orElse(Duration.ofMinutes(1));
                    job.refuseUnsupported("oauth2");
                    job.refuseOthers();
                    return new Job(name, interval);
                })
                .toList();
        root.refuseOthers();
        return jobs;
    }

    @Test
    void readsWhatIsAskedFor() throws ConfigurationException {
        assertThat(YamlReader.read("p.yml", "jobs:\n- {name: a, interval: 1m30s}\n- name: b\n", YamlReaderTest::jobs))
                .containsExactly(new Job("a", Duration.ofSeconds(90)), new Job("b", Duration.ofMinutes(1)));
    }

    @Test
    void mergesAnchorsAsPrometheusFilesUseThem() throws ConfigurationException {
        String text = "jobs:\n- &base {name: a, interval: 5s}\n- <<: *base\n  name: b\n";
        assertThat(YamlReader.read("p.yml", text, YamlReaderTest::jobs)).contains(new Job("b", Duration.ofSeconds(5)));
    }

    @Test
    void everyFaultIsReportedWithItsPlace() {
        String text = "jobs:\n- name: a\n  intervall: 5s\n- interval: 5 s\n  oauth2: {}\n";
        assertThatThrownBy(() -> YamlReader.read("p.yml", text, YamlReaderTest::jobs))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("p.yml:3:14: jobs[0].intervall: unknown key 'intervall'; did you mean 'interval'?\n"
                        + "p.yml:4:3: jobs[1]: 'name' is missing\n"
                        + "p.yml:4:13: jobs[1].interval: expected a duration such as 15s or 1h30m, not '5 s'\n"
                        + "p.yml:5:11: jobs[1].oauth2: is not supported yet");
    }

    @Test
    void brokenYamlSaysWhere() {
        assertThatThrownBy(() -> YamlReader.read("p.yml", "jobs: [a\nb: c", YamlReaderTest::jobs))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("p.yml:2:");
    }

    @Test
    void aKeyGivenTwiceIsRefused() {
        assertThatThrownBy(() -> YamlReader.read("p.yml", "jobs: []\njobs: []\n", YamlReaderTest::jobs))
                .hasMessage("p.yml:2:1: jobs: given twice");
    }
}
