package io.pharos.sharding.wire;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import java.nio.charset.StandardCharsets;

/** Actor references and texts in messages. */
final class Refs {
    static final int TEXT_MAX = WireSerializer.MESSAGE_BYTES_MAX;

    private final ActorRefResolver resolver;

    Refs(ActorRefResolver resolver) {
        this.resolver = resolver;
    }

    void write(ByteWriter out, ActorRef<?> ref) {
        writeText(out, resolver.toSerializationFormat(ref));
    }

    <T> ActorRef<T> read(ByteReader in) {
        return resolver.resolveActorRef(readText(in));
    }

    static void writeText(ByteWriter out, String text) {
        out.writeBlock(text.getBytes(StandardCharsets.UTF_8));
    }

    static String readText(ByteReader in) {
        int length = in.readCount(Math.min(TEXT_MAX, in.remaining()));
        int from = in.skip(length);
        return new String(in.array(), from, length, StandardCharsets.UTF_8);
    }
}
