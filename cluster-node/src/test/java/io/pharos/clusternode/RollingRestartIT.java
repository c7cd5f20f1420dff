package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the people who keep three nodes running do to them. */
class RollingRestartIT {
    @TempDir
    Path folder;

    @Test
    void noRequestFailsWhileANodeIsDrainedAndEachOneIsRestarted() throws Exception {
        try (ThreeNodes cluster = ThreeNodes.start(folder)) {
            List<NodeUnderTest> nodes = cluster.nodes();
            try (LightLoad load = new LightLoad(nodes).start()) {
                awaitMore(load);
                drainAndUndo(nodes.get(1), nodes.get(0));
                for (NodeUnderTest node : nodes) {
                    assertThat(node.stop()).as("exit code after SIGTERM").isZero();
                    awaitMore(load);
                    node.start();
                    awaitMore(load);
                }
                load.end();
                assertThat(load.failures()).isEmpty();
                assertThat(load.countAt(nodes.get(0))).isGreaterThanOrEqualTo(load.acknowledged());
            }
        }
    }

    private static void drainAndUndo(NodeUnderTest node, NodeUnderTest asked) throws IOException, InterruptedException {
        String name = "127.0.0.1:" + node.port();
        String url = asked.url().toString();
        assertThat(asked.command("drain", name, "--dry-run", "--url", url))
                .contains("would leave 127.0.0.1:" + (node.port() + 8000))
                .contains("series ");
        assertThat(asked.command("drain", name, "--url", url)).contains("has no work any more");
        assertThat(asked.command("drain", name, "--undo", "--url", url)).contains("is given its share");
    }

    private static void awaitMore(LightLoad load) {
        long written = load.acknowledged() + 100;
        long read = load.answers() + 2;
        Awaitility.await("requests go on").atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            if (!load.failures().isEmpty()) {
                throw new IllegalStateException("failed: " + load.failures().peek());
            }
            assertThat(load.acknowledged()).as("writes").isGreaterThan(written);
            assertThat(load.answers()).as("answers").isGreaterThan(read);
        });
    }
}
