package io.pharos.sharding.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializers;
import io.pharos.sharding.exemplar.ExemplarDesk;
import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.Golden;
import io.pharos.sharding.format.HistogramPlaces;
import io.pharos.sharding.query.QueryWorker;
import io.pharos.sharding.query.ShardGossip;
import io.pharos.sharding.shard.AppendAnswer;
import io.pharos.sharding.shard.AppendDoor;
import io.pharos.sharding.shard.AppendPart;
import io.pharos.sharding.shard.AppendReplies;
import io.pharos.sharding.shard.AppendReply;
import io.pharos.sharding.shard.DeleteReply;
import io.pharos.sharding.shard.SeriesShard;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class WireSerializerTest {
    private static final ActorTestKit KIT = ActorTestKit.create("wire", Messages.CONFIG);
    private static final Serialization SERIALIZATION = SerializationExtension.get(KIT.system());
    private static final WireSerializer WIRE =
            (WireSerializer) SERIALIZATION.serializerByIdentity().apply(190_301);

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    /** Everything an actor of another node could be told, by the sealed protocols: public ones cross, others stay. */
    @Test
    void everyMessageOfARemoteProtocolHasACodec() {
        Set<Class<?>> remote = new HashSet<>();
        for (Class<?> protocol : List.of(
                SeriesShard.Command.class,
                AppendAnswer.class,
                AppendDoor.Command.class,
                QueryWorker.Command.class,
                QueryWorker.Answer.class,
                ShardGossip.Command.class,
                ExemplarDesk.Command.class)) {
            addRemote(protocol, remote);
        }
        remote.add(SeriesShard.Passed.class);
        remote.add(SeriesShard.CheckpointReply.class);
        remote.add(DeleteReply.class);
        remote.add(ExemplarDesk.Taken.class);
        Set<Class<?>> shown = new HashSet<>();
        Messages.oneOfEach(KIT).forEach(message -> shown.add(message.getClass()));
        assertThat(shown).as("an example of each").isEqualTo(remote);
    }

    private static void addRemote(Class<?> type, Set<Class<?>> remote) {
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                addRemote(permitted, remote);
            }
        } else if (Modifier.isPublic(type.getModifiers())
                || type.getDeclaringClass().isInterface()) {
            remote.add(type);
        }
    }

    @Test
    void everyMessageComesBackAsItWas() throws Exception {
        for (Object message : Messages.oneOfEach(KIT)) {
            akka.serialization.Serializer serializer = SERIALIZATION.findSerializerFor(message);
            assertThat(serializer).as("%s", message).isSameAs(WIRE);
            byte[] bytes = serializer.toBinary(message);
            String manifest = Serializers.manifestFor(serializer, message);
            Object back = SERIALIZATION
                    .deserialize(bytes, serializer.identifier(), manifest)
                    .get();
            assertSame(message, back);
            // As Artery does it, with other bytes before and after.
            ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 20);
            buffer.position(7);
            WIRE.toBinary(message, buffer);
            assertThat(buffer.position()).isEqualTo(7 + bytes.length);
            buffer.flip().position(7);
            assertSame(message, WIRE.fromBinary(buffer, manifest));
            assertThat(buffer.hasRemaining()).isFalse();
        }
    }

    private static void assertSame(Object message, Object back) {
        assertThat(back)
                .usingRecursiveComparison()
                .withEqualsForType(Object::equals, ActorRef.class)
                .withEqualsForType(
                        (a, b) -> Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b), Double.class)
                .isEqualTo(message);
        assertThat(WIRE.toBinary(back)).isEqualTo(WIRE.toBinary(message));
    }

    @Test
    void whatAnyNodeMightSendIsReadOrRefusedNeverMistaken() {
        Random random = new Random(5);
        for (Object message : Messages.oneOfEach(KIT)) {
            byte[] bytes = WIRE.toBinary(message);
            String manifest = WIRE.manifest(message);
            for (int cut = 0; cut < bytes.length; cut++) {
                byte[] part = Arrays.copyOf(bytes, cut);
                try {
                    WIRE.fromBinary(part, manifest);
                } catch (IllegalArgumentException refused) {
                    assertThat(refused.getMessage()).isNotEmpty();
                }
            }
            for (int i = 0; i < 200; i++) {
                byte[] damaged = bytes.clone();
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                try {
                    WIRE.fromBinary(damaged, manifest);
                } catch (IllegalArgumentException refused) {
                    assertThat(refused.getMessage()).isNotEmpty();
                }
            }
        }
    }

    /** An older node reads parts of numbers, and refuses one with histograms rather than take their marks for numbers. */
    @Test
    void onlyAPartWithHistogramsHasTheNewVersion() {
        ActorRef<AppendReply> replyTo = KIT.createTestProbe(AppendReply.class).ref();
        AppendPart numbers = Messages.part(new Random(2), 4, 2, 3);
        byte[] plain = WIRE.toBinary(new SeriesShard.Append(numbers, replyTo));
        byte[] mixed = WIRE.toBinary(new SeriesShard.Append(Messages.withHistograms(numbers), replyTo));
        assertThat(plain[0]).isEqualTo((byte) 1);
        assertThat(mixed[0]).isEqualTo((byte) 2);
        AppendPart withHistograms = Messages.withHistograms(numbers);
        assertThat(bytesAlone(withHistograms)).isLessThanOrEqualTo(withHistograms.bytesMax());
        byte[] named = mixed.clone();
        named[0] = 1;
        assertThat(((SeriesShard.Append) WIRE.fromBinary(named, "A")).part().histograms())
                .isNull();
    }

    /** A node of a version before exemplars names no desk, and leaves one that is named unread. */
    @Test
    void aClaimWithoutADeskIsTheOneOfOlderNodes() {
        ActorRef<QueryWorker.Command> worker =
                KIT.createTestProbe(QueryWorker.Command.class).ref();
        ActorRef<AppendDoor.Command> door =
                KIT.createTestProbe(AppendDoor.Command.class).ref();
        ActorRef<ExemplarDesk.Command> desk =
                KIT.createTestProbe(ExemplarDesk.Command.class).ref();
        ShardGossip.Claim older = new ShardGossip.Claim(worker, "i", Map.of(1, 2L), door, null);
        byte[] old = WIRE.toBinary(older);
        byte[] now = WIRE.toBinary(new ShardGossip.Claim(worker, "i", Map.of(1, 2L), door, desk));
        assertThat(WIRE.fromBinary(old, "G")).isEqualTo(older);
        assertThat(Arrays.copyOf(now, old.length)).isEqualTo(old);
    }

    @Test
    void theBytesOfHistogramsInAPartNeverChange() {
        AppendPart part = Messages.withHistograms(Messages.part(new Random(2), 4, 2, 3));
        ByteWriter out = new ByteWriter(0);
        HistogramPlaces.write(out, Objects.requireNonNull(part.histograms()), part.values().length);
        ByteBuffer golden = Golden.check("part-histograms.hex", ByteBuffer.wrap(out.toByteArray()));
        byte[] bytes = golden.array();
        assertThat(HistogramPlaces.read(new ByteReader(bytes, 0, bytes.length), part.values().length))
                .isEqualTo(part.histograms());
    }

    @Test
    void partsOfAnyShapeComeBack() {
        ActorRef<AppendReply> replyTo = KIT.createTestProbe(AppendReply.class).ref();
        Random random = new Random(3);
        for (int i = 0; i < 300; i++) {
            AppendPart part =
                    Messages.part(random, random.nextInt(40), random.nextInt(5), 1 + random.nextInt(2) * i % 7);
            SeriesShard.Append append = new SeriesShard.Append(part, replyTo);
            assertSame(append, WIRE.fromBinary(WIRE.toBinary(append), "A"));
            assertThat(bytesAlone(part)).isLessThanOrEqualTo(part.bytesMax());
        }
        double[] odd = {0, -0.0, Double.NaN, Double.MIN_VALUE, Double.NEGATIVE_INFINITY, 0.1, 1e300};
        long[][] times = {
            {1, 1, 1, 1, 1, 1, 1}, {5, 4, 3, 2, 1, 0, -1}, {Long.MIN_VALUE, Long.MAX_VALUE, 0, 1L << 60, -1, 3, 9}
        };
        for (long[] column : times) {
            AppendPart part = new AppendPart(
                    0,
                    0,
                    0,
                    new int[] {0, 1, 2, 3, 4, 5, Integer.MAX_VALUE},
                    0,
                    AppendPart.NO_BYTES,
                    AppendPart.NO_INTS,
                    null,
                    column,
                    odd);
            SeriesShard.Append append = new SeriesShard.Append(part, replyTo);
            assertSame(append, WIRE.fromBinary(WIRE.toBinary(append), "A"));
            assertThat(bytesAlone(part)).isLessThanOrEqualTo(part.bytesMax());
        }
    }

    /** What a part adds to a message of parts. */
    private static int bytesAlone(AppendPart part) {
        ActorRef<AppendAnswer> replyTo = KIT.system().deadLetters();
        return WIRE.toBinary(new AppendDoor.Parts(List.of(part), replyTo)).length
                - WIRE.toBinary(new AppendDoor.Parts(List.of(), replyTo)).length;
    }

    @Test
    void noAnswerTakesMoreThanItsBound() {
        Random random = new Random(6);
        for (int i = 0; i < 200; i++) {
            int refused = random.nextInt(20);
            byte[] reasons = new byte[refused];
            AppendReply reply = new AppendReply.Appended(
                    Integer.MAX_VALUE,
                    Long.MAX_VALUE,
                    Long.MAX_VALUE,
                    random.ints(random.nextInt(20)).toArray(),
                    random.ints(refused).toArray(),
                    reasons,
                    random.longs(refused).toArray());
            assertThat(WIRE.toBinary(new AppendReplies(List.of(reply)))).hasSizeLessThanOrEqualTo(reply.bytesMax());
        }
        for (AppendReply reply : List.of(
                new AppendReply.UnknownRefs(Integer.MAX_VALUE, -1, -1),
                new AppendReply.NotNow(Integer.MAX_VALUE, -1, AppendReply.Reason.FULL))) {
            assertThat(WIRE.toBinary(new AppendReplies(List.of(reply)))).hasSizeLessThanOrEqualTo(reply.bytesMax());
        }
    }

    /** The next version of a message, as a release to come would write it: one more field at its end. */
    private record PassedNext(int shard, long epoch, String node) {}

    private static MessageCodec<PassedNext> next(int version) {
        return new MessageCodec<>() {
            @Override
            public Class<PassedNext> type() {
                return PassedNext.class;
            }

            @Override
            public String manifest() {
                return "b";
            }

            @Override
            public int version() {
                return version;
            }

            @Override
            public void write(PassedNext message, ByteWriter out) {
                out.writeVarint(message.shard);
                out.writeVarint(message.epoch);
                Refs.writeText(out, message.node);
            }

            @Override
            public PassedNext read(ByteReader in, int written) {
                return new PassedNext(
                        in.readCount(Integer.MAX_VALUE),
                        in.readVarint(),
                        in.remaining() == 0 ? "not told" : Refs.readText(in));
            }
        };
    }

    @Test
    void duringARollingUpdateOldAndNewNodesReadEachOther() {
        WireSerializer newer = new WireSerializer(List.of(next(1)));
        assertThat(WIRE.fromBinary(newer.toBinary(new PassedNext(3, 9, "n1")), "b"))
                .isEqualTo(new SeriesShard.Passed(3, 9));
        assertThat(newer.fromBinary(WIRE.toBinary(new SeriesShard.Passed(3, 9)), "b"))
                .isEqualTo(new PassedNext(3, 9, "not told"));
        // A change that an old node cannot skip says so there, and the new node still reads the old form.
        WireSerializer other = new WireSerializer(List.of(next(2)));
        assertThatThrownBy(() -> WIRE.fromBinary(other.toBinary(new PassedNext(3, 9, "n1")), "b"))
                .hasMessage("a message Passed of version 2, this node reads up to 1: its sender runs a newer version of"
                        + " Pharos, update this node");
        assertThat(other.fromBinary(WIRE.toBinary(new SeriesShard.Passed(3, 9)), "b"))
                .isEqualTo(new PassedNext(3, 9, "not told"));
        assertThatThrownBy(() -> WIRE.fromBinary(new byte[] {1}, "new"))
                .hasMessageContaining("a message of an unknown kind 'new'");
    }

    @Test
    void whatIsTooLargeIsNotSent() {
        SeriesShard.CheckpointReply large = new SeriesShard.CheckpointReply(1, false, "x".repeat(200_000));
        assertThatThrownBy(() -> WIRE.toBinary(large)).hasMessageContaining("CheckpointReply has 2000");
        assertThat(WIRE.toBinary(new SeriesShard.Touch())).hasSize(1);
    }
}
