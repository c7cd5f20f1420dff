package io.pharos.sharding.wire;

import io.pharos.promql.plan.PartialResult;
import io.pharos.promql.plan.SubPlan;
import io.pharos.promql.query.QueryException;
import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.query.QueryWorker;
import io.pharos.timeseries.labels.LabelMatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The messages to and from query workers. */
final class QueryCodecs {
    private static final int EVALUATE = 0;
    private static final int FIND = 1;

    private QueryCodecs() {}

    static void addTo(List<MessageCodec<?>> all, Refs refs) {
        all.add(Codecs.of(
                QueryWorker.Ask.class,
                "Q",
                (ask, out) -> {
                    refs.write(out, ask.replyTo());
                    Refs.writeText(out, ask.id());
                    ShardCodecs.writeEpochs(out, ask.shards());
                    out.writeVarint(ask.timeout().toMillis());
                    out.writeByte(ask.barrier() ? 1 : 0);
                    writeWork(out, ask.work());
                },
                in -> {
                    akka.actor.typed.ActorRef<QueryWorker.Answer> replyTo = refs.read(in);
                    String id = Refs.readText(in);
                    Map<Integer, Long> shards = ShardCodecs.readEpochs(in);
                    Duration timeout = Duration.ofMillis(in.readVarint());
                    boolean barrier = in.readByte() != 0;
                    return new QueryWorker.Ask(id, shards, readWork(in), timeout, barrier, replyTo);
                }));
        all.add(Codecs.of(
                QueryWorker.Cancel.class,
                "X",
                (cancel, out) -> Refs.writeText(out, cancel.id()),
                in -> new QueryWorker.Cancel(Refs.readText(in))));
        all.add(Codecs.of(
                QueryWorker.Evaluated.class,
                "e",
                (evaluated, out) -> out.writeBlock(evaluated.result().toBytes()),
                in -> new QueryWorker.Evaluated(PartialResult.ofBytes(in.readBlock()))));
        all.add(Codecs.of(QueryWorker.FoundHere.class, "f", QueryCodecs::found, QueryCodecs::found));
        all.add(Codecs.of(
                QueryWorker.Refused.class,
                "r",
                (refused, out) -> Refs.writeText(out, refused.why()),
                in -> new QueryWorker.Refused(Refs.readText(in))));
        all.add(Codecs.of(
                QueryWorker.Failed.class,
                "x",
                (failed, out) -> {
                    out.writeByte(code(failed.kind()));
                    Refs.writeText(out, failed.message());
                },
                in -> new QueryWorker.Failed(kind(in.readByte()), Refs.readText(in))));
    }

    private static void writeWork(ByteWriter out, QueryWorker.Work work) {
        if (work instanceof QueryWorker.Evaluate evaluate) {
            out.writeByte(EVALUATE);
            out.writeVarint(evaluate.lookback().toMillis());
            out.writeBlock(evaluate.part().toBytes());
        } else if (work instanceof QueryWorker.Find find) {
            out.writeByte(FIND);
            out.writeByte(code(find.what()));
            Refs.writeText(out, find.label());
            out.writeVarint(find.selectors().size());
            for (List<LabelMatcher> matchers : find.selectors()) {
                out.writeVarint(matchers.size());
                for (LabelMatcher matcher : matchers) {
                    out.writeByte(code(matcher.type()));
                    Refs.writeText(out, matcher.name());
                    Refs.writeText(out, matcher.value());
                }
            }
            out.writeZigzag(find.fromMillis());
            out.writeZigzag(find.toMillis());
            out.writeVarint(find.limit());
        }
    }

    private static QueryWorker.Work readWork(ByteReader in) {
        int kind = in.readByte();
        if (kind == EVALUATE) {
            Duration lookback = Duration.ofMillis(in.readVarint());
            return new QueryWorker.Evaluate(SubPlan.ofBytes(in.readBlock()), lookback);
        }
        if (kind != FIND) {
            throw new CorruptBlobException("a work " + kind + " that is not known");
        }
        QueryWorker.Find.What what = what(in.readByte());
        String label = Refs.readText(in);
        int count = in.readCount(in.remaining());
        List<List<LabelMatcher>> selectors = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int size = in.readCount(in.remaining());
            List<LabelMatcher> matchers = new ArrayList<>(size);
            for (int j = 0; j < size; j++) {
                matchers.add(LabelMatcher.of(type(in.readByte()), Refs.readText(in), Refs.readText(in)));
            }
            selectors.add(matchers);
        }
        return new QueryWorker.Find(
                what, label, selectors, in.readZigzag(), in.readZigzag(), in.readCount(Integer.MAX_VALUE));
    }

    private static void found(QueryWorker.FoundHere found, ByteWriter out) {
        out.writeVarint(found.series().size());
        found.series().forEach(out::writeBlock);
        out.writeVarint(found.texts().size());
        found.texts().forEach(text -> Refs.writeText(out, text));
    }

    private static QueryWorker.FoundHere found(ByteReader in) {
        int series = in.readCount(in.remaining());
        List<byte[]> labels = new ArrayList<>(series);
        for (int i = 0; i < series; i++) {
            labels.add(in.readBlock());
        }
        int count = in.readCount(in.remaining());
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(Refs.readText(in));
        }
        return new QueryWorker.FoundHere(labels, texts);
    }

    private static int code(QueryWorker.Find.What what) {
        return switch (what) {
            case SERIES -> 0;
            case NAMES -> 1;
            case VALUES -> 2;
        };
    }

    private static QueryWorker.Find.What what(int code) {
        return switch (code) {
            case 0 -> QueryWorker.Find.What.SERIES;
            case 1 -> QueryWorker.Find.What.NAMES;
            case 2 -> QueryWorker.Find.What.VALUES;
            default -> throw new CorruptBlobException("something to find " + code + " that is not known");
        };
    }

    private static int code(LabelMatcher.Type type) {
        return switch (type) {
            case EQUAL -> 0;
            case NOT_EQUAL -> 1;
            case REGEX -> 2;
            case NOT_REGEX -> 3;
        };
    }

    private static LabelMatcher.Type type(int code) {
        return switch (code) {
            case 0 -> LabelMatcher.Type.EQUAL;
            case 1 -> LabelMatcher.Type.NOT_EQUAL;
            case 2 -> LabelMatcher.Type.REGEX;
            case 3 -> LabelMatcher.Type.NOT_REGEX;
            default -> throw new CorruptBlobException("a matcher " + code + " that is not known");
        };
    }

    private static int code(QueryException.Kind kind) {
        return switch (kind) {
            case BAD_DATA -> 0;
            case EXECUTION -> 1;
            case CANCELED -> 2;
            case TIMEOUT -> 3;
            case UNAVAILABLE -> 4;
            case INTERNAL -> 5;
        };
    }

    private static QueryException.Kind kind(int code) {
        return switch (code) {
            case 0 -> QueryException.Kind.BAD_DATA;
            case 1 -> QueryException.Kind.EXECUTION;
            case 2 -> QueryException.Kind.CANCELED;
            case 3 -> QueryException.Kind.TIMEOUT;
            case 4 -> QueryException.Kind.UNAVAILABLE;
            // A kind of a newer node is a failure all the same.
            default -> QueryException.Kind.INTERNAL;
        };
    }
}
