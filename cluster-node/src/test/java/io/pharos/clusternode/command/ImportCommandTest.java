package io.pharos.clusternode.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code pharos import} sends, and how it goes on where a node is busy. */
class ImportCommandTest {
    private static final String LINES = "a 1 1000\nb 2 2000\n";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private StubNode node;

    @BeforeEach
    void start() throws Exception {
        node = new StubNode();
        Files.writeString(folder.resolve("x.prom"), LINES);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private static StubNode.Answer stored(int samples) {
        return new StubNode.Answer(204, "", Map.of("X-Pharos-Samples-Stored", "" + samples));
    }

    private static StubNode.Answer busy(String after) {
        return new StubNode.Answer(
                503, "shard 3 is on its way", Map.of("Retry-After", after, "X-Pharos-Samples-Stored", "1"));
    }

    private int run(String... arguments) {
        return node.run("import", arguments);
    }

    @Test
    void aBusyNodeIsAskedAgainWithTheSamePiece() {
        node.answers(busy("0"), busy("0"), stored(2));
        assertThat(run(folder.resolve("x.prom").toString())).isZero();
        assertThat(node.asked).hasSize(3).containsOnly("POST /api/v1/import/prometheus");
        assertThat(node.bodies).containsOnly(LINES);
        assertThat(node.err.toString().lines())
                .hasSize(2)
                .allMatch(line -> line.endsWith("again in 0.0 s: shard 3 is on its way"));
        // What the refused tries stored of it is not counted twice.
        assertThat(node.out.toString().lines()).last().asString().endsWith("x.prom: 2 samples stored");
    }

    @Test
    void patienceEnds() {
        node.answers(busy("7"));
        assertThat(run("--retry-for", "1s", folder.resolve("x.prom").toString()))
                .isEqualTo(1);
        assertThat(node.asked).hasSize(1);
        assertThat(node.err.toString().strip()).endsWith("x.prom: shard 3 is on its way");
    }

    @Test
    void whatIsBadIsNotSentAgain() throws Exception {
        node.answers(new StubNode.Answer(400, "line 1: no value", Map.of("X-Pharos-Samples-Stored", "1")));
        assertThat(run(folder.resolve("x.prom").toString())).isEqualTo(1);
        assertThat(node.asked).hasSize(1);
        assertThat(node.err.toString().strip()).endsWith("x.prom: line 1: no value");
        Files.writeString(folder.resolve("x.csv"), "1,2\n");
        assertThat(run(folder.resolve("x.csv").toString())).isEqualTo(1);
        assertThat(node.err.toString()).contains("--format must say what the columns of CSV mean");
        assertThat(node.asked).hasSize(1);
    }

    @Test
    void aNodeThatIsAwayIsWaitedForNoLongerThanAsked() {
        node.close();
        assertThat(run("--retry-for", "100ms", folder.resolve("x.prom").toString()))
                .isEqualTo(1);
        assertThat(node.err.toString()).contains("nothing answers at " + node.url());
    }
}
