package io.pharos.sharding.wire;

import akka.actor.typed.ActorRef;
import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.format.Selectors;
import io.pharos.sharding.query.QueryWorker;
import io.pharos.sharding.query.ShardGossip;
import io.pharos.sharding.shard.AppendReply;
import io.pharos.sharding.shard.DeletePart;
import io.pharos.sharding.shard.DeleteReply;
import io.pharos.sharding.shard.SeriesShard;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The messages to and from shards, but the samples themselves. */
final class ShardCodecs {
    private ShardCodecs() {}

    static void addTo(List<MessageCodec<?>> all, Refs refs) {
        all.add(Codecs.of(SeriesShard.Touch.class, "T", (touch, out) -> {}, in -> new SeriesShard.Touch()));
        all.add(Codecs.of(SeriesShard.HandOver.class, "H", (over, out) -> {}, in -> new SeriesShard.HandOver()));
        all.add(Codecs.of(
                SeriesShard.Barrier.class,
                "B",
                (barrier, out) -> refs.write(out, barrier.replyTo()),
                in -> new SeriesShard.Barrier(refs.read(in))));
        all.add(Codecs.of(
                SeriesShard.Passed.class,
                "b",
                (passed, out) -> {
                    out.writeVarint(passed.shard());
                    out.writeVarint(passed.epoch());
                },
                in -> new SeriesShard.Passed(shard(in), in.readVarint())));
        all.add(Codecs.of(
                SeriesShard.CheckpointNow.class,
                "C",
                (now, out) -> refs.write(out, now.replyTo()),
                in -> new SeriesShard.CheckpointNow(refs.read(in))));
        all.add(Codecs.of(
                SeriesShard.CheckpointReply.class,
                "c",
                (reply, out) -> {
                    out.writeVarint(reply.shard());
                    out.writeByte(reply.done() ? 1 : 0);
                    Refs.writeText(out, reply.detail());
                },
                in -> new SeriesShard.CheckpointReply(shard(in), in.readByte() != 0, Refs.readText(in))));
        all.add(Codecs.of(
                SeriesShard.Delete.class,
                "D",
                (delete, out) -> {
                    refs.write(out, delete.replyTo());
                    writeId(out, delete.part().id());
                    out.writeZigzag(delete.part().fromMillis());
                    out.writeZigzag(delete.part().toMillis());
                    out.writeZigzag(delete.part().createdMillis());
                    Selectors.write(out, delete.part().selectors());
                },
                in -> {
                    ActorRef<DeleteReply> replyTo = refs.read(in);
                    UUID id = readId(in);
                    long from = in.readZigzag();
                    long to = in.readZigzag();
                    long created = in.readZigzag();
                    return new SeriesShard.Delete(
                            new DeletePart(id, Selectors.read(in, Integer.MAX_VALUE), from, to, created), replyTo);
                }));
        all.add(Codecs.of(
                DeleteReply.class,
                "d",
                (reply, out) -> {
                    out.writeVarint(reply.shard());
                    writeId(out, reply.id());
                    out.writeByte(code(reply.outcome()));
                    Refs.writeText(out, reply.why());
                },
                in -> new DeleteReply(shard(in), readId(in), deleted(in.readByte()), Refs.readText(in))));
        all.add(Codecs.of(AppendReply.Appended.class, "a", ShardCodecs::appended, ShardCodecs::appended));
        all.add(Codecs.of(AppendReply.UnknownRefs.class, "u", ShardCodecs::unknown, ShardCodecs::unknown));
        all.add(Codecs.of(AppendReply.NotNow.class, "n", ShardCodecs::notNow, ShardCodecs::notNow));
        all.add(Codecs.of(
                ShardGossip.Claim.class,
                "G",
                (claim, out) -> {
                    refs.write(out, claim.worker());
                    Refs.writeText(out, claim.incarnation());
                    writeEpochs(out, claim.epochs());
                    if (claim.door() != null) {
                        refs.write(out, claim.door());
                        if (claim.exemplars() != null) {
                            refs.write(out, claim.exemplars());
                        }
                    }
                },
                in -> {
                    ActorRef<QueryWorker.Command> worker = refs.read(in);
                    return new ShardGossip.Claim(
                            worker,
                            Refs.readText(in),
                            readEpochs(in),
                            in.remaining() == 0 ? null : refs.read(in),
                            in.remaining() == 0 ? null : refs.read(in));
                }));
    }

    private static int shard(ByteReader in) {
        return in.readCount(Integer.MAX_VALUE);
    }

