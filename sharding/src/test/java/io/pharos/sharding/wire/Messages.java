package io.pharos.sharding.wire;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.pharos.promql.engine.QueryTimes;
import io.pharos.promql.engine.Steps;
import io.pharos.promql.function.Absent;
import io.pharos.promql.plan.HistogramCell;
import io.pharos.promql.plan.PartialPage;
import io.pharos.promql.plan.PartialPages;
import io.pharos.promql.plan.PartialResult;
import io.pharos.promql.plan.SubPlan;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryStatistics;
import io.pharos.promql.query.Tiers;
import io.pharos.sharding.exemplar.ExemplarDesk;
import io.pharos.sharding.query.QueryWorker;
import io.pharos.sharding.query.ShardGossip;
import io.pharos.sharding.shard.AppendAnswer;
import io.pharos.sharding.shard.AppendDoor;
import io.pharos.sharding.shard.AppendPart;
import io.pharos.sharding.shard.AppendReplies;
import io.pharos.sharding.shard.AppendReply;
import io.pharos.sharding.shard.DeletePart;
import io.pharos.sharding.shard.DeleteReply;
import io.pharos.sharding.shard.ImportPart;
import io.pharos.sharding.shard.SeriesShard;
import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.Exemplar;
import io.pharos.timeseries.sample.ExemplarRefusal;
import io.pharos.timeseries.sample.SeriesExemplars;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One of each message that crosses nodes. */
final class Messages {
    static final Config CONFIG = ConfigFactory.parseString("""
                    akka.loglevel = ERROR
                    akka.loggers = ["akka.event.slf4j.Slf4jLogger"]
                    akka.actor.provider = cluster
                    akka.cluster.jmx.enabled = off
                    akka.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                    akka.actor.allow-java-serialization = off
                    """).withFallback(ConfigFactory.load());

    private Messages() {}

