package io.pharos.promql.plan;

import io.pharos.promql.script.MemorySource;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random series for {@link RandomQueries}. */
public final class RandomSeries {
    private RandomSeries() {}

    /** Series of metrics m0 to m2 of the histograms h_bucket (classic) and n (native), and of target_info, over the first 1,900 seconds of 1970. */
    public static MemorySource of(Random random) {
        MemorySource source = numbers(random);
        for (String a : List.of("x", "y", "z")) {
            for (int i = 0; i < 3; i++) {
                histograms(random, source, Labels.of("__name__", "n", "a", a, "c", Integer.toString(i)), i);
            }
        }
        return source;
    }

    /** The same without native histograms. */
    public static MemorySource numbers(Random random) {
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
            source.add(Labels.of("__name__", "target_info", "a", a, "instance", "i-" + a, "job", "j"), 600_000, 1);
            source.add(Labels.of("__name__", "up", "instance", "i-" + a, "job", "j"), 700_000, 1);
        }
        return source;
    }

    /** A native histogram that grows, now and then from nothing again, or is a number. */
    private static void histograms(Random random, MemorySource source, Labels labels, int schema) {
        double[] counts = new double[4];
        double sum = 0;
        for (long time = 15_000; time < 1_900_000; time += 30_000) {
            if (random.nextInt(30) == 0) {
                counts = new double[4];
                sum = 0;
            }
            double count = 0;
            for (int i = 0; i < counts.length; i++) {
                counts[i] += random.nextInt(5);
                count += counts[i];
            }
            sum += random.nextDouble();
            if (schema == 2 && random.nextInt(60) == 0) {
                source.add(labels, time, count);
                continue;
            }
            Histogram histogram = Histogram.exponential(
                    schema,
                    0.001,
                    1,
                    count + 1,
                    sum,
                    HistogramBuckets.from(random.nextInt(2), counts),
                    HistogramBuckets.NONE);
            source.add(labels, time, new MemorySource.Sample(Double.NaN, histogram, 0));
        }
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

    /** The same series spread as shards have them. */
    public static List<MemorySource> split(MemorySource whole, int shards) {
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
}
