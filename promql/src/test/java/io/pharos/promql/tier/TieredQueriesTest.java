package io.pharos.promql.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryValue;
import io.pharos.promql.query.Tiers;
import io.pharos.promql.query.Tiers.RollUpTier;
import io.pharos.promql.script.MemorySource;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/*
 * One source answers from its samples and from roll-ups of them. Raw samples are there after 9 h, points of a minute after 6 h,
 * points of an hour before that. "grown" is each counter without its resets, so that raw queries say what a counter truly grew.
 */
class TieredQueriesTest {
    private static final long SECOND = 1000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long START = 1_790_000_000_000L / (24 * HOUR) * (24 * HOUR);
    private static final long END = START + 12 * HOUR;

    private static final Tiers TIERS =
            new Tiers(START + 9 * HOUR, List.of(new RollUpTier(MINUTE, START + 6 * HOUR), new RollUpTier(HOUR, START)));
    private static final QueryOptions RAW = QueryOptions.defaults();
    private static final QueryOptions TIERED = RAW.withTiers(TIERS);
    private static final Engine ENGINE = new Engine(EngineSettings.defaults());

    private static Labels labels(String name, int n) {
        return Labels.of("__name__", name, "n", Integer.toString(n));
    }

    /** Gauges, counters with resets, a counter that begins late, all every ten seconds; some with jitter. */
    private static MemorySource random(long seed, boolean gaps) {
        MemorySource source = new MemorySource();
        for (int n = 0; n < 4; n++) {
            Random random = new Random(seed * 31 + n);
            long time = START - HOUR + 1 + random.nextInt(10_000);
            double counter = random.nextInt(1000);
            double grown = 0;
            double gauge = random.nextInt(100);
            while (time <= END) {
                gauge = Math.max(0, gauge + random.nextInt(21) - 10);
                source.add(labels("gauge", n), time, gauge / 4);
                boolean reset = random.nextInt(700) == 0 && counter > 100; // so that it falls
                double more = random.nextInt(50);
                counter = reset ? more : counter + more;
                grown += more;
                source.add(labels("counter_total", n), time, counter);
                source.add(labels("grown", n), time, grown);
                time += 10_000 + (n % 2 == 0 ? 0 : random.nextInt(400) - 200);
                if (gaps && random.nextInt(300) == 0) {
                    if (random.nextBoolean()) {
                        source.add(labels("gauge", n), time - 5000, StaleMarker.VALUE);
                        source.add(labels("counter_total", n), time - 5000, StaleMarker.VALUE);
                        source.add(labels("grown", n), time - 5000, StaleMarker.VALUE);
                    }
                    time += random.nextInt((int) HOUR);
                }
            }
        }
        return source;
    }

    /** The values of a range query by series and time. */
    private static Map<String, Double> ask(
            MemorySource source, QueryOptions options, String query, long start, long end, long step) {
        QueryResult result = ENGINE.range(query, start, end, step, options, source);
        Map<String, Double> values = new HashMap<>();
        for (QueryValue.MatrixSeries series : ((QueryValue.Matrix) result.value()).series()) {
            for (int i = 0; i < series.timestampsMillis().length; i++) {
                values.put(series.labels().valueOf("n") + " at " + series.timestampsMillis()[i], series.values()[i]);
            }
        }
        return values;
    }

    private static void assertEqual(
            MemorySource source, String tiered, String raw, long start, long end, long step, String what) {
        Map<String, Double> found = ask(source, TIERED, tiered, start, end, step);
        Map<String, Double> expected = ask(source, RAW, raw, start, end, step);
        assertThat(found.keySet()).as("%s: %s", what, tiered).isEqualTo(expected.keySet());
        assertThat(found).as(what).isNotEmpty();
        expected.forEach((key, value) -> assertThat(found.get(key))
                .as("%s: %s, %s", what, tiered, key)
                .isCloseTo(value, within(1e-9 * (1 + Math.abs(value)))));
    }