    static List<Object> oneOfEach(ActorTestKit kit) {
        List<Object> all = new ArrayList<>();
        ActorRef<AppendReply> appends =
                kit.createTestProbe("appends", AppendReply.class).ref();
        all.add(new SeriesShard.Append(part(new Random(1), 5, 3, 4), appends));
        all.add(new SeriesShard.Append(withHistograms(part(new Random(2), 4, 2, 3)), appends));
        all.add(new SeriesShard.Import(
                new ImportPart(5, 77, new byte[] {1, 2, 3, 4, 5}, new int[] {2, 5}, new int[] {1, 3}, new byte[][] {
                    {9}, {8, 7}, {}
                }),
                appends));
        all.add(new SeriesShard.Delete(
                new DeletePart(
                        new java.util.UUID(5, -6),
                        List.of(
                                List.of(LabelMatcher.equal("__name__", "up")),
                                List.of(
                                        LabelMatcher.of(LabelMatcher.Type.NOT_REGEX, "job", "a.*|b"),
                                        LabelMatcher.of(LabelMatcher.Type.NOT_EQUAL, "host", "ü"))),
                        Long.MIN_VALUE,
                        1_700_000_000_000L,
                        1_700_000_000_001L),
                kit.createTestProbe("deletions", DeleteReply.class).ref()));
        all.add(new DeleteReply(3, new java.util.UUID(5, -6), DeleteReply.Outcome.REFUSED, "it has 1000 deletions"));
        all.add(new SeriesShard.Touch());
        all.add(new SeriesShard.HandOver());
        TestProbe<SeriesShard.Passed> passed = kit.createTestProbe(SeriesShard.Passed.class);
        all.add(new SeriesShard.Barrier(passed.ref()));
        all.add(new SeriesShard.Passed(63, 1L << 40));
        TestProbe<SeriesShard.CheckpointReply> checkpoints = kit.createTestProbe(SeriesShard.CheckpointReply.class);
        all.add(new SeriesShard.CheckpointNow(checkpoints.ref()));
        all.add(new SeriesShard.CheckpointReply(3, false, "the shard is DEPOSED"));
        all.add(new AppendReply.Appended(
                7, 99, 12, new int[] {0, 17, -1}, new int[] {1, 400}, new byte[] {0, 1}, new long[] {
                    1_700_000_000_000L, Double.doubleToRawLongBits(-1.5)
                }));
        all.add(new AppendReply.UnknownRefs(7, 99, 13));
        all.add(new AppendDoor.Parts(
                List.of(part(new Random(2), 2, 0, 1), part(new Random(3), 0, 2, 3), part(new Random(4), 30, 1, 1)),
                kit.createTestProbe(AppendAnswer.class).ref()));
        all.add(new AppendReplies(List.of(
                new AppendReply.Appended(
                        7, 100, 12, new int[] {4}, new int[] {0}, new byte[] {1}, new long[] {Long.MIN_VALUE}),
                new AppendReply.UnknownRefs(8, 101, 13),
                new AppendReply.NotNow(9, 102, AppendReply.Reason.HANDING_OVER))));
        for (AppendReply.Reason reason : AppendReply.Reason.values()) {
            all.add(new AppendReply.NotNow(7, 99, reason));
        }
        ActorRef<QueryWorker.Command> worker =
                kit.createTestProbe(QueryWorker.Command.class).ref();
        all.add(new ShardGossip.Claim(
                worker, "6ba7b810-9dad-11d1-80b4-00c04fd430c8", Map.of(0, 1L, 5, 3L, 63, 9L), null, null));
        all.add(new ShardGossip.Claim(
                worker,
                "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
                Map.of(),
                kit.createTestProbe(AppendDoor.Command.class).ref(),
                null));
        all.add(new ShardGossip.Claim(
                worker,
                "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
                Map.of(1, 1L),
                kit.createTestProbe(AppendDoor.Command.class).ref(),
                kit.createTestProbe(ExemplarDesk.Command.class).ref()));
        addExemplars(all, kit);
        ActorRef<QueryWorker.Answer> answers =
                kit.createTestProbe(QueryWorker.Answer.class).ref();
        SubPlan plan = new SubPlan(
                2,
                "  sum(rate(x[5m]))",
                SubPlan.Kind.AGGREGATE,
                new QueryTimes(0, 60_000, 1_000),
                new Steps(0, 1_000, 61));
        all.add(new QueryWorker.Ask(
                1L << 60,
                Map.of(1, 2L),
                new QueryWorker.Evaluate(
                        plan,
                        Duration.ofMinutes(5),
                        new Tiers(
                                1_700_000_000_000L,
                                List.of(
                                        new Tiers.RollUpTier(60_000, 1_690_000_000_000L),
                                        new Tiers.RollUpTier(3_600_000, -60_000)),
                                1_680_000_000_000L,
                                1_700_600_000_000L,
                                List.of(1_699_000_000_000L, 1_700_000_000_000L))),
                Duration.ofSeconds(9),
                true,
                4,
                answers));
        for (QueryWorker.Find.What what : QueryWorker.Find.What.values()) {
            List<LabelMatcher> matchers = new ArrayList<>();
            for (LabelMatcher.Type type : LabelMatcher.Type.values()) {
                matchers.add(LabelMatcher.of(type, "name", "a.*b"));
            }
            all.add(new QueryWorker.Ask(
                    7,
                    Map.of(),
                    new QueryWorker.Find(what, "host", List.of(matchers, List.of()), -5, 5, 7),
                    Duration.ZERO,
                    false,
                    4,
                    answers));
        }
        all.add(new QueryWorker.Ask(7, Map.of(), new QueryWorker.CountSeries(10), Duration.ZERO, false, 4, answers));
        all.add(new QueryWorker.More(7, 3, 7, answers));
        all.add(new QueryWorker.Cancel(7));
        for (SubPlan.Kind kind : SubPlan.Kind.values()) {
            PartialResult result = new PartialResult(
                    2,
                    kind,
                    List.of(series("x", 3), series("xy", 17), series("", 1), series("z", 0), histograms(9)),
                    List.of("a warning"),
                    List.of("an info", ""),
                    new QueryStatistics(1, 2, 4, 3));
            int number = 0;
            for (PartialPage page : PartialPages.of(result, 700)) {
                all.add(new QueryWorker.ResultPage(7, number++, false, page));
            }
        }
        all.add(new QueryWorker.CardinalityPage(
                7,
                1,
                false,
                List.of(
                        new QueryWorker.CardinalityRow(
                                QueryWorker.CardinalityRow.Kind.MAX_TIME, "", Long.MIN_VALUE, 0, new long[0]),
                        new QueryWorker.CardinalityRow(
                                QueryWorker.CardinalityRow.Kind.PAIR, "host=\u20ac", 5, 0, new long[0]),
                        new QueryWorker.CardinalityRow(
                                QueryWorker.CardinalityRow.Kind.LABEL, "host", 9, 77, new long[] {3, 5, 76}))));
        all.add(new QueryWorker.FoundPage(
                7,
                0,
                true,
                List.of(
                        Labels.of("__name__", "x", "a", "ä").canonicalBytes(),
                        Labels.of("__name__", "x", "a", "ö").canonicalBytes(),
                        Labels.of("__name__", "x").canonicalBytes()),
                List.of("host", "hosts", "höst", "")));
        all.add(new QueryWorker.Refused(7, "why"));
        for (QueryException.Kind kind : QueryException.Kind.values()) {
            all.add(new QueryWorker.Failed(7, kind, "why"));
        }
        return all;
    }

    private static PartialResult.Series series(String name, int length) {
        double[] values = new double[length];
        double[] compensations = new double[length];
        long[] counts = new long[length];
        long[] times = new long[length];
        for (int i = 0; i < length; i++) {
            values[i] = i % 5 == 4 ? Absent.VALUE : i / 3.0;
            compensations[i] = name.equals("x") ? 0 : -i;
            counts[i] = i % 2;
            times[i] = 1_700_000_000_000L + 1000L * i;
        }
        return new PartialResult.Series(
                Labels.of("__name__", name, "host", "h"), length == 17, values, compensations, counts, times);
    }

