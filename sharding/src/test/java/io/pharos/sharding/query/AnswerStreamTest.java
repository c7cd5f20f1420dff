package io.pharos.sharding.query;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import io.pharos.sharding.wire.TestSystems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AnswerStreamTest {
    private static final ActorTestKit KIT = TestSystems.local();

    private final TestProbe<QueryWorker.Answer> asker = KIT.createTestProbe(QueryWorker.Answer.class);
    private final AnswerStream stream = new AnswerStream(
            new QueryWorker.Ask(
                    1,
                    Map.of(),
                    new QueryWorker.Find(QueryWorker.Find.What.NAMES, "", List.of(), 0, 0, 0),
                    Duration.ofSeconds(9),
                    false,
                    2,
                    asker.ref()),
            0);

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private static List<QueryWorker.Answer> pages(int count) {
        List<QueryWorker.Answer> pages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pages.add(new QueryWorker.FoundPage(1, i, i + 1 == count, List.of(), List.of("t" + i)));
        }
        return pages;
    }

    @Test
    void noMorePagesAreSentThanTheAskerTakes() {
        List<QueryWorker.Answer> pages = pages(6);
        stream.send(pages, 0, 0);
        asker.expectMessage(pages.get(0));
        asker.expectMessage(pages.get(1));
        assertThat(stream.heldBytes()).isEqualTo(4L * AnswerPages.BYTES_MAX);
        assertThat(stream.more(1, 3, 0)).isTrue();
        asker.expectMessage(pages.get(2));
        assertThat(stream.more(2, 5, 0)).isTrue();
        asker.expectMessage(pages.get(3));
        asker.expectMessage(pages.get(4));
        assertThat(stream.isOver()).isFalse();
        assertThat(stream.more(5, 9, 0)).isTrue();
        asker.expectMessage(pages.get(5));
        assertThat(stream.isOver()).isTrue();
        assertThat(stream.heldBytes()).isZero();
    }

    @Test
    void whatAnAskerInThisProcessGotIsHeldUntilItTookIt() {
        List<QueryWorker.Answer> whole = pages(1);
        stream.send(whole, 5000, 0);
        asker.expectMessage(whole.get(0));
        assertThat(stream.isOver()).isFalse();
        assertThat(stream.heldBytes()).isEqualTo(5000);
    }

    @Test
    void pagesThatDidNotComeAfterAWhileAreLost() {
        stream.send(pages(6), 0, 0);
        assertThat(stream.more(0, 2, TimeUnit.SECONDS.toNanos(1)))
                .as("still under way")
                .isTrue();
        assertThat(stream.more(1, 2, TimeUnit.SECONDS.toNanos(5)))
                .as("one came")
                .isTrue();
        assertThat(stream.more(1, 2, TimeUnit.SECONDS.toNanos(9))).isFalse();
    }

    @Test
    void anAskerThatSaysNothingIsGone() {
        assertThat(stream.isLeft(TimeUnit.SECONDS.toNanos(19))).isFalse();
        stream.more(0, 2, TimeUnit.SECONDS.toNanos(19));
        assertThat(stream.isLeft(TimeUnit.SECONDS.toNanos(38))).isFalse();
        assertThat(stream.isLeft(TimeUnit.SECONDS.toNanos(40))).isTrue();
    }
}
