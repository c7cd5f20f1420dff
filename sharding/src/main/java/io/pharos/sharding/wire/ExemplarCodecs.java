package io.pharos.sharding.wire;

import io.pharos.sharding.exemplar.ExemplarDesk;
import io.pharos.sharding.exemplar.ExemplarList;
import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.query.QueryWorker;
import io.pharos.timeseries.sample.ExemplarRefusal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Exemplars on their way to their shards, and in the answers of these. */
final class ExemplarCodecs {
    private ExemplarCodecs() {}

    static void addTo(List<MessageCodec<?>> all, Refs refs) {
        all.add(Codecs.of(
                ExemplarDesk.Take.class,
                "E",
                (take, out) -> {
                    refs.write(out, take.replyTo());
                    out.writeVarint(take.parts().size());
                    for (ExemplarDesk.ShardPart part : take.parts()) {
                        out.writeVarint(part.shard());
                        ExemplarList.write(part.series(), out);
                    }
                },
                in -> {
                    akka.actor.typed.ActorRef<ExemplarDesk.Taken> replyTo = refs.read(in);
                    int count = in.readCount(in.remaining());
                    List<ExemplarDesk.ShardPart> parts = new ArrayList<>(count);
                    for (int i = 0; i < count; i++) {
                        parts.add(new ExemplarDesk.ShardPart(in.readCount(Integer.MAX_VALUE), ExemplarList.read(in)));
                    }
                    return new ExemplarDesk.Take(parts, replyTo);
                }));
        all.add(Codecs.of(ExemplarDesk.Taken.class, "y", ExemplarCodecs::taken, ExemplarCodecs::taken));
        all.add(Codecs.of(
                QueryWorker.ExemplarPage.class,
                "z",
                (page, out) -> {
                    out.writeVarint(page.stream());
                    out.writeVarint(page.number());
                    out.writeByte(page.last() ? 1 : 0);
                    ExemplarList.write(page.series(), out);
                },
                in -> new QueryWorker.ExemplarPage(
                        in.readVarint(), in.readCount(Integer.MAX_VALUE), in.readByte() != 0, ExemplarList.read(in))));
    }

    private static void taken(ExemplarDesk.Taken taken, ByteWriter out) {
        out.writeVarint(taken.accepted());
        out.writeVarint(taken.refused().size());
        taken.refused().forEach((reason, count) -> {
            out.writeByte(code(reason));
            out.writeVarint(count);
        });
        out.writeVarint(taken.notHere().size());
        taken.notHere().forEach(out::writeVarint);
    }

    private static ExemplarDesk.Taken taken(ByteReader in) {
        int accepted = in.readCount(Integer.MAX_VALUE);
        int reasons = in.readCount(in.remaining());
        Map<ExemplarRefusal, Integer> refused = new EnumMap<>(ExemplarRefusal.class);
        for (int i = 0; i < reasons; i++) {
            refused.merge(reason(in.readByte()), in.readCount(Integer.MAX_VALUE), Integer::sum);
        }
        int shards = in.readCount(in.remaining());
        List<Integer> notHere = new ArrayList<>(shards);
        for (int i = 0; i < shards; i++) {
            notHere.add(in.readCount(Integer.MAX_VALUE));
        }
        return new ExemplarDesk.Taken(accepted, refused, notHere);
    }

    /** The numbers that stand for reasons; they never change their meaning. */
    private static int code(ExemplarRefusal reason) {
        return switch (reason) {
            case OUT_OF_ORDER -> 0;
            case TOO_OLD -> 1;
            case TOO_FAR_AHEAD -> 2;
            case UNKNOWN_SERIES -> 3;
            case SHARD_LIMIT -> 4;
            case INVALID -> 5;
            case LABELS_TOO_LONG -> 6;
            case REQUEST_LIMIT -> 7;
            case UNAVAILABLE -> 8;
        };
    }

    private static ExemplarRefusal reason(int code) {
        return switch (code) {
            case 0 -> ExemplarRefusal.OUT_OF_ORDER;
            case 1 -> ExemplarRefusal.TOO_OLD;
            case 2 -> ExemplarRefusal.TOO_FAR_AHEAD;
            case 3 -> ExemplarRefusal.UNKNOWN_SERIES;
            case 4 -> ExemplarRefusal.SHARD_LIMIT;
            case 6 -> ExemplarRefusal.LABELS_TOO_LONG;
            case 7 -> ExemplarRefusal.REQUEST_LIMIT;
            case 8 -> ExemplarRefusal.UNAVAILABLE;
            // A reason of a newer node is one all the same.
            default -> ExemplarRefusal.INVALID;
        };
    }
}
