package io.pharos.clusternode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the people who keep three nodes running do to them, and what a machine does that stands still for a while. */
class RollingRestartIT {
    private static final int LATE_WRITES = 24;
    private static final Duration SLEEP = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void noRequestFailsWhileEachNodeIsRestartedAndDeathsLoseNothing() throws Exception {
        try (ThreeNodes cluster = ThreeNodes.start(folder, "rolling_restart")) {
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
                awaitAll("all that was acknowledged is there", load, nodes.get(0));
                sleepOneNode(nodes.get(2), nodes.get(0), load);
                killTheYounger(nodes.get(0), nodes.get(1), load);
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
        Awaitility.await("requests go on").atMost(Duration.ofMinutes(4)).untilAsserted(() -> {
            if (!load.failures().isEmpty()) {
                throw new IllegalStateException("failed: " + load.failures().peek());
            }
            assertThat(load.acknowledged()).as("writes").isGreaterThan(written);
            assertThat(load.answers()).as("answers").isGreaterThan(read);
        });
    }

    /** 20 s are more than the others wait for it: they take its shards, and it must notice before it says yes to anybody. */
    private static void sleepOneNode(NodeUnderTest sleeper, NodeUnderTest other, LightLoad load) throws Exception {
        long stopped = System.nanoTime();
        NodeUnderTest.signal("STOP", sleeper.pid());
        awaitAll("the others answer for all shards", load, other);
        Awaitility.await("the sleep")
                .atMost(Duration.ofMinutes(4))
                .until(() -> System.nanoTime() - stopped > SLEEP.toNanos());
        List<CompletableFuture<Boolean>> late = new ArrayList<>();
        for (int i = 0; i < LATE_WRITES; i++) {
            late.add(load.writeTo(sleeper, i, System.currentTimeMillis()).exceptionally(broken -> false));
        }
        NodeUnderTest.signal("CONT", sleeper.pid());
        assertThat(sleeper.awaitEnd(Duration.ofMinutes(4))).contains("shut this one out");
        long yes = 0;
        for (CompletableFuture<Boolean> answer : late) {
            yes += answer.get(4, TimeUnit.MINUTES) ? 1 : 0;
        }
        awaitAll("nothing it said yes to is lost", load, other);
        assertThat(other.query("late"))
                .as("what it said yes to after its sleep")
                .hasSizeGreaterThanOrEqualTo((int) yes);
    }

    private static void awaitAll(String what, LightLoad load, NodeUnderTest asked) {
        Awaitility.await(what)
                .pollInterval(Duration.ofMillis(200))
                .atMost(Duration.ofMinutes(4))
                .until(() -> load.countAt(asked) >= load.acknowledged());
    }

    /** Of two nodes the younger dies: the other serves all it served, and takes writes again. */
    private static void killTheYounger(NodeUnderTest elder, NodeUnderTest younger, LightLoad load) throws Exception {
        younger.kill();
        Awaitility.await("writes to every shard")
                .pollInterval(Duration.ofMillis(200))
                .atMost(Duration.ofMinutes(4))
                .until(() -> takesWritesEverywhere(elder, load));
        awaitAll("the last node answers for all shards", load, elder);
    }

    private static boolean takesWritesEverywhere(NodeUnderTest node, LightLoad load) throws Exception {
        boolean all = true;
        List<CompletableFuture<Boolean>> writes = new ArrayList<>();
        for (int i = 0; i < LATE_WRITES; i++) {
            writes.add(load.writeTo(node, i, System.currentTimeMillis()).exceptionally(broken -> false));
        }
        for (CompletableFuture<Boolean> write : writes) {
            all &= write.get(4, TimeUnit.MINUTES);
        }
        return all;
    }
}
