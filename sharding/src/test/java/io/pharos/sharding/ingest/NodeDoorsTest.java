package io.pharos.sharding.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import io.pharos.sharding.shard.AppendAnswer;
import io.pharos.sharding.shard.AppendDoor;
import io.pharos.sharding.shard.AppendPart;
import io.pharos.sharding.shard.SeriesShard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class NodeDoorsTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final TestProbe<AppendDoor.Command> even = KIT.createTestProbe(AppendDoor.Command.class);
    private final TestProbe<AppendDoor.Command> odd = KIT.createTestProbe(AppendDoor.Command.class);
    private final TestProbe<AppendAnswer> answers = KIT.createTestProbe(AppendAnswer.class);
    private final List<SeriesShard.Append> bySharding = new ArrayList<>();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private static AppendPart part(int shard, int samples) {
        return new AppendPart(
                shard,
                100 + shard,
                1,
                new int[samples],
                0,
                AppendPart.NO_BYTES,
                AppendPart.NO_INTS,
                null,
                new long[samples],
                new double[samples]);
    }

    private NodeDoors doors(int bytesMax) {
        return new NodeDoors(
                shard -> shard == 9 ? null : shard % 2 == 0 ? even.ref() : odd.ref(),
                bySharding::add,
                answers.ref(),
                bytesMax,
                Duration.ofMillis(5));
    }

    @Test
    void theShardsOfANodeShareAMessageAndTheOneWithoutANodeGoesByItself() {
        List<AppendPart> parts = new ArrayList<>();
        for (int shard = 0; shard < 10; shard++) {
            parts.add(part(shard, 3));
        }
        doors(1 << 20).send(parts);
        assertThat(even.receiveMessage())
                .isEqualTo(new AppendDoor.Parts(
                        List.of(parts.get(0), parts.get(2), parts.get(4), parts.get(6), parts.get(8)), answers.ref()));
        assertThat(odd.receiveMessage())
                .isEqualTo(new AppendDoor.Parts(
                        List.of(parts.get(1), parts.get(3), parts.get(5), parts.get(7)), answers.ref()));
        assertThat(bySharding)
                .containsExactly(
                        new SeriesShard.Append(parts.get(9), answers.ref().narrow()));
    }

    @Test
    void noMessageHoldsMoreThanIsSentUnlessItIsOnePart() {
        List<AppendPart> parts = List.of(part(0, 10), part(2, 10), part(4, 500), part(6, 1), part(8, 1));
        doors(2 * parts.get(0).bytesMax()).send(parts);
        List<List<AppendPart>> sent = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            sent.add(((AppendDoor.Parts) even.receiveMessage()).parts());
        }
        assertThat(sent).containsExactly(parts.subList(0, 2), parts.subList(2, 3), parts.subList(3, 5));
    }
}
