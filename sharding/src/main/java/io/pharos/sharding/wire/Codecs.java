package io.pharos.sharding.wire;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** All codecs of this module. */
final class Codecs {
    private Codecs() {}

    static List<MessageCodec<?>> all(Refs refs) {
        List<MessageCodec<?>> all = new ArrayList<>();
        all.add(new AppendCodec(refs));
        all.add(new PartsCodec(refs));
        all.add(new ImportCodec(refs));
        all.add(new RepliesCodec());
        ShardCodecs.addTo(all, refs);
        QueryCodecs.addTo(all, refs);
        ExemplarCodecs.addTo(all, refs);
        return all;
    }

    /** A codec of two functions, for messages of a few fields. */
    static <T> MessageCodec<T> of(
            Class<T> type, String manifest, BiConsumer<T, ByteWriter> write, Function<ByteReader, T> read) {
        return new MessageCodec<>() {
            @Override
            public Class<T> type() {
                return type;
            }

            @Override
            public String manifest() {
                return manifest;
            }

            @Override
            public void write(T message, ByteWriter out) {
                write.accept(message, out);
            }

            @Override
            public T read(ByteReader in, int version) {
                return read.apply(in);
            }
        };
    }
}