    @Test
    void onWholeIntervalsValuesAreThoseOfTheSamples() {
        for (long seed = 0; seed < 2; seed++) {
            MemorySource source = random(seed, false);
            for (String range : new String[] {"1h", "3h"}) {
                for (String function : new String[] {"sum", "count", "avg", "min", "max", "last", "present"}) {
                    String query = function + "_over_time(gauge[" + range + "])";
                    assertEqual(source, query, query, START + 3 * HOUR, END, HOUR, "seed " + seed);
                }
                String growth = "grown - grown offset " + range;
                assertEqual(
                        source,
                        "increase(counter_total[" + range + "])",
                        growth,
                        START + 3 * HOUR,
                        END - 3 * HOUR,
                        HOUR,
                        "seed " + seed);
                assertEqual(
                        source,
                        "rate(counter_total[" + range + "]) * " + range,
                        growth,
                        START + 3 * HOUR,
                        END - 3 * HOUR,
                        HOUR,
                        "seed " + seed);
                assertEqual(
                        source,
                        "delta(gauge[" + range + "])",
                        "gauge - gauge offset " + range,
                        START + 3 * HOUR,
                        END - 3 * HOUR,
                        HOUR,
                        "seed " + seed);
            }
            assertEqual(source, "gauge", "gauge", START + HOUR, END, HOUR, "seed " + seed);
            assertEqual(source, "gauge offset 1h", "gauge offset 1h", START + 2 * HOUR, END, HOUR, "seed " + seed);
            assertEqual(
                    source,
                    "max_over_time(sum(avg_over_time(gauge[1h]))[3h:1h])",
                    "max_over_time(sum(avg_over_time(gauge[1h]))[3h:1h])",
                    START + 4 * HOUR,
                    END,
                    HOUR,
                    "seed " + seed);
            // A minute's points, where those are all there.
            for (String function : new String[] {"sum", "count", "avg", "min", "max", "last"}) {
                String query = function + "_over_time(gauge[5m])";
                assertEqual(source, query, query, START + 7 * HOUR, END, 3 * MINUTE, "seed " + seed);
            }
            assertEqual(source, "gauge", "gauge", START + 7 * HOUR, END, 3 * MINUTE, "seed " + seed);
        }
    }

    /** Edges of windows move by less than the resolution: what raw samples say of the window without and with its margins. */
    @Test
    void elsewhereValuesLieBetweenThoseOfWindowsWithShiftedEdges() {
        for (long seed = 10; seed < 12; seed++) {
            MemorySource source = random(seed, true);
            Random random = new Random(seed);
            for (int i = 0; i < 6; i++) {
                long start = START + 5 * HOUR + random.nextInt((int) (5 * HOUR));
                long step = 1L + random.nextInt((int) (20 * MINUTE));
                long range = MINUTE + random.nextInt((int) (3 * HOUR));
                long end = Math.min(END, start + 30 * step);
                String window = "[" + range + "ms])";
                for (String function : new String[] {"sum", "count", "avg", "min", "max", "last", "quantile"}) {
                    String call = function.equals("quantile") ? "quantile_over_time(0.7, " : function + "_over_time(";
                    assertBetween(source, call + "gauge" + window, function, start, end, step, range, seed);
                }
            }
        }
    }

    private static void assertBetween(
            MemorySource source,
            String query,
            String function,
            long start,
            long end,
            long step,
            long range,
            long seed) {
        Map<String, Double> found = ask(source, TIERED, query, start, end, step);
        List<TierRun> runs = TierChoice.ofWindows(TIERS, start, step, (int) ((end - start) / step) + 1, range);
        for (Map.Entry<String, Double> entry : found.entrySet()) {
            long time = Long.parseLong(entry.getKey().substring(entry.getKey().indexOf(" at ") + 4));
            // The coarsest points that this window is made of.
            int position = (int) ((time - start) / step);
            long resolution = runs.stream()
                    .filter(run -> run.from() <= position && position < run.to())
                    .findFirst()
                    .orElseThrow()
                    .resolutionMillis();
            long widened = Math.max(range, resolution);
            long whole = resolution == 0 ? range : -Math.floorDiv(-range, resolution) * resolution;
            boolean summed = function.equals("sum") || function.equals("count");
            Bounds bounds = Bounds.of(source, entry.getKey(), time, summed ? whole : widened, resolution);
            double scale = (double) range / whole;
            double low = switch (function) {
                case "sum" -> bounds.innerSum * scale;
                case "count" -> bounds.innerCount * scale;
                default -> bounds.outerMin;
            };
            double high = switch (function) {
                case "sum" -> bounds.outerSum * scale;
                case "count" -> bounds.outerCount * scale;
                case "min" -> bounds.innerCount == 0 ? bounds.outerMax : bounds.innerMin;
                default -> bounds.outerMax;
            };
            low = function.equals("max") && bounds.innerCount > 0 ? bounds.innerMax : low;
            assertThat(entry.getValue())
                    .as("seed %d: %s, %s, every %d ms", seed, query, entry.getKey(), step)
                    .isBetween(low - 1e-9 * (1 + low), high + 1e-9 * (1 + high));
        }
    }

