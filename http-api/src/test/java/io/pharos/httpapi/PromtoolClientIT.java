package io.pharos.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.timeseries.labels.Labels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The real promtool asks, the real engine answers from memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PromtoolClientIT {
    private static final long BASE_SECONDS = 1_795_176_000;

    private ApiFixture fixture;

    @BeforeAll
    void start() {
        MemoryQueries memory = new MemoryQueries();
        for (int i = 0; i <= 20; i++) {
            long time = (BASE_SECONDS + i * 15L) * 1000;
            memory.add(Labels.of("__name__", "requests_total", "job", "a"), time, i * 30);
            memory.add(Labels.of("__name__", "up", "job", "a"), time, 1);
            memory.add(Labels.of("__name__", "up", "job", "b"), time, 0);
        }
        fixture = new ApiFixture(memory);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Test
    void instantQueries() throws IOException, InterruptedException {
        String time = Long.toString(BASE_SECONDS + 300);
        assertThat(promtool("instant", "--time=" + time, "max by (job) (requests_total) / 8"))
                .isEqualTo("{job=\"a\"} => 75 @[" + time + "]\n");
        assertThat(promtool("instant", "--time=" + time, "scalar(up{job=\"a\"}) / 3"))
                .isEqualTo("scalar: 0.3333333333333333 @[" + time + "]\n");
    }

    @Test
    void rangeQueries() throws IOException, InterruptedException {
        String answer = promtool(
                "range", "--start=" + BASE_SECONDS, "--end=" + (BASE_SECONDS + 60), "--step=30s", "requests_total");
        assertThat(answer)
                .isEqualTo("requests_total{job=\"a\"} =>\n0 @[" + BASE_SECONDS + "]\n60 @[" + (BASE_SECONDS + 30)
                        + "]\n120 @[" + (BASE_SECONDS + 60) + "]\n");
    }

    @Test
    void seriesAndLabels() throws IOException, InterruptedException {
        String[] window = {"--start=" + BASE_SECONDS, "--end=" + (BASE_SECONDS + 300)};
        assertThat(promtool("series", window[0], window[1], "--match=up"))
                .contains("__name__=\"up\"")
                .contains("job=\"a\"")
                .contains("job=\"b\"");
        assertThat(promtool("labels", window[0], window[1], "job")).isEqualTo("a\nb\n");
    }

    @Test
    void errorsReachTheUser() throws IOException, InterruptedException {
        assertThat(promtool("instant", "sum(")).contains("bad_data").contains("parse error");
    }

    private String promtool(String kind, String... arguments) throws IOException, InterruptedException {
        Path program = Path.of("/usr/bin/promtool");
        assertThat(Files.isExecutable(program))
                .as("promtool is not installed: apt-get install --no-install-recommends prometheus")
                .isTrue();
        List<String> command = new ArrayList<>(List.of(program.toString(), "query", kind));
        List<String> flags = Arrays.stream(arguments)
                .filter(argument -> argument.startsWith("--"))
                .toList();
        command.addAll(flags);
        command.add("http://127.0.0.1:" + fixture.api.address().getPort());
        Arrays.stream(arguments).filter(argument -> !argument.startsWith("--")).forEach(command::add);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).as(output).isTrue();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
