package io.pharos.sharding.wire;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import io.pharos.sharding.shard.AppendPart;
import io.pharos.sharding.shard.AppendReply;
import io.pharos.sharding.shard.SeriesShard;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/**
 * Measures what a sample costs on its way between nodes: an append part written into a direct buffer as Artery has it, and read
 * from there. Arguments: samples a part, seconds. Run with the test class path.
 */
final class WireProfile {
    private WireProfile() {}

    /** Runs the measurement five times. */
    public static void main(String[] arguments) throws Exception {
        int samples = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 30;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2;
        ActorTestKit kit = ActorTestKit.create("profile", Messages.CONFIG);
        try {
            Serialization serialization = SerializationExtension.get(kit.system());
            ActorRef<AppendReply> replyTo =
                    kit.createTestProbe(AppendReply.class).ref();
            Random random = new Random(1);
            SeriesShard.Append[] parts = new SeriesShard.Append[256];
            for (int i = 0; i < parts.length; i++) {
                AppendPart part = Messages.part(random, samples, 0, 1);
                parts[i] = new SeriesShard.Append(part, replyTo);
            }
            WireSerializer wire = (WireSerializer) serialization.serializerFor(SeriesShard.Append.class);
            ByteBuffer buffer = ByteBuffer.allocateDirect(256 << 10).order(ByteOrder.LITTLE_ENDIAN);
            for (int round = 0; round < 5; round++) {
                report(wire, parts, buffer, samples, seconds);
            }
        } finally {
            kit.shutdownTestKit();
        }
    }

    private static void report(
            WireSerializer wire, SeriesShard.Append[] parts, ByteBuffer buffer, int samples, int seconds) {
        long writing = 0;
        long reading = 0;
        long bytes = 0;
        long count = 0;
        long check = 0;
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (System.nanoTime() - end < 0) {
            for (SeriesShard.Append part : parts) {
                long begin = System.nanoTime();
                buffer.clear();
                wire.toBinary(part, buffer);
                long written = System.nanoTime();
                buffer.flip();
                bytes += buffer.limit();
                SeriesShard.Append back = (SeriesShard.Append) wire.fromBinary(buffer, "A");
                reading += System.nanoTime() - written;
                writing += written - begin;
                check += back.part().timestamps()[samples - 1];
                count++;
            }
        }
        System.out.printf(
                "%d samples a part: writing %.1f ns a sample, reading %.1f ns, %.1f bytes a sample, %d parts (%d)%n",
                samples,
                writing / (double) (count * samples),
                reading / (double) (count * samples),
                bytes / (double) (count * samples),
                count,
                check & 1);
    }
}
