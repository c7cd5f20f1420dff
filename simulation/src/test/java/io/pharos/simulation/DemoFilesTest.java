package io.pharos.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoFilesTest {
    @TempDir
    Path folder;

    @Test
    void portsTakeThePlaceOfThePlaceholders() throws Exception {
        DemoFiles.write(folder.resolve("demo"), List.of(1, 2), 3);
        DemoFiles files = DemoFiles.write(folder.resolve("demo"), List.of(9090, 9190), 9099);
        assertThat(files.prometheus())
                .content()
                .contains("- targets: ['127.0.0.1:9090', '127.0.0.1:9190']")
                .doesNotContain("${");
        assertThat(files.alertmanager())
                .content()
                .contains("- url: http://127.0.0.1:9099/")
                .doesNotContain("${");
        assertThat(files.rules()).content().contains("alert: PoolCpuHigh");
    }
}
