package io.pharos.sharding.wire;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.ByteBufferSerializer;
import akka.serialization.SerializerWithStringManifest;
import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The serializer of this module's remote messages: a version byte and the fields of a {@link MessageCodec}. Akka makes one a
 * node; thread-safe. No message is longer than {@link #MESSAGE_BYTES_MAX}.
 */
public final class WireSerializer extends SerializerWithStringManifest implements ByteBufferSerializer {
    /** With what Akka puts around it a message stays under 128 KiB. */
    public static final int MESSAGE_BYTES_MAX = 127 << 10;

    private static final int IDENTIFIER = 190_301;

    /*
     * Numbers are written into and read from plain arrays that each thread keeps: many small writes to a direct buffer
     * cost more than one copy of the whole, and nothing is left for the collector.
     */
    private static final ThreadLocal<ByteWriter> WRITERS = ThreadLocal.withInitial(() -> new ByteWriter(16 << 10));
    private static final ThreadLocal<byte[]> INPUTS = ThreadLocal.withInitial(() -> new byte[MESSAGE_BYTES_MAX]);

    private final Map<Class<?>, MessageCodec<?>> byType = new HashMap<>();
    private final Map<String, MessageCodec<?>> byManifest = new HashMap<>();

    /** Called by Akka. */
    public WireSerializer(ExtendedActorSystem system) {
        this(Codecs.all(new Refs(ActorRefResolver.get(Adapter.toTyped(system)))));
    }

    WireSerializer(List<MessageCodec<?>> codecs) {
        for (MessageCodec<?> codec : codecs) {
            if (byType.put(codec.type(), codec) != null || byManifest.put(codec.manifest(), codec) != null) {
                throw new IllegalStateException("two codecs for " + codec.type() + " or " + codec.manifest());
            }
        }
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return codec(message).manifest();
    }

    private MessageCodec<?> codec(Object message) {
        MessageCodec<?> codec = byType.get(message.getClass());
        if (codec == null) {
            throw new WireException(message.getClass().getName() + " is no message between nodes");
        }
        return codec;
    }

    @Override
    public byte[] toBinary(Object message) {
        ByteWriter out = written(codec(message), message);
        return out.toByteArray();
    }

    @Override
    public void toBinary(Object message, ByteBuffer buffer) {
        ByteWriter out = written(codec(message), message);
        buffer.put(out.array(), 0, out.size());
    }

    private static <T> ByteWriter written(MessageCodec<T> codec, Object message) {
        ByteWriter out = WRITERS.get();
        out.clear();
        T typed = codec.type().cast(message);
        out.writeByte(codec.version(typed));
        codec.write(typed, out);
        if (out.size() > MESSAGE_BYTES_MAX) {
            int size = out.size();
            WRITERS.remove(); // it grew beyond what is worth keeping
            throw new WireException("a message " + codec.type().getSimpleName() + " has " + size + " bytes, at most "
                    + MESSAGE_BYTES_MAX + " are sent");
        }
        return out;
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        return read(new ByteReader(bytes, 0, bytes.length), manifest);
    }

    @Override
    public Object fromBinary(ByteBuffer buffer, String manifest) {
        int length = buffer.remaining();
        byte[] bytes = length <= MESSAGE_BYTES_MAX ? INPUTS.get() : new byte[length];
        buffer.get(bytes, 0, length);
        return read(new ByteReader(bytes, 0, length), manifest);
    }

    private Object read(ByteReader in, String manifest) {
        MessageCodec<?> codec = byManifest.get(manifest);
        if (codec == null) {
            throw new WireException("a message of an unknown kind '" + manifest
                    + "': its sender runs a newer version of Pharos, update this node");
        }
        String name = codec.type().getSimpleName();
        try {
            int version = in.readByte();
            if (version > codec.version()) {
                throw new WireException("a message " + name + " of version " + version + ", this node reads up to "
                        + codec.version() + ": its sender runs a newer version of Pharos, update this node");
            }
            if (version == 0) {
                throw new WireException("a message " + name + " of version 0, which there is not");
            }
            return codec.read(in, version);
        } catch (WireException told) {
            throw told;
        } catch (RuntimeException broken) {
            throw new WireException("a damaged message " + name + ": " + broken.getMessage(), broken);
        }
    }
}
