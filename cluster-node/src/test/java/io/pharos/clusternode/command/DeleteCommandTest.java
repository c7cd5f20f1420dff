package io.pharos.clusternode.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code pharos delete} asks of a node and says; that samples go is {@code CrashIT}'s. */
class DeleteCommandTest {
    private static final String PATH = "POST /api/v1/admin/tsdb/delete_series?";

    private StubNode node;

    @BeforeEach
    void start() throws Exception {
        node = new StubNode();
        node.answers(StubNode.Answer.of(204, ""));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void selectorsAndTimesAreAskedFor() {
        assertThat(node.run("delete", "a{job=\"x y\"}", "b", "--start", "2026-11-01T00:00:00+01:00", "--end", "17"))
                .isZero();
        assertThat(node.asked)
                .containsExactly(PATH + "match%5B%5D=a%7Bjob%3D%22x+y%22%7D&match%5B%5D=b"
                        + "&start=2026-11-01T00%3A00%3A00%2B01%3A00&end=17");
        assertThat(node.out.toString().strip()).isEqualTo("deleted in every shard");
        assertThat(node.err.toString()).isEmpty();
    }

    @Test
    void oneEndIsEnoughAndAllTimesHaveNone() {
        assertThat(node.run("delete", "a", "--end", "17")).isZero();
        assertThat(node.run("delete", "a", "--all-times")).isZero();
        assertThat(node.asked).containsExactly(PATH + "match%5B%5D=a&end=17", PATH + "match%5B%5D=a");
    }

    @Test
    void nothingIsDeletedWithoutTimesOrWithBoth() {
        for (String[] arguments : new String[][] {{"a"}, {"a", "--all-times", "--start", "1"}}) {
            assertThat(node.run("delete", arguments)).isEqualTo(1);
        }
        assertThat(node.err.toString().lines())
                .hasSize(2)
                .allMatch(line -> line.equals("either a stretch of time (--start, --end) or --all-times is wanted"));
        assertThat(node.run("delete", "--all-times")).isEqualTo(2);
        assertThat(node.err.toString()).contains("Missing required parameter: 'SELECTOR'");
        assertThat(node.asked).isEmpty();
    }

    @Test
    void whatTheNodeRefusesIsTheCommandsError() {
        node.answers(
                StubNode.Answer.of(
                        400,
                        "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"1:3: unexpected end of input\"}"),
                StubNode.Answer.of(503, "no gateway speaks JSON"));
        assertThat(node.run("delete", "a{", "--all-times")).isEqualTo(1);
        assertThat(node.err.toString().strip()).isEqualTo("1:3: unexpected end of input");
        assertThat(node.run("delete", "a", "--all-times")).isEqualTo(1);
        assertThat(node.err.toString().lines())
                .last()
                .asString()
                .contains("answered 503")
                .contains("no gateway speaks JSON");
        assertThat(node.out.toString()).isEmpty();
    }
}
