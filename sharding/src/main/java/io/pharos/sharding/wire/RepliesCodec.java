package io.pharos.sharding.wire;

import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.shard.AppendReplies;
import io.pharos.sharding.shard.AppendReply;
import java.util.ArrayList;
import java.util.List;

/** {@link AppendReplies}: answers of several shards, each with its kind and length before it. */
final class RepliesCodec implements MessageCodec<AppendReplies> {
    private static final int APPENDED = 0;
    private static final int UNKNOWN_REFS = 1;
    private static final int NOT_NOW = 2;
    private static final ThreadLocal<ByteWriter> REPLIES = ThreadLocal.withInitial(() -> new ByteWriter(256));

    @Override
    public Class<AppendReplies> type() {
        return AppendReplies.class;
    }

    @Override
    public String manifest() {
        return "p";
    }

    @Override
    public void write(AppendReplies message, ByteWriter out) {
        out.writeVarint(message.replies().size());
        ByteWriter reply = REPLIES.get();
        for (AppendReply each : message.replies()) {
            reply.clear();
            if (each instanceof AppendReply.Appended appended) {
                out.writeByte(APPENDED);
                ShardCodecs.appended(appended, reply);
            } else if (each instanceof AppendReply.UnknownRefs unknown) {
                out.writeByte(UNKNOWN_REFS);
                ShardCodecs.unknown(unknown, reply);
            } else if (each instanceof AppendReply.NotNow notNow) {
                out.writeByte(NOT_NOW);
                ShardCodecs.notNow(notNow, reply);
            }
            out.writeBlock(reply);
        }
    }

    @Override
    public AppendReplies read(ByteReader in, int version) {
        int count = in.readCount(in.remaining());
        List<AppendReply> replies = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int kind = in.readByte();
            ByteReader reply = in.openBlock();
            replies.add(
                    switch (kind) {
                        case APPENDED -> ShardCodecs.appended(reply);
                        case UNKNOWN_REFS -> ShardCodecs.unknown(reply);
                        case NOT_NOW -> ShardCodecs.notNow(reply);
                        default -> throw new CorruptBlobException("an answer of an unknown kind " + kind);
                    });
        }
        return new AppendReplies(replies);
    }
}
