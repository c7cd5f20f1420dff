package io.pharos.sharding.shard;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.pharos.sharding.series.SeriesTable;
import io.pharos.timeseries.index.StringPool;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AppendDoorTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final ShardRegistry registry = new ShardRegistry();
    private final List<SeriesShard.Append> elsewhere = new CopyOnWriteArrayList<>();
    private final TestProbe<AppendAnswer> answers = KIT.createTestProbe(AppendAnswer.class);
    private final List<TestProbe<SeriesShard.Command>> shards = new ArrayList<>();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private ActorRef<AppendDoor.Command> door(int openShards, int bytesMax) {
        for (int shard = 0; shard < openShards; shard++) {
            TestProbe<SeriesShard.Command> probe = KIT.createTestProbe(SeriesShard.Command.class);
            shards.add(probe);
            registry.opened(new OpenShard(
                    shard,
                    7,
                    new SeriesTable(new StringPool(), 1, 1),
                    probe.ref(),
                    new RolledDays(
                            new InMemoryStores().stores().rollupProgress(),
                            shard,
                            1,
                            RolledDays.Rules.NONE,
                            InstantSource.system())));
            registry.state(
                    new ShardRegistry.State(shard, ShardRegistry.Phase.OPEN, Instant.EPOCH, 7, 0, 0, Instant.EPOCH));
        }
        return KIT.spawn(AppendDoor.create(registry, elsewhere::add, bytesMax));
    }

    private static AppendPart part(int shard) {
        return new AppendPart(
                shard,
                100 + shard,
                7,
                new int[] {1},
                0,
                AppendPart.NO_BYTES,
                AppendPart.NO_INTS,
                null,
                new long[] {1},
                new double[] {1});
    }

    private static AppendReply answer(int shard) {
        return new AppendReply.UnknownRefs(shard, 100 + shard, 8);
    }

    private AppendReply.Receiver asked(int shard) {
        SeriesShard.Append append = (SeriesShard.Append) shards.get(shard).receiveMessage();
        assertThat(append.part().shard()).isEqualTo(shard);
        return append.replyTo();
    }

    @Test
    void whatCameTogetherIsAnsweredTogether() {
        ActorRef<AppendDoor.Command> door = door(3, 1000);
        door.tell(new AppendDoor.Parts(List.of(part(0), part(1), part(2)), answers.ref()));
        asked(2).tell(answer(2));
        asked(0).tell(answer(0));
        asked(1).tell(answer(1));
        List<AppendReply> all = new ArrayList<>();
        while (all.size() < 3) { // two messages where this test was slower than a sweep
            AppendAnswer answer = answers.receiveMessage();
            if (answer instanceof AppendReplies several) {
                all.addAll(several.replies());
            } else {
                all.add((AppendReply) answer);
            }
        }
        assertThat(all).containsExactly(answer(2), answer(0), answer(1));
    }

    @Test
    void aShardThatDoesNotAnswerHoldsNobodysAnswerForLong() {
        ActorRef<AppendDoor.Command> door = door(2, 1000);
        door.tell(new AppendDoor.Parts(List.of(part(0), part(1)), answers.ref()));
        AppendReply.Receiver late = asked(1);
        asked(0).tell(answer(0));
        answers.expectMessage(Duration.ofMinutes(2), answer(0));
        late.tell(answer(1));
        answers.expectMessage(answer(1));
    }

    @Test
    void aPartWhoseShardIsNotOpenHereGoesOnBySharding() {
        ActorRef<AppendDoor.Command> door = door(1, 1000);
        registry.state(
                new ShardRegistry.State(0, ShardRegistry.Phase.HANDING_OVER, Instant.EPOCH, 7, 0, 0, Instant.EPOCH));
        List<AppendPart> parts = List.of(part(0), part(5));
        door.tell(new AppendDoor.Parts(parts, answers.ref()));
        answers.awaitAssert(() -> {
            assertThat(elsewhere)
                    .containsExactly(
                            new SeriesShard.Append(parts.get(0), answers.ref().narrow()),
                            new SeriesShard.Append(parts.get(1), answers.ref().narrow()));
            return null;
        });
        shards.get(0).expectNoMessage(Duration.ofMillis(1));
    }

    @Test
    void answersThatDoNotFitIntoOneMessageGoInSeveral() {
        int each = answer(0).bytesMax();
        List<AppendAnswer> sent = new ArrayList<>();
        TestProbe<AppendAnswer> probe = KIT.createTestProbe(AppendAnswer.class);
        GatheredReplies replies = new GatheredReplies(probe.ref(), 5, 2 * each);
        for (int shard = 0; shard < 5; shard++) {
            replies.tell(answer(shard));
        }
        for (int i = 0; i < 3; i++) {
            sent.add(probe.receiveMessage());
        }
        assertThat(sent)
                .containsExactly(
                        new AppendReplies(List.of(answer(0), answer(1))),
                        new AppendReplies(List.of(answer(2), answer(3))),
                        answer(4));
        assertThat(replies.flush()).isTrue();
    }
}
