package io.pharos.promql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.promql.conformance.MemorySource;
import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.engine.QueryTimes;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryValue;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DistributedPlanTest {
    private static final QueryOptions OPTIONS = QueryOptions.defaults();
    private static final EngineSettings SETTINGS = EngineSettings.defaults();

    @Test
    void splitQueriesAnswerAsTheWholeDoes() {
        int answered = 0;
        int nonEmpty = 0;
        for (long seed = 0; seed < 80; seed++) {
            Random random = new Random(seed);
            MemorySource whole = data(random);
            RandomQueries queries = new RandomQueries(random);
            for (int i = 0; i < 25; i++) {
                String query = queries.vector(1 + random.nextInt(4));
                QueryTimes times = random.nextInt(3) == 0
                        ? QueryTimes.instant(1_500_000)
                        : new QueryTimes(900_000, 1_800_000, 75_000);
                Object expected = outcome(() -> single(query, times, whole));
                for (int shards : new int[] {1, 7, 64}) {
                    Object found = outcome(() -> distributed(query, times, split(whole, shards)));
                    compare("seed " + seed + ", " + shards + " shards: " + query, expected, found);
                }
                answered += expected instanceof QueryResult ? 1 : 0;
                nonEmpty += expected instanceof QueryResult result && size(result.value()) > 0 ? 1 : 0;
            }
        }
        assertThat(answered).isGreaterThan(1000);
        assertThat(nonEmpty).isGreaterThan(500);
    }

    @Test
    void aggregationsAndHistogramsRunBesideTheData() {
        QueryTimes times = new QueryTimes(0, 600_000, 60_000);
        assertThat(kinds("sum by (a) (rate(m0[5m]))", times)).containsExactly(SubPlan.Kind.AGGREGATE);
        assertThat(kinds("histogram_quantile(0.9, rate(h_bucket[5m]))", times)).containsExactly(SubPlan.Kind.SERIES);
        assertThat(kinds("histogram_quantile(0.9, sum by (le) (rate(h_bucket[5m])))", times))
                .containsExactly(SubPlan.Kind.AGGREGATE);
        assertThat(kinds("topk(3, m0)", times)).containsExactly(SubPlan.Kind.CANDIDATES);
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

    private interface Asking {
        QueryResult ask();
    }

    private static Object outcome(Asking asking) {
        try {
            return asking.ask();
        } catch (QueryException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private static QueryResult single(String query, QueryTimes times, MemorySource source) {
        Engine engine = new Engine(SETTINGS);
        return times.isRange()
                ? engine.range(query, times.startMillis(), times.endMillis(), times.stepMillis(), OPTIONS, source)
                : engine.instant(query, times.startMillis(), OPTIONS, source);
    }

    private static QueryResult distributed(String query, QueryTimes times, List<MemorySource> shards) {
        DistributedPlan plan = DistributedPlan.of(query, times, SETTINGS);
        SubPlanEvaluator evaluator = new SubPlanEvaluator(SETTINGS);
        Map<Integer, List<PartialResult>> results = new HashMap<>();
        for (SubPlan part : plan.parts()) {
            SubPlan sent = SubPlan.ofBytes(part.toBytes());
            List<PartialResult> answers = new ArrayList<>();
            for (MemorySource shard : shards) {
                answers.add(PartialResult.ofBytes(
                        evaluator.evaluate(sent, OPTIONS, shard).toBytes()));
            }
            results.put(part.id(), answers);
        }
        return plan.evaluateRoot(new Engine(SETTINGS), results, List.of(), OPTIONS);
    }

    private static List<MemorySource> split(MemorySource whole, int shards) {
        List<MemorySource> sources = new ArrayList<>();
        for (int i = 0; i < shards; i++) {
            sources.add(new MemorySource());
        }
        whole.series().forEach((labels, samples) -> {
            MemorySource shard = sources.get(SeriesIdentity.of(labels).shard(64) % shards);
            samples.forEach((time, value) -> shard.add(labels, time, value));
        });
        return sources;
    }

    private static MemorySource data(Random random) {
        MemorySource source = new MemorySource();
        for (int metric = 0; metric < 3; metric++) {
            for (int i = 0; i < 12; i++) {
                Labels labels = Labels.of(
                        "__name__",
                        "m" + metric,
                        "a",
                        i % 3 == 0 ? "x" : "y",
                        "b",
                        Integer.toString(i % 4),
                        "c",
                        Integer.toString(metric == 1 ? i + 3 : i));
                samples(random, source, labels, metric == 1 && i % 5 == 0);
            }
        }
        for (String a : List.of("x", "y", "z")) {
            double[] perBucket = {random.nextInt(5), random.nextInt(9), random.nextInt(3), random.nextInt(2)};
            String[] bounds = {"0.1", "0.5", "2", "+Inf"};
            for (int step = 0; step <= 60; step++) {
                double cumulative = 0;
                for (int bucket = 0; bucket < 4; bucket++) {
                    cumulative += perBucket[bucket] * step;
                    source.add(
                            Labels.of("__name__", "h_bucket", "a", a, "le", bounds[bucket]),
                            step * 30_000L,
                            cumulative);
                }
            }
        }
        return source;
    }

    private static void samples(Random random, MemorySource source, Labels labels, boolean odd) {
        double value = random.nextInt(50);
        for (long time = random.nextInt(30_000); time < 1_900_000; time += 20_000 + random.nextInt(20_000)) {
            int kind = random.nextInt(40);
            if (kind == 0) {
                time += 400_000;
            }
            value = kind == 1 ? 0 : value + random.nextInt(12) + random.nextDouble();
            double stored = kind == 2 ? StaleMarker.VALUE : value;
            if (odd && kind == 3) {
                stored = Double.NaN;
            } else if (odd && kind == 4) {
                stored = Double.POSITIVE_INFINITY;
            }
            source.add(labels, time, stored);
        }
    }

    private static int size(QueryValue value) {
        return value instanceof QueryValue.Vector vector
                ? vector.samples().size()
                : ((QueryValue.Matrix) value).series().size();
    }

    private static void compare(String what, Object expected, Object found) {
        if (expected instanceof QueryResult wanted && found instanceof QueryResult got) {
            Map<String, Double> wantedSamples = samples(wanted.value());
            Map<String, Double> gotSamples = samples(got.value());
            assertThat(gotSamples.keySet()).as(what).isEqualTo(wantedSamples.keySet());
            wantedSamples.forEach((key, value) -> {
                double other = gotSamples.getOrDefault(key, Double.NaN);
                // Bits of a NaN do not matter; sums may differ in the order of additions.
                boolean same = Double.compare(value, other) == 0
                        || value == other
                        || Math.abs(value - other) <= 1e-12 * Math.max(Math.abs(value), Math.abs(other)) + 1e-9;
                assertThat(same)
                        .as("%s at %s: %s and %s", what, key, value, other)
                        .isTrue();
            });
            assertThat(new java.util.TreeSet<>(got.warnings()))
                    .as(what)
                    .isEqualTo(new java.util.TreeSet<>(wanted.warnings()));
        } else {
            assertThat(kind(found)).as(what + "\n" + expected + "\n" + found).isEqualTo(kind(expected));
        }
    }

    /** Which of several collisions is named depends on the order of series; that there is one does not. */
    private static String kind(Object outcome) {
        if (!(outcome instanceof String text)) {
            return "an answer";
        }
        boolean ambiguous = text.startsWith("multiple matches") || text.startsWith("found duplicate series");
        return ambiguous ? "ambiguous" : text;
    }

    private static Map<String, Double> samples(QueryValue value) {
        Map<String, Double> samples = new TreeMap<>();
        if (value instanceof QueryValue.Vector vector) {
            vector.samples().forEach(sample -> samples.put(sample.labels().toString(), sample.value()));
        } else if (value instanceof QueryValue.Matrix matrix) {
            for (QueryValue.MatrixSeries series : matrix.series()) {
                for (int i = 0; i < series.values().length; i++) {
                    samples.put(series.labels() + "@" + series.timestampsMillis()[i], series.values()[i]);
                }
            }
        }
        return samples;
    }
}
