package io.pharos.sharding.wire;

import akka.actor.typed.ActorRef;
import io.pharos.promql.engine.QueryTimes;
import io.pharos.promql.engine.Steps;
import io.pharos.promql.plan.SubPlan;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.Tiers;
import io.pharos.sharding.format.ByteReader;
import io.pharos.sharding.format.ByteWriter;
import io.pharos.sharding.format.CorruptBlobException;
import io.pharos.sharding.format.Selectors;
import io.pharos.sharding.query.QueryWorker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The messages to and from query workers. */
final class QueryCodecs {
    private static final int EVALUATE = 0;
    private static final int FIND = 1;
    private static final int COUNT = 2;
    private static final int EXEMPLARS = 3;
    private static final int RESETS_WANTED = 16;

    private QueryCodecs() {}

    static void addTo(List<MessageCodec<?>> all, Refs refs) {
        all.add(Codecs.of(
                QueryWorker.Ask.class,
                "Q",
                (ask, out) -> {
                    refs.write(out, ask.replyTo());
                    out.writeVarint(ask.stream());
                    ShardCodecs.writeEpochs(out, ask.shards());
                    out.writeVarint(ask.timeout().toMillis());
                    out.writeByte(ask.barrier() ? 1 : 0);
                    out.writeVarint(ask.pages());
                    writeWork(out, ask.work());
                },
                in -> {
                    ActorRef<QueryWorker.Answer> replyTo = refs.read(in);
                    long stream = in.readVarint();
                    Map<Integer, Long> shards = ShardCodecs.readEpochs(in);
                    Duration timeout = Duration.ofMillis(in.readVarint());
                    boolean barrier = in.readByte() != 0;
                    int pages = in.readCount(Integer.MAX_VALUE);
                    return new QueryWorker.Ask(stream, shards, readWork(in), timeout, barrier, pages, replyTo);
                }));
        all.add(Codecs.of(
                QueryWorker.More.class,
                "M",
                (more, out) -> {
                    refs.write(out, more.replyTo());
                    out.writeVarint(more.stream());
                    out.writeVarint(more.received());
                    out.writeVarint(more.upTo());
                },
                in -> {
                    ActorRef<QueryWorker.Answer> replyTo = refs.read(in);
                    return new QueryWorker.More(
                            in.readVarint(), in.readCount(Integer.MAX_VALUE), in.readCount(Integer.MAX_VALUE), replyTo);
                }));
        all.add(Codecs.of(
                QueryWorker.Cancel.class,
                "X",
                (cancel, out) -> out.writeVarint(cancel.stream()),
                in -> new QueryWorker.Cancel(in.readVarint())));
        all.add(new ResultPageCodec());
        all.add(Codecs.of(QueryWorker.CardinalityPage.class, "k", CardinalityCodec::write, CardinalityCodec::read));
        all.add(Codecs.of(QueryWorker.FoundPage.class, "f", QueryCodecs::found, QueryCodecs::found));
        all.add(Codecs.of(
                QueryWorker.Refused.class,
                "r",
                (refused, out) -> {
                    out.writeVarint(refused.stream());
                    Refs.writeText(out, refused.why());
                },
                in -> new QueryWorker.Refused(in.readVarint(), Refs.readText(in))));
        all.add(Codecs.of(
                QueryWorker.Failed.class,
                "x",
                (failed, out) -> {
                    out.writeVarint(failed.stream());
                    out.writeByte(code(failed.kind()));
                    Refs.writeText(out, failed.message());
                },
                in -> new QueryWorker.Failed(in.readVarint(), kind(in.readByte()), Refs.readText(in))));
    }

    private static void writeWork(ByteWriter out, QueryWorker.Work work) {
        if (work instanceof QueryWorker.Evaluate evaluate) {
            out.writeByte(EVALUATE);
            out.writeVarint(evaluate.lookback().toMillis());
            writePlan(out, evaluate.part());
            writeTiers(out, evaluate.tiers());
        } else if (work instanceof QueryWorker.CountSeries count) {
            out.writeByte(COUNT);
            out.writeVarint(count.limit());
        } else if (work instanceof QueryWorker.Find find) {
            out.writeByte(FIND);
            out.writeByte(code(find.what()));
            Refs.writeText(out, find.label());
            Selectors.write(out, find.selectors());
            out.writeZigzag(find.fromMillis());
            out.writeZigzag(find.toMillis());
            out.writeVarint(find.limit());
        } else if (work instanceof QueryWorker.FindExemplars find) {
            out.writeByte(EXEMPLARS);
            Selectors.write(out, find.selectors());
            out.writeZigzag(find.fromMillis());
            out.writeZigzag(find.toMillis());
            out.writeVarint(find.limit());
        }
    }

    private static void writePlan(ByteWriter out, SubPlan plan) {
        out.writeVarint(plan.id());
        out.writeByte(code(plan.kind()) | (plan.resetsWanted() ? RESETS_WANTED : 0));
        out.writeZigzag(plan.times().startMillis());
        out.writeZigzag(plan.times().endMillis());
        out.writeZigzag(plan.times().stepMillis());
        out.writeZigzag(plan.steps().startMillis());
        out.writeZigzag(plan.steps().stepMillis());
        out.writeVarint(plan.steps().count());
        Refs.writeText(out, plan.expression());
    }

