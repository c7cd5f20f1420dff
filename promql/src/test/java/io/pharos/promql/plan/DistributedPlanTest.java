package io.pharos.promql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.engine.MemoryBudget;
import io.pharos.promql.engine.QueryTimes;
import io.pharos.promql.query.PlanNode;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryValue;
import io.pharos.promql.query.Tiers;
import io.pharos.promql.script.MemorySource;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.labels.Labels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DistributedPlanTest {
    private static final QueryOptions OPTIONS = QueryOptions.defaults();
    private static final QueryOptions TIERED = OPTIONS.withTiers(new Tiers(
            1_200_000, List.of(new Tiers.RollUpTier(60_000, 600_000), new Tiers.RollUpTier(300_000, Long.MIN_VALUE))));
    private static final EngineSettings SETTINGS = EngineSettings.defaults();

    @Test
    void splitQueriesAnswerAsTheWholeDoes() {
        int answered = 0;
        int nonEmpty = 0;
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            MemorySource whole = RandomSeries.of(random);
            RandomQueries queries = new RandomQueries(random);
            QueryOptions options = seed % 5 == 4 ? TIERED : OPTIONS;
            for (int i = 0; i < 25; i++) {
                String query = queries.vector(1 + random.nextInt(4));
                QueryTimes times = random.nextInt(3) == 0
                        ? QueryTimes.instant(1_500_000)
                        : new QueryTimes(900_000, 1_800_000, 75_000);
                Object expected = Answers.outcome(() -> single(query, times, whole, options));
                for (int shards : new int[] {1, 7, 64}) {
                    Object found = Answers.outcome(
                            () -> distributed(query, times, RandomSeries.split(whole, shards), options));
                    Answers.assertSame("seed " + seed + ", " + shards + " shards: " + query, expected, found);
                }
                answered += expected instanceof QueryResult ? 1 : 0;
                nonEmpty += expected instanceof QueryResult result && size(result.value()) > 0 ? 1 : 0;
            }
        }
        assertThat(answered).isGreaterThan(600);
        assertThat(nonEmpty).isGreaterThan(300);
    }

    @Test
    void aggregationsAndHistogramsRunBesideTheData() {
        QueryTimes times = new QueryTimes(0, 600_000, 60_000);
        assertThat(kinds("sum by (a) (rate(m0[5m]))", times)).containsExactly(SubPlan.Kind.AGGREGATE);
        assertThat(kinds("histogram_quantile(0.9, rate(h_bucket[5m]))", times)).containsExactly(SubPlan.Kind.SERIES);
        assertThat(kinds("histogram_quantile(0.9, sum by (le) (rate(h_bucket[5m])))", times))
                .containsExactly(SubPlan.Kind.AGGREGATE);
        assertThat(kinds("topk(3, m0)", times)).containsExactly(SubPlan.Kind.CANDIDATES);
        assertThat(kinds("count_values without (a) (\"v\", m0)", times)).containsExactly(SubPlan.Kind.AGGREGATE);
        assertThat(kinds("sum(m0) / count(m1)", times)).containsExactly(SubPlan.Kind.AGGREGATE, SubPlan.Kind.AGGREGATE);
        assertThat(kinds("m0 / m1", times)).containsExactly(SubPlan.Kind.SERIES, SubPlan.Kind.SERIES);
        assertThat(kinds("quantile(0.5, m0)", times)).containsExactly(SubPlan.Kind.SERIES);
        assertThat(kinds("absent(m0)", times)).containsExactly(SubPlan.Kind.PRESENCE);
        assertThat(kinds("vector(time())", times)).isEmpty();
        assertThat(kinds("max_over_time(sum(rate(m0[5m]))[1h:1m])", times)).containsExactly(SubPlan.Kind.AGGREGATE);
        assertThat(kinds("max_over_time(rate(m0[5m])[1h:1m]) * 2", times)).containsExactly(SubPlan.Kind.SERIES);
    }

    @Test
    void annotationsOfPartsKeepTheirPlaceInTheQuery() {
        MemorySource source = new MemorySource();
        source.add(Labels.of("__name__", "m"), 0, 1);
        source.add(Labels.of("__name__", "m"), 60_000, 2);
        QueryResult result = distributed("1 +\n  sum(rate(m[5m]))", QueryTimes.instant(60_000), List.of(source));
        assertThat(result.infos()).hasSize(1);
        assertThat(result.infos().get(0)).endsWith("\"m\" (2:12)");
    }

    @Test
    void aNumberBesideHistogramsOfTwoKindsElsewhereIsNoSum() {
        // One shard has a histogram first and then a number; the other has two histograms that cannot be added, at both
        // times.
        MemorySource.Sample exponential = histogram(Histogram.EMPTY);
        MemorySource.Sample custom = histogram(Histogram.custom(new double[] {1}, 0, 0, HistogramBuckets.NONE));
        List<MemorySource> shards = List.of(new MemorySource(), new MemorySource());
        MemorySource whole = new MemorySource();
        for (MemorySource each : List.of(whole, shards.get(0))) {
            each.add(Labels.of("__name__", "m", "a", "x"), 0, exponential);
            each.add(Labels.of("__name__", "m", "a", "x"), 60_000, 1);
        }
        for (MemorySource each : List.of(whole, shards.get(1))) {
            for (long time = 0; time <= 60_000; time += 60_000) {
                each.add(Labels.of("__name__", "m", "a", "y"), time, exponential);
                each.add(Labels.of("__name__", "m", "a", "z"), time, custom);
            }
        }
        QueryTimes times = new QueryTimes(0, 60_000, 60_000);
        assertThat(size(single("sum(m)", times, whole).value())).isZero();
        assertThat(size(distributed("sum(m)", times, shards).value())).isZero();
    }

    private static MemorySource.Sample histogram(Histogram histogram) {
        return new MemorySource.Sample(Double.NaN, histogram, 0);
    }

    @Test
    void aPlanSaysWhatRanWhere() {
        List<MemorySource> shards = List.of(new MemorySource(), new MemorySource());
        for (int i = 0; i < 2; i++) {
            shards.get(i).add(Labels.of("__name__", "m0", "a", "x" + i), 0, 1);
            shards.get(i).add(Labels.of("__name__", "m1", "a", "x" + i), 0, 2);
        }
        PlanNode plan = Objects.requireNonNull(
                distributed("sum(m0) / on () group_right () (m1 - 1)", QueryTimes.instant(60_000), shards)
                        .plan());
        assertThat(plan.what() + " " + plan.where()).isEqualTo("/ root, node-0");
        assertThat(plan.series()).isEqualTo(2);
        assertThat(plan.millis()).isPositive();
        assertThat(plan.children())
                .extracting(child ->
                        child.what() + " | " + child.where() + " | " + child.series() + " | " + child.samples())
                .containsExactly("sum(m0) | aggregate, 2 answers | 2 | 2", "(m1 - 1) | series, 2 answers | 2 | 2");
        assertThat(plan.children().get(0).children())
                .extracting(answer ->
                        answer.what() + " | " + answer.where() + " | " + answer.series() + " | " + answer.samples())
                .containsExactly("1 shard | node-0 | 1 | 1", "1 shard | node-1 | 1 | 1");
    }

    @Test
    void aPlanHasTheTimeOfEachNodeOfItsRoot() {
        MemorySource source = new MemorySource();
        for (int i = 0; i < 50; i++) {
            source.add(Labels.of("__name__", "m", "a", "x" + i), 0, i);
        }
        PlanNode plan = Objects.requireNonNull(distributed(
                        "sort(quantile by (a) (0.5, abs(m)) > 9)", new QueryTimes(0, 600_000, 60_000), List.of(source))
                .plan());
        PlanNode filter = plan.children().get(0);
        PlanNode quantile = filter.children().get(0);
        assertThat(List.of(plan.what(), filter.what(), quantile.what()))
                .containsExactly("sort()", ">", "quantile by [a]");
        assertThat(List.of(plan.series(), filter.series(), quantile.series())).containsExactly(40L, 40L, 50L);
        assertThat(quantile.millis()).isPositive().isLessThanOrEqualTo(filter.millis());
        assertThat(filter.millis()).isLessThanOrEqualTo(plan.millis());
    }

    @Test
    void selectionsSayWhatAPlanReads() {
        DistributedPlan plan = DistributedPlan.of(
                "sum(rate(m0[5m] offset 1m)) / m1", new QueryTimes(3_600_000, 7_200_000, 60_000), SETTINGS);
        assertThat(plan.selections(OPTIONS.lookback()))
                .extracting(selection -> selection.fromMillis() + "-" + selection.toMillis())
                .containsExactly("3240001-7140000", "3300001-7200000");
    }

    private static List<SubPlan.Kind> kinds(String query, QueryTimes times) {
        return DistributedPlan.of(query, times, SETTINGS).parts().stream()
                .map(SubPlan::kind)
                .toList();
    }

    private static QueryResult single(String query, QueryTimes times, MemorySource source) {
        return single(query, times, source, OPTIONS);
    }

    private static QueryResult single(String query, QueryTimes times, MemorySource source, QueryOptions options) {
        Engine engine = new Engine(SETTINGS);
        return times.isRange()
                ? engine.range(query, times.startMillis(), times.endMillis(), times.stepMillis(), options, source)
                : engine.instant(query, times.startMillis(), options, source);
    }

    private static QueryResult distributed(String query, QueryTimes times, List<MemorySource> shards) {
        return distributed(query, times, shards, OPTIONS);
    }

    private static QueryResult distributed(
            String query, QueryTimes times, List<MemorySource> shards, QueryOptions options) {
        Engine engine = new Engine(SETTINGS);
        try (MemoryBudget.Share memory = engine.budget().open()) {
            return distributed(DistributedPlan.of(query, times, SETTINGS), engine, memory, shards, options);
        } finally {
            // Whatever became of the query, it holds nothing any more.
            assertThat(engine.budget().drawnBytes()).isZero();
        }
    }

    private static QueryResult distributed(
            DistributedPlan plan,
            Engine engine,
            MemoryBudget.Share memory,
            List<MemorySource> shards,
            QueryOptions options) {
        SubPlanEvaluator evaluator = new SubPlanEvaluator(SETTINGS, engine.budget());
        Map<Integer, PartialMerger> results = new HashMap<>();
        for (SubPlan part : plan.parts()) {
            PartialMerger merger = new PartialMerger(part, SETTINGS, memory);
            for (MemorySource shard : shards) {
                PartialMerger.Source source = merger.source("node-" + shards.indexOf(shard), 1);
                // Pages of a few series, so that most answers have several and many a series is cut.
                PartialPages.of(evaluator.evaluate(part, options, shard), 900).forEach(source::add);
            }
            results.put(part.id(), merger);
        }
        return plan.evaluateRoot(engine, results, List.of(), "node-0", options);
    }

    private static int size(QueryValue value) {
        return value instanceof QueryValue.Vector vector
                ? vector.samples().size()
                : ((QueryValue.Matrix) value).series().size();
    }
}
