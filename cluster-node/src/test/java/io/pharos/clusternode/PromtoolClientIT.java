package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The real promtool asks a whole node, which scrapes itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PromtoolClientIT {
    @TempDir
    static Path folder;

    private NodeUnderTest node;

    @BeforeAll
    void start() throws IOException {
        node = NodeUnderTest.start(folder.resolve("data"), "--set", "pharos.node.self-scrape-interval=1s");
        Awaitility.await("the node has scraped itself")
                .atMost(Duration.ofMinutes(3))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> node.query("count_over_time(up[1m]) > 2").size() == 1);
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void instantQueries() throws IOException, InterruptedException {
        // The node's own scrape may take longer than its second once in a while.
        awaitAsserted(() -> assertThat(query("instant", "up"))
                .startsWith("up{instance=\"127.0.0.1:" + node.port() + "\", job=\"pharos\"} => 1 @["));
        assertThat(query("instant", "--time=1795176000", "vector(1) / 8")).isEqualTo("{} => 0.125 @[1795176000]\n");
    }

    @Test
    void rangeQueries() {
        awaitAsserted(() -> {
            long now = System.currentTimeMillis() / 1000;
            String answer = query("range", "--start=" + (now - 1), "--end=" + now, "--step=1s", "min(up) + 1");
            assertThat(answer).isEqualTo("{} =>\n2 @[" + (now - 1) + "]\n2 @[" + now + "]\n");
        });
    }

    private static void awaitAsserted(ThrowingRunnable claim) {
        Awaitility.await().atMost(Duration.ofMinutes(2)).untilAsserted(claim);
    }

    @Test
    void seriesAndLabels() throws IOException, InterruptedException {
        assertThat(query("series", "--match=up", "--match={__name__=~\"scrape_duration_.*\"}"))
                .contains("__name__=\"up\"")
                .contains("__name__=\"scrape_duration_seconds\"");
        assertThat(query("labels", "job")).isEqualTo("pharos\n");
        assertThat(query("labels", "there_is_none")).isEmpty();
    }

    @Test
    void errorsReachTheUserAndTheExitCode() throws IOException, InterruptedException {
        ClientProgram.Finished wrong =
                promtool("", "query", "instant", node.url().toString(), "rate(up)");
        assertThat(wrong.code()).isNotZero();
        assertThat(wrong.output()).contains("bad_data").contains("1:6: parse error: expected type range vector");
    }

    @Test
    void metricsOfTheNodePassTheLint() throws IOException, InterruptedException {
        String metrics = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(node.url() + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        assertThat(metrics).contains("pharos_");
        ClientProgram.Finished lint = promtool(metrics, "check", "metrics");
        assertThat(lint.output()).isEmpty();
        assertThat(lint.code()).isZero();
    }

    private String query(String kind, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("query", kind));
        Arrays.stream(arguments).filter(argument -> argument.startsWith("--")).forEach(command::add);
        command.add(node.url().toString());
        Arrays.stream(arguments).filter(argument -> !argument.startsWith("--")).forEach(command::add);
        ClientProgram.Finished finished = promtool("", command.toArray(String[]::new));
        assertThat(finished.code()).as(finished.output()).isZero();
        return finished.output();
    }

    private static ClientProgram.Finished promtool(String input, String... arguments)
            throws IOException, InterruptedException {
        return ClientProgram.run(input, "promtool", "prometheus", arguments);
    }
}
