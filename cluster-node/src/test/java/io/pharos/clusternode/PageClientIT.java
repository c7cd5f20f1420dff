package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real browser opens the bare address of a node that has something to show. */
class PageClientIT {
    private static final String RULES = """
            groups:
              - name: watch
                interval: 1s
                rules:
                  - alert: TheNodeAnswers
                    expr: up == 1
                    labels: {severity: test}
                    annotations: {summary: 'as it should'}
            """;

    @TempDir
    Path folder;

    @Test
    void theBareAddressShowsAChartTheAlertsAndTheTargets() throws Exception {
        Files.writeString(folder.resolve("rules.yml"), RULES);
        Path configuration = Files.writeString(folder.resolve("prometheus.yml"), "rule_files: [rules.yml]\n");
        try (NodeUnderTest node = NodeUnderTest.start(
                folder.resolve("data"),
                "--prometheus",
                configuration.toString(),
                "--set",
                "pharos.node.self-scrape-interval=1s")) {
            Awaitility.await("the alert fires")
                    .atMost(Duration.ofMinutes(3))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> node.get("/api/v1/alerts")
                            .at("/data/alerts/0/state")
                            .asText()
                            .equals("firing"));
            // One look may fall into the second in which the node's own scrape took too long.
            Awaitility.await("the page shows all").atMost(Duration.ofMinutes(3)).untilAsserted(() -> {
                String page = page(node);
                assertThat(page).contains("<canvas").contains("last value");
                assertThat(page).contains("ready").contains("1 firing");
                assertThat(page).contains("TheNodeAnswers").contains("as it should");
                assertThat(page).contains("1 of 1 up").contains(node.url() + "/metrics");
            });
        }
    }

    /** The page as the browser holds it after some seconds of its own, quickened, time. */
    private String page(NodeUnderTest node) throws IOException, InterruptedException {
        ClientProgram.Finished finished = ClientProgram.run(
                "",
                "chromium",
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                // Not in the folder that the test deletes: processes of a browser outlive it, and write, for a moment.
                "--user-data-dir="
                        + Files.createTempDirectory(Files.createDirectories(Path.of("target")), "browser")
                                .toAbsolutePath(),
                "--window-size=1280,900",
                "--virtual-time-budget=8000",
                "--dump-dom",
                node.url() + "/");
        assertThat(finished.code()).as(finished.output()).isZero();
        return finished.output();
    }
}