    static void appended(AppendReply.Appended reply, ByteWriter out) {
        out.writeVarint(reply.shard());
        out.writeVarint(reply.part());
        out.writeVarint(reply.epoch());
        out.writeVarint(reply.newRefs().length);
        Columns.writeInts(out, reply.newRefs());
        out.writeVarint(reply.refused().length);
        Columns.writeInts(out, reply.refused());
        out.writeBytes(reply.reasons(), 0, reply.reasons().length);
        for (long stored : reply.stored()) {
            out.writeZigzag(stored);
        }
    }

    static AppendReply.Appended appended(ByteReader in) {
        int shard = shard(in);
        long part = in.readVarint();
        long epoch = in.readVarint();
        int[] newRefs = Columns.readInts(in, in.readCount(in.remaining()));
        int refusedCount = in.readCount(in.remaining());
        int[] refused = Columns.readInts(in, refusedCount);
        int reasonsFrom = in.skip(refusedCount);
        byte[] reasons = Arrays.copyOfRange(in.array(), reasonsFrom, reasonsFrom + refusedCount);
        long[] stored = new long[refusedCount];
        for (int i = 0; i < refusedCount; i++) {
            stored[i] = in.readZigzag();
        }
        return new AppendReply.Appended(shard, part, epoch, newRefs, refused, reasons, stored);
    }

    static void unknown(AppendReply.UnknownRefs reply, ByteWriter out) {
        out.writeVarint(reply.shard());
        out.writeVarint(reply.part());
        out.writeVarint(reply.epoch());
    }

    static AppendReply.UnknownRefs unknown(ByteReader in) {
        return new AppendReply.UnknownRefs(shard(in), in.readVarint(), in.readVarint());
    }

    static void notNow(AppendReply.NotNow reply, ByteWriter out) {
        out.writeVarint(reply.shard());
        out.writeVarint(reply.part());
        out.writeByte(code(reply.reason()));
    }

    static AppendReply.NotNow notNow(ByteReader in) {
        return new AppendReply.NotNow(shard(in), in.readVarint(), reason(in.readByte()));
    }

    /** The numbers that stand for reasons; they never change their meaning. */
    private static int code(AppendReply.Reason reason) {
        return switch (reason) {
            case RECOVERING -> 0;
            case HANDING_OVER -> 1;
            case DEPOSED -> 2;
            case LOG -> 3;
            case FULL -> 4;
        };
    }

    private static AppendReply.Reason reason(int code) {
        return switch (code) {
            case 0 -> AppendReply.Reason.RECOVERING;
            case 1 -> AppendReply.Reason.HANDING_OVER;
            case 2 -> AppendReply.Reason.DEPOSED;
            case 3 -> AppendReply.Reason.LOG;
            case 4 -> AppendReply.Reason.FULL;
            default -> throw new CorruptBlobException("a reason " + code + " that is not known");
        };
    }

    private static void writeId(ByteWriter out, UUID id) {
        out.writeLong(id.getMostSignificantBits());
        out.writeLong(id.getLeastSignificantBits());
    }

    private static UUID readId(ByteReader in) {
        return new UUID(in.readLong(), in.readLong());
    }

    private static int code(DeleteReply.Outcome outcome) {
        return switch (outcome) {
            case DONE -> 0;
            case NOT_NOW -> 1;
            case REFUSED -> 2;
        };
    }

    private static DeleteReply.Outcome deleted(int code) {
        return switch (code) {
            case 0 -> DeleteReply.Outcome.DONE;
            case 1 -> DeleteReply.Outcome.NOT_NOW;
            case 2 -> DeleteReply.Outcome.REFUSED;
            default -> throw new CorruptBlobException("an outcome " + code + " that is not known");
        };
    }

    /** Shards and their epochs, ascending by shard. */
    static void writeEpochs(ByteWriter out, Map<Integer, Long> epochs) {
        out.writeVarint(epochs.size());
        int before = 0;
        for (Map.Entry<Integer, Long> entry : new TreeMap<>(epochs).entrySet()) {
            out.writeVarint(entry.getKey() - before);
            out.writeVarint(entry.getValue());
            before = entry.getKey();
        }
    }

    static Map<Integer, Long> readEpochs(ByteReader in) {
        int count = in.readCount(in.remaining());
        Map<Integer, Long> epochs = new HashMap<>(2 * count);
        int shard = 0;
        for (int i = 0; i < count; i++) {
            shard += in.readCount(Integer.MAX_VALUE - shard);
            epochs.put(shard, in.readVarint());
        }
        return epochs;
    }
}
