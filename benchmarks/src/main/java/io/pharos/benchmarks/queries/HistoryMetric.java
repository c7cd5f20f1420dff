package io.pharos.benchmarks.queries;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A metric of the comparison and its series: their labels as sorted name-value pairs, and a value for each of them at each time.
 *
 * @param name the metric
 * @param kind how values move
 * @param series label names and values in turn, the names ascending, for each series
 */
record HistoryMetric(String name, Kind kind, List<List<String>> series) {
    /** Buckets of the histogram, cumulative. */
    static final List<String> BOUNDS = List.of("0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf");

    /** How the values of a series move. */
    enum Kind {
        /** A counter of whole numbers that restarts once in some hours. */
        COUNTER,
        /** A level with three decimals that walks around. */
        GAUGE,
        /** Cumulative buckets: neighbours of ten make one histogram. */
        BUCKET
    }

    /** The metrics that every query of the comparison asks for: 10,000 series and three times 1,000. */
    static List<HistoryMetric> all() {
        List<List<String>> big = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            big.add(List.of(
                    "host",
                    "h" + i / 10,
                    "instance",
                    "10.0." + i / 2560 + "." + i / 10 % 256 + ":9100",
                    "slot",
                    "s" + i % 10,
                    "zone",
                    "z" + i / 1000));
        }
        List<List<String>> level = new ArrayList<>();
        List<List<String>> buckets = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            level.add(List.of("host", "h" + i, "zone", "z" + i / 100));
            buckets.add(List.of("host", "h" + i / 10, "le", BOUNDS.get(i % 10), "zone", "z" + i / 100));
        }
        return List.of(
                new HistoryMetric("big_total", Kind.COUNTER, big),
                new HistoryMetric("mid_load", Kind.GAUGE, level),
                new HistoryMetric("mid_limit", Kind.GAUGE, level),
                new HistoryMetric("mid_seconds_bucket", Kind.BUCKET, buckets));
    }

    /** All values of a series, by its place; the same at every call. */
    double[] values(int place, int samples) {
        SplittableRandom random =
                new SplittableRandom(name.hashCode() * 31L + (kind == Kind.BUCKET ? place / 10 : place));
        double[] values = new double[samples];
        switch (kind) {
            case COUNTER -> {
                long count = random.nextLong(1_000_000);
                int mean = 1 + random.nextInt(400);
                for (int i = 0; i < samples; i++) {
                    count = random.nextInt(2_000) == 0 ? 0 : count + random.nextInt(2 * mean);
                    values[i] = count;
                }
            }
            case GAUGE -> {
                long level = 50_000L + random.nextInt(50_000);
                for (int i = 0; i < samples; i++) {
                    level = Math.max(1, level + random.nextInt(-500, 501));
                    values[i] = level / 1000.0;
                }
            }
            case BUCKET -> {
                long count = 0;
                for (int i = 0; i < samples; i++) {
                    for (int bucket = 0; bucket < BOUNDS.size(); bucket++) {
                        int more = random.nextInt(20);
                        // Every bucket has its own count and those of the smaller ones.
                        count += bucket <= place % 10 ? more : 0;
                    }
                    values[i] = count;
                }
            }
        }
        return values;
    }
}
