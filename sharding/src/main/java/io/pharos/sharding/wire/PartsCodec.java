package io.pharos.sharding.wire;

import akka.actor.typed.ActorRef;
import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.shard.AppendAnswer;
import io.pharos.sharding.shard.AppendDoor;
import io.pharos.sharding.shard.AppendPart;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link AppendDoor.Parts}: parts for several shards of one node, each with its length and its version before it. One that cannot be
 * read is left out, as if it had been lost: those of other shards and senders do not wait for it.
 */
final class PartsCodec implements MessageCodec<AppendDoor.Parts> {
    private static final ThreadLocal<ByteWriter> PARTS = ThreadLocal.withInitial(() -> new ByteWriter(4 << 10));

    private static final Logger LOG = LoggerFactory.getLogger(PartsCodec.class);

    private final Refs refs;

    PartsCodec(Refs refs) {
        this.refs = refs;
    }

    @Override
    public Class<AppendDoor.Parts> type() {
        return AppendDoor.Parts.class;
    }

    @Override
    public String manifest() {
        return "P";
    }

    @Override
    public void write(AppendDoor.Parts message, ByteWriter out) {
        refs.write(out, message.replyTo());
        out.writeVarint(message.parts().size());
        ByteWriter part = PARTS.get();
        for (AppendPart each : message.parts()) {
            part.clear();
            part.writeByte(AppendCodec.version(each));
            AppendCodec.write(each, part);
            out.writeBlock(part);
        }
    }

    @Override
    public AppendDoor.Parts read(ByteReader in, int version) {
        ActorRef<AppendAnswer> replyTo = refs.read(in);
        int count = in.readCount(in.remaining());
        List<AppendPart> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ByteReader part = in.openBlock();
            try {
                parts.add(part(part));
            } catch (WireException | CorruptBlobException e) {
                LOG.warn("one of {} parts cannot be read; the others are taken: {}", count, e.getMessage());
            }
        }
        return new AppendDoor.Parts(parts, replyTo);
    }

    private static AppendPart part(ByteReader in) {
        int version = in.readByte();
        if (version == 0 || version > AppendCodec.VERSION) {
            throw new WireException("a part of version " + version + ", this node reads up to " + AppendCodec.VERSION
                    + ": its sender runs a newer version of Pharos, update this node");
        }
        return AppendCodec.readPart(in, version);
    }
}