    /** What the samples say of a window whose edges are moved inwards or outwards by a resolution. */
    private static final class Bounds {
        private double innerSum;
        private double innerCount;
        private double innerMin = Double.POSITIVE_INFINITY;
        private double innerMax = Double.NEGATIVE_INFINITY;
        private double outerSum;
        private double outerCount;
        private double outerMin = Double.POSITIVE_INFINITY;
        private double outerMax = Double.NEGATIVE_INFINITY;

        static Bounds of(MemorySource source, String key, long time, long range, long resolution) {
            Labels labels = labels("gauge", Integer.parseInt(key.substring(0, 1)));
            Bounds bounds = new Bounds();
            Objects.requireNonNull(source.series().get(labels)).forEach((at, sample) -> {
                double value = sample.value();
                if (StaleMarker.is(value) || at > time || at <= time - range - resolution) {
                    return;
                }
                bounds.outerSum += value;
                bounds.outerCount++;
                bounds.outerMin = Math.min(bounds.outerMin, value);
                bounds.outerMax = Math.max(bounds.outerMax, value);
                boolean last = resolution == 0;
                if (at > time - range && (last || at <= time - resolution)) {
                    bounds.innerSum += value;
                    bounds.innerCount++;
                    bounds.innerMin = Math.min(bounds.innerMin, value);
                    bounds.innerMax = Math.max(bounds.innerMax, value);
                }
            });
            return bounds;
        }
    }

    @Test
    void increasesLieBetweenThoseOfWindowsWithShiftedEdges() {
        for (long seed = 20; seed < 22; seed++) {
            MemorySource source = random(seed, false);
            Random random = new Random(seed);
            for (int i = 0; i < 6; i++) {
                long start = START + 6 * HOUR + random.nextInt((int) (3 * HOUR));
                long range = 2 * HOUR + random.nextInt((int) HOUR);
                long step = 1L + random.nextInt((int) (5 * MINUTE));
                long end = Math.min(START + 9 * HOUR, start + 20 * step);
                String window = "[" + range + "ms])";
                Map<String, Double> found = ask(source, TIERED, "increase(counter_total" + window, start, end, step);
                Map<String, Double> rates = ask(source, TIERED, "rate(counter_total" + window, start, end, step);
                Map<String, Double> low =
                        ask(source, RAW, "grown offset 1h - grown offset " + (range - HOUR) + "ms", start, end, step);
                Map<String, Double> high =
                        ask(source, RAW, "grown - grown offset " + (range + HOUR) + "ms", start, end, step);
                assertThat(found).isNotEmpty();
                String what = "seed " + seed + " over " + range + " ms: ";
                found.forEach((key, value) -> {
                    assertThat(value)
                            .as(what + key)
                            .isBetween(low.getOrDefault(key, 0.0), 2 * high.getOrDefault(key, 1e18));
                    assertThat(rates.getOrDefault(key, 0.0) * range / 1000).isCloseTo(value, within(1e-9 * value));
                });
            }
        }
    }

    @Test
    void aSteadyCounterHasItsRateEverywhere() {
        MemorySource source = new MemorySource();
        for (long time = START - HOUR + 3000; time <= END; time += 10_000) {
            long seconds = (time - START + HOUR) / 1000;
            source.add(labels("counter_total", 0), time, 5.0 * (seconds % 9000)); // restarts each two and a half hours
        }
        for (String range : new String[] {"20s", "1m", "90s", "7m", "1h", "77m", "3h"}) {
            Map<String, Double> rates =
                    ask(source, TIERED, "rate(counter_total[" + range + "])", START + 2 * HOUR, END, 7 * MINUTE + 13);
            assertThat(rates.size()).isGreaterThan(80);
            // A restart hides what lies between two samples.
            rates.forEach((key, value) -> assertThat(value)
                    .as("%s over %s", key, range)
                    .isCloseTo(5, within(range.equals("20s") ? 5.0 : 1.5)));
        }
        Map<String, Double> instant =
                ask(source, TIERED, "irate(counter_total[1m])", START + 2 * HOUR, END, 7 * MINUTE + 13);
        instant.forEach((key, value) -> assertThat(value).as(key).isCloseTo(5, within(5.0)));
        Map<String, Double> resets =
                ask(source, TIERED, "resets(counter_total[10h])", START + 10 * HOUR, START + 10 * HOUR, HOUR);
        assertThat(resets.values()).containsExactly(4.0);
    }