    private static SubPlan readPlan(ByteReader in) {
        int id = in.readCount(Integer.MAX_VALUE);
        int coded = in.readByte();
        SubPlan.Kind kind = planKind(coded & ~RESETS_WANTED);
        QueryTimes times = new QueryTimes(in.readZigzag(), in.readZigzag(), in.readZigzag());
        Steps steps = new Steps(in.readZigzag(), in.readZigzag(), in.readCount(Integer.MAX_VALUE));
        return new SubPlan(id, Refs.readText(in), kind, times, steps, (coded & RESETS_WANTED) != 0);
    }

    /** The newest fields of the work: a node that does not know them reads samples as they came, which is what there was before. */
    private static void writeTiers(ByteWriter out, Tiers tiers) {
        out.writeVarint(tiers.rollUps().size());
        if (!tiers.rollUps().isEmpty()) {
            out.writeZigzag(tiers.rawAfterMillis());
            for (Tiers.RollUpTier tier : tiers.rollUps()) {
                out.writeVarint(tier.resolutionMillis());
                out.writeZigzag(tier.afterMillis());
            }
            // Newer still: a node that does not know it reads points where samples would be in the cold store.
            out.writeZigzag(tiers.coldAfterMillis());
        }
        // Newest: a node that does not know them has raw samples of all series for one time.
        out.writeZigzag(tiers.nowMillis());
        out.writeVarint(tiers.rawBounds().size());
        tiers.rawBounds().forEach(out::writeZigzag);
    }

    private static Tiers readTiers(ByteReader in) {
        int count = in.remaining() == 0 ? 0 : in.readCount(in.remaining());
        long rawAfter = count == 0 ? Long.MIN_VALUE : in.readZigzag();
        List<Tiers.RollUpTier> rollUps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            rollUps.add(new Tiers.RollUpTier(in.readVarint(), in.readZigzag()));
        }
        long coldAfter = count == 0 || in.remaining() == 0 ? Tiers.NO_COLD : in.readZigzag();
        if (in.remaining() == 0) {
            return new Tiers(rawAfter, rollUps, coldAfter, Long.MIN_VALUE, List.of());
        }
        long now = in.readZigzag();
        int bounds = in.readCount(in.remaining());
        List<Long> rawBounds = new ArrayList<>(bounds);
        for (int i = 0; i < bounds; i++) {
            rawBounds.add(in.readZigzag());
        }
        return new Tiers(rawAfter, rollUps, coldAfter, now, rawBounds);
    }

    private static QueryWorker.Work readWork(ByteReader in) {
        int kind = in.readByte();
        if (kind == EVALUATE) {
            Duration lookback = Duration.ofMillis(in.readVarint());
            SubPlan part = readPlan(in);
            return new QueryWorker.Evaluate(part, lookback, readTiers(in));
        }
        if (kind == COUNT) {
            return new QueryWorker.CountSeries(in.readCount(Integer.MAX_VALUE));
        }
        if (kind == EXEMPLARS) {
            return new QueryWorker.FindExemplars(
                    Selectors.read(in, Refs.TEXT_MAX),
                    in.readZigzag(),
                    in.readZigzag(),
                    in.readCount(Integer.MAX_VALUE));
        }
        if (kind != FIND) {
            throw new CorruptBlobException("a work " + kind + " that is not known");
        }
        QueryWorker.Find.What what = what(in.readByte());
        String label = Refs.readText(in);
        return new QueryWorker.Find(
                what,
                label,
                Selectors.read(in, Refs.TEXT_MAX),
                in.readZigzag(),
                in.readZigzag(),
                in.readCount(Integer.MAX_VALUE));
    }

    private static void found(QueryWorker.FoundPage page, ByteWriter out) {
        out.writeVarint(page.stream());
        out.writeVarint(page.number());
        out.writeByte(page.last() ? 1 : 0);
        out.writeVarint(page.series().size());
        FrontCoded.Writer series = new FrontCoded.Writer(out);
        page.series().forEach(series::write);
        out.writeVarint(page.texts().size());
        FrontCoded.Writer texts = new FrontCoded.Writer(out);
        page.texts().forEach(text -> texts.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static QueryWorker.FoundPage found(ByteReader in) {
        long stream = in.readVarint();
        int number = in.readCount(Integer.MAX_VALUE);
        boolean last = in.readByte() != 0;
        int count = in.readCount(in.remaining());
        List<byte[]> labels = new ArrayList<>(count);
        FrontCoded.Reader series = new FrontCoded.Reader(in);
        for (int i = 0; i < count; i++) {
            labels.add(series.read());
        }
        int textCount = in.readCount(in.remaining());
        List<String> texts = new ArrayList<>(textCount);
        FrontCoded.Reader some = new FrontCoded.Reader(in);
        for (int i = 0; i < textCount; i++) {
            texts.add(new String(some.read(), StandardCharsets.UTF_8));
        }
        return new QueryWorker.FoundPage(stream, number, last, labels, texts);
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

    /** The numbers that stand for kinds of parts; they never change their meaning. */
    static int code(SubPlan.Kind kind) {
        return switch (kind) {
            case SERIES -> 0;
            case SAMPLES -> 1;
            case AGGREGATE -> 2;
            case CANDIDATES -> 3;
            case PRESENCE -> 4;
            case TIMES -> 5;
        };
    }

    static SubPlan.Kind planKind(int code) {
        return switch (code) {
            case 0 -> SubPlan.Kind.SERIES;
            case 1 -> SubPlan.Kind.SAMPLES;
            case 2 -> SubPlan.Kind.AGGREGATE;
            case 3 -> SubPlan.Kind.CANDIDATES;
            case 4 -> SubPlan.Kind.PRESENCE;
            case 5 -> SubPlan.Kind.TIMES;
            default -> throw new CorruptBlobException("a kind of part " + code + " that is not known");
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
