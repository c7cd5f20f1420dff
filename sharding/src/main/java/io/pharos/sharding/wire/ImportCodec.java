package io.pharos.sharding.wire;

import akka.actor.typed.ActorRef;
import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.shard.AppendReply;
import io.pharos.sharding.shard.ImportPart;
import io.pharos.sharding.shard.SeriesShard;
import java.util.Arrays;

/** {@link SeriesShard.Import}: series and their sealed chunks on their way to another node's shard. */
final class ImportCodec implements MessageCodec<SeriesShard.Import> {
    private final Refs refs;

    ImportCodec(Refs refs) {
        this.refs = refs;
    }

    @Override
    public Class<SeriesShard.Import> type() {
        return SeriesShard.Import.class;
    }

    @Override
    public String manifest() {
        return "I";
    }

    @Override
    public void write(SeriesShard.Import message, ByteWriter out) {
        ImportPart part = message.part();
        refs.write(out, message.replyTo());
        out.writeVarint(part.shard());
        out.writeVarint(part.part());
        out.writeVarint(part.labelEnds().length);
        Columns.writeEnds(out, part.labelEnds());
        out.writeBytes(part.labels(), 0, part.labels().length);
        Columns.writeEnds(out, part.chunkEnds());
        for (byte[] chunk : part.chunks()) {
            out.writeVarint(chunk.length);
            out.writeBytes(chunk, 0, chunk.length);
        }
    }

    @Override
    public SeriesShard.Import read(ByteReader in, int version) {
        ActorRef<AppendReply> replyTo = refs.read(in);
        int shard = in.readCount(Integer.MAX_VALUE);
        long number = in.readVarint();
        int series = in.readCount(in.remaining());
        int[] labelEnds = Columns.readEnds(in, series, in.remaining());
        int labelBytes = series == 0 ? 0 : labelEnds[series - 1];
        byte[] labels = copy(in, labelBytes);
        int[] chunkEnds = Columns.readEnds(in, series, in.remaining());
        byte[][] chunks = new byte[series == 0 ? 0 : chunkEnds[series - 1]][];
        for (int i = 0; i < chunks.length; i++) {
            chunks[i] = copy(in, in.readCount(in.remaining()));
        }
        return new SeriesShard.Import(new ImportPart(shard, number, labels, labelEnds, chunkEnds, chunks), replyTo);
    }

    private static byte[] copy(ByteReader in, int length) {
        int from = in.skip(length);
        return Arrays.copyOfRange(in.array(), from, from + length);
    }
}