    @Test
    void quantilesOfBucketsAreThoseOfTheirGrowth() {
        MemorySource source = new MemorySource();
        Random random = new Random(4);
        String[] bounds = {"0.1", "0.5", "2", "+Inf"};
        double[] counts = new double[4];
        double[] observed = new double[2];
        for (long time = START - HOUR + 1; time <= END; time += 10_000) {
            int seen = random.nextInt(20);
            for (int i = 0; i < seen; i++) {
                int bucket = random.nextInt(4);
                for (int above = bucket; above < 4; above++) {
                    counts[above]++;
                }
                observed[bucket / 2]++;
            }
            for (int i = 0; i < 4; i++) {
                source.add(Labels.of("__name__", "h_bucket", "n", "0", "le", bounds[i]), time, counts[i]);
            }
            HistogramBuckets buckets = HistogramBuckets.from(1, observed[0], observed[1]);
            source.add(
                    labels("native", 0),
                    time,
                    new MemorySource.Sample(
                            Double.NaN,
                            Histogram.exponential(
                                    0, 0, 0, observed[0] + observed[1], 1, buckets, HistogramBuckets.NONE),
                            0));
        }
        for (String quantile : new String[] {"0.5", "0.9"}) {
            assertEqual(
                    source,
                    "histogram_quantile(" + quantile + ", increase(h_bucket[2h]))",
                    "histogram_quantile(" + quantile + ", h_bucket - h_bucket offset 2h)",
                    START + 3 * HOUR,
                    END - 3 * HOUR,
                    HOUR,
                    "classic");
            assertEqual(
                    source,
                    "histogram_quantile(" + quantile + ", rate(native[2h]))",
                    "histogram_quantile(" + quantile + ", native - native offset 2h)",
                    START + 3 * HOUR,
                    END - 3 * HOUR,
                    HOUR,
                    "native");
        }
        assertEqual(
                source,
                "histogram_count(avg_over_time(native[1h]) * 0 + native)",
                "histogram_count(native)",
                START + 3 * HOUR,
                END - 3 * HOUR,
                HOUR,
                "native");
    }

    @Test
    void aSeriesThatEndedIsNotSeenAfterItsEnd() {
        MemorySource source = new MemorySource();
        for (long time = START; time <= END; time += 10_000) {
            long minute = (time - START) / MINUTE;
            boolean there = minute < 200 || minute > 400;
            if (there || minute == 200) {
                source.add(labels("gauge", 0), time, there ? 1 : StaleMarker.VALUE);
            }
        }
        Map<String, Double> found = ask(source, TIERED, "gauge", START + HOUR, END, MINUTE);
        for (long time = START + HOUR; time <= END; time += MINUTE) {
            long minute = (time - START) / MINUTE;
            if (minute >= 240 && minute <= 400) {
                assertThat(found).as("minute %d", minute).doesNotContainKey("0 at " + time);
            } else if (minute < 180 || minute > 401) {
                assertThat(found).as("minute %d", minute).containsKey("0 at " + time);
            }
        }
    }

    @Test
    void whatComesFromARollUpIsSaid() {
        MemorySource source = random(1, false);
        QueryResult old = ENGINE.instant("sum(rate(counter_total[5m]))", START + 3 * HOUR, TIERED, source);
        assertThat(old.infos())
                .contains("PromQL info: values before 2026-09-21T06:00:00Z come from the 1h roll-up (1:10)");
        assertThat(ENGINE.instant("sum(rate(counter_total[5m]))", END, TIERED, source)
                        .infos())
                .isEmpty();
        assertThat(ENGINE.instant("sum(rate(nothing_total[5m]))", START + 3 * HOUR, TIERED, source)
                        .infos())
                .isEmpty();
    }

    @Test
    void otherFunctionsHaveValuesOfTheSamplesRange() {
        MemorySource source = random(30, true);
        for (String call : new String[] {
            "stddev_over_time(gauge[40m])",
            "mad_over_time(gauge[40m])",
            "changes(gauge[40m])",
            "idelta(gauge[3m])",
            "deriv(gauge[40m])",
            "predict_linear(gauge[40m], 60)",
            "first_over_time(gauge[40m])",
            "irate(grown[1m])",
            "ts_of_max_over_time(gauge[40m])",
            "double_exponential_smoothing(gauge[2h], 0.5, 0.5)",
            "increase(grown[40m] anchored)",
            "rate(grown[40m] smoothed)",
            "gauge smoothed",
            "timestamp(gauge)",
            "absent_over_time(gauge[40m])",
            "max_over_time(gauge[3m:30s])",
            "resets(counter_total[40m])"
        }) {
            Map<String, Double> found = ask(source, TIERED, call, START + 2 * HOUR, END, 17 * MINUTE);
            if (!call.startsWith("absent")) {
                assertThat(found.size()).as(call).isGreaterThan(60);
            }
            found.values().forEach(value -> assertThat(value).as(call).isFinite());
        }
    }
}