    private static PartialResult.Series histograms(int length) {
        HistogramCell[] cells = new HistogramCell[length];
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            Histogram exponential = Histogram.exponential(
                            i - 4,
                            0.001,
                            i,
                            10,
                            -2.5,
                            HistogramBuckets.from(-3, 1, 0, 2.5),
                            HistogramBuckets.from(7, 1))
                    .withHint(CounterResetHint.of(i % 4));
            Histogram custom = Histogram.custom(new double[] {1, 2.5}, 7, 9, HistogramBuckets.from(1, 3, 4));
            values[i] = i == 2 ? 7 : Absent.VALUE;
            cells[i] = i == 2
                    ? null
                    : i % 3 == 0
                            ? new HistogramCell(custom, null, 0, 0, false)
                            : new HistogramCell(exponential, exponential, -i, i % 8, i == 4);
        }
        return new PartialResult.Series(
                Labels.of("__name__", "native"), false, values, new double[0], new long[0], new long[0], cells);
    }

    /** The same part where some samples are histograms. */
    static AppendPart withHistograms(AppendPart part) {
        double[] values = part.values().clone();
        EncodedHistogram[] histograms = new EncodedHistogram[values.length];
        for (int i = 1; i < values.length; i += 1 + i % 3) {
            Histogram histogram = i % 2 == 0
                    ? Histogram.custom(new double[] {0.5, i}, i, 7, HistogramBuckets.from(1, i))
                    : Histogram.exponential(
                            2, 0, 0.5, 3, i, HistogramBuckets.NONE, HistogramBuckets.from(-i, 1.25, 1.25));
            histograms[i] = EncodedHistogram.of(histogram);
            values[i] = histograms[i].mark();
        }
        return new AppendPart(
                part.shard(),
                part.part(),
                part.epoch(),
                part.refs(),
                part.newCount(),
                part.newLabels(),
                part.newLabelEnds(),
                part.ends(),
                part.timestamps(),
                values,
                histograms);
    }

    /** A part of known and new series with so many samples each. */
    static AppendPart part(Random random, int known, int added, int samplesEach) {
        int[] refs = new int[known];
        for (int i = 0; i < known; i++) {
            refs[i] = random.nextInt(500_000);
        }
        byte[][] labels = new byte[added][];
        int[] labelEnds = new int[added];
        int bytes = 0;
        for (int i = 0; i < added; i++) {
            labels[i] = Labels.of("__name__", "metric_" + i, "host", "h" + random.nextInt(1000))
                    .canonicalBytes();
            bytes += labels[i].length;
            labelEnds[i] = bytes;
        }
        byte[] all = new byte[bytes];
        for (int i = 0; i < added; i++) {
            System.arraycopy(labels[i], 0, all, labelEnds[i] - labels[i].length, labels[i].length);
        }
        int series = known + added;
        int[] ends = new int[series];
        for (int i = 0; i < series; i++) {
            ends[i] = (i + 1) * samplesEach;
        }
        long[] times = new long[series * samplesEach];
        double[] values = new double[times.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = 1_700_000_000_000L + random.nextInt(10_000);
            values[i] = switch (random.nextInt(5)) {
                case 0 -> random.nextInt(1000);
                case 1 -> 0;
                case 2 -> Double.longBitsToDouble(random.nextLong());
                default -> random.nextInt(100_000) / 1000.0;
            };
        }
        return new AppendPart(3, 77, 12, refs, added, all, labelEnds, samplesEach == 1 ? null : ends, times, values);
    }

    private static void addExemplars(List<Object> all, ActorTestKit kit) {
        List<SeriesExemplars> some = List.of(
                new SeriesExemplars(
                        Labels.of("__name__", "x_bucket", "le", "0.5"),
                        List.of(
                                new Exemplar(
                                        Labels.of("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"),
                                        0.25,
                                        1_700_000_000_123L,
                                        true),
                                new Exemplar(Labels.EMPTY, Double.NaN, -5, false))),
                new SeriesExemplars(
                        Labels.of("__name__", "y"),
                        List.of(new Exemplar(Labels.of("k", "\u00fc"), -0.0, Long.MAX_VALUE / 2, true))));
        all.add(new ExemplarDesk.Take(
                List.of(new ExemplarDesk.ShardPart(3, some), new ExemplarDesk.ShardPart(63, List.of())),
                kit.createTestProbe(ExemplarDesk.Taken.class).ref()));
        Map<ExemplarRefusal, Integer> refused = new EnumMap<>(ExemplarRefusal.class);
        for (ExemplarRefusal reason : ExemplarRefusal.values()) {
            refused.put(reason, 1 + 100 * refused.size());
        }
        all.add(new ExemplarDesk.Taken(5, refused, List.of(1, 63)));
        all.add(new QueryWorker.ExemplarPage(7, 1, true, some));
        all.add(new QueryWorker.Ask(
                8,
                Map.of(0, 1L),
                new QueryWorker.FindExemplars(
                        List.of(List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "name", "a.*b"))), -5, 5, 7),
                Duration.ofSeconds(1),
                false,
                4,
                kit.createTestProbe(QueryWorker.Answer.class).ref()));
    }
}
