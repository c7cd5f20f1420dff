package io.pharos.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.collection.ScrapeJob.TargetGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetFilesTest {
    @TempDir
    Path folder;

    private List<ScrapeJob> jobs() throws Exception {
        return PrometheusConfiguration.read(write("prometheus.yml", """
                        scrape_configs:
                          - job_name: j
                            file_sd_configs: [{files: ["*.yaml"]}]
                        """)).jobs();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static List<String> targets(TargetFiles files) {
        return files.groups().values().stream()
                .flatMap(groups -> groups.stream().flatMap(group -> group.targets().stream()))
                .toList();
    }

    @Test
    void aFileThatCannotBeReadKeepsItsTargetsAndTheOthersChange() throws Exception {
        List<ScrapeJob> jobs = jobs();
        write("a.yaml", "[{targets: ['a:1']}]");
        write("b.yaml", "[{targets: ['b:1']}]");
        TargetFiles first = TargetFiles.read(jobs, TargetFiles.NONE);
        assertThat(targets(first)).containsExactly("a:1", "b:1");
        assertThat(first.faults()).isEmpty();

        write("a.yaml", "[{targets: ['a:1'");
        write("b.yaml", "[{targets: ['b:2']}]");
        TargetFiles second = TargetFiles.read(jobs, first);
        assertThat(targets(second)).containsExactly("a:1", "b:2");
        assertThat(second.faults())
                .singleElement()
                .asString()
                .contains("job j", folder.resolve("a.yaml") + ":1", "not YAML");

        Files.delete(folder.resolve("a.yaml"));
        TargetFiles third = TargetFiles.read(jobs, second);
        assertThat(targets(third)).containsExactly("b:2");
        assertThat(third.faults()).isEmpty();
        List<TargetGroup> groups =
                third.groups().getOrDefault(jobs.get(0).files().get(0), List.of());
        assertThat(groups.get(0).labels().valueOf("__meta_filepath"))
                .isEqualTo(folder.resolve("b.yaml").toString());
    }
}
