package io.pharos.sharding.wire;

import akka.actor.typed.ActorRef;
import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.format.HistogramPlaces;
import io.pharos.sharding.shard.AppendPart;
import io.pharos.sharding.shard.AppendReply;
import io.pharos.sharding.shard.SeriesShard;
import io.pharos.timeseries.histogram.EncodedHistogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@link SeriesShard.Append}: columns of series and samples on their way to another node's shard. */
final class AppendCodec implements MessageCodec<SeriesShard.Append> {
    /**
     * The newest form of a part, alone or among others. 2 has histograms: a node that does not know them must not take their
     * marks for numbers.
     */
    static final int VERSION = 2;

    private static final int ONE_EACH = 0;
    private static final int RUNS = 1;

    private final Refs refs;

    AppendCodec(Refs refs) {
        this.refs = refs;
    }

    @Override
    public Class<SeriesShard.Append> type() {
        return SeriesShard.Append.class;
    }

    @Override
    public String manifest() {
        return "A";
    }

    @Override
    public int version() {
        return VERSION;
    }

    @Override
    public int version(SeriesShard.Append message) {
        return version(message.part());
    }

    /** The form of a part: the old one where nothing in it needs the new one. */
    static int version(AppendPart part) {
        return part.histograms() == null ? 1 : VERSION;
    }

    @Override
    public void write(SeriesShard.Append message, ByteWriter out) {
        if (!(message.replyTo() instanceof AppendReply.ActorReceiver receiver)) {
            throw new WireException("the answer to a part that goes to another node must go to an actor");
        }
        refs.write(out, receiver.actor());
        write(message.part(), out);
    }

    /** Writes a part alone. */
    static void write(AppendPart part, ByteWriter out) {
        out.writeVarint(part.shard());
        out.writeVarint(part.part());
        out.writeVarint(part.epoch());
        out.writeVarint(part.refs().length);
        Columns.writeInts(out, part.refs());
        out.writeVarint(part.newCount());
        Columns.writeEnds(out, part.newLabelEnds());
        out.writeBytes(part.newLabels(), 0, part.newLabels().length);
        int[] ends = part.ends();
        out.writeByte(ends == null ? ONE_EACH : RUNS);
        if (ends != null) {
            Columns.writeEnds(out, ends);
        }
        Columns.writeTimes(out, part.timestamps());
        Columns.writeValues(out, part.values());
        if (part.histograms() != null) {
            HistogramPlaces.write(out, part.histograms(), part.values().length);
        }
    }

    @Override
    public SeriesShard.Append read(ByteReader in, int version) {
        ActorRef<AppendReply> replyTo = refs.read(in);
        return new SeriesShard.Append(readPart(in, version), replyTo);
    }

    /** Reads a part alone. */
    static AppendPart readPart(ByteReader in, int version) {
        int shard = in.readCount(Integer.MAX_VALUE);
        long part = in.readVarint();
        long epoch = in.readVarint();
        int known = in.readCount(in.remaining());
        int[] knownRefs = known == 0 ? AppendPart.NO_INTS : Columns.readInts(in, known);
        int added = in.readCount(in.remaining());
        int[] labelEnds = added == 0 ? AppendPart.NO_INTS : Columns.readEnds(in, added, in.remaining());
        byte[] labels = AppendPart.NO_BYTES;
        if (added > 0) {
            int from = in.skip(labelEnds[added - 1]);
            labels = Arrays.copyOfRange(in.array(), from, from + labelEnds[added - 1]);
        }
        int[] ends = null;
        int samples = known + added;
        int form = in.readByte();
        if (form == RUNS) {
            // A sample takes half a byte at least.
            ends = Columns.readEnds(in, known + added, 2 * in.remaining());
            samples = ends.length == 0 ? 0 : ends[ends.length - 1];
        } else if (form != ONE_EACH) {
            throw new CorruptBlobException("an unknown form of runs before " + in.position());
        }
        long[] times = Columns.readTimes(in, samples);
        double[] values = Columns.readValues(in, samples);
        @Nullable EncodedHistogram[] histograms = version < 2 ? null : HistogramPlaces.read(in, samples);
        return new AppendPart(shard, part, epoch, knownRefs, added, labels, labelEnds, ends, times, values, histograms);
    }
}
