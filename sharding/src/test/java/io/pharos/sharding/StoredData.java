package io.pharos.sharding;

import io.pharos.sharding.series.SealSettings;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.SampleBatchBuilder;
import io.pharos.timeseries.sample.StaleMarker;
import io.pharos.timeseries.store.memory.InMemoryStores;
import io.pharos.timeseries.store.memory.StoreText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A small data directory of known content, and the program that writes it: sealed chunks, heads, two epochs, a log after the
 * checkpoint, samples out of order. Its rows are kept as text for every version that stored something in another way.
 */
final class StoredData {
    static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    static final InstantSource CLOCK = InstantSource.fixed(NOW);
    private static final long STEP = 10_000;
    /** Series of numbers; two more have histograms, the last one with numbers between them. */
    private static final int NUMBERS = 8;

    private static final int SERIES = 10;
    private static final int SAMPLES = 60;

    private StoredData() {}

    static ShardingSettings settings(ShardingSettings settings) {
        return settings.withShardCount(2).withSeal(new SealSettings(24, Duration.ofHours(2), 4));
    }

    private static Labels labels(int series) {
        return Labels.of("__name__", "stored_" + series % 2, "host", "hôst-" + series, "job", "node");
    }

    private static double value(int series, int i) {
        return switch (series) {
            case 0 -> i;
            case 1 -> 20 + Math.sin(i / 7.0);
            case 2 -> i == 30 ? StaleMarker.VALUE : 1;
            case 3 -> i % 9 == 0 ? Double.NaN : i * 1e300;
            case 4 -> i < 40 ? 100.0 * i : 100.0 * (i - 40);
            case 5 -> i % 2 == 0 ? Double.POSITIVE_INFINITY : -0.0;
            default -> series + i / 8.0;
        };
    }

    private static @Nullable Histogram histogram(int series, int i) {
        if (series < NUMBERS || series == SERIES - 1 && i % 7 == 0) {
            return null;
        }
        if (series == NUMBERS) {
            return Histogram.exponential(
                    3,
                    0x1p-128,
                    Math.floorDiv(i, 8),
                    3 * i + Math.floorDiv(i, 8),
                    i / 4.0,
                    HistogramBuckets.from(i / 20, i, 2 * i),
                    HistogramBuckets.NONE);
        }
        return Histogram.custom(
                new double[] {0.1, 1, 10}, 0.5 * i, -i, HistogramBuckets.from(i % 3, 0.25 * i, 0.25 * i));
    }

    private static long time(int i) {
        return NOW.toEpochMilli() - (SAMPLES - i) * STEP;
    }

    /** Whether a sample comes some steps after its time. */
    private static boolean isLate(int series, int i) {
        return (series == 6 || series == NUMBERS) && i % 5 == 3;
    }

    /** Every sample, by series and time: a number or a histogram; data of version 1 has no histograms. */
    static Map<Labels, Map<Long, Object>> expected(int version) {
        Map<Labels, Map<Long, Object>> all = new TreeMap<>();
        for (int series = 0; series < (version == 1 ? NUMBERS : SERIES); series++) {
            Map<Long, Object> samples = new TreeMap<>();
            for (int i = first(series); i < SAMPLES; i++) {
                Histogram histogram = histogram(series, i);
                samples.put(time(i), histogram == null ? value(series, i) : histogram);
            }
            all.put(labels(series), samples);
        }
        return all;
    }

    /** One series comes after the last checkpoint, so only the log names it. */
    private static int first(int series) {
        return series == NUMBERS - 1 ? 50 : 0;
    }

    /** Writes everything: a run that is killed, one that makes a checkpoint, and one that is killed after it. */
    static InMemoryStores write() throws Exception {
        InMemoryStores stores = new InMemoryStores();
        run(stores, 0, 20, false);
        run(stores, 20, 45, true);
        run(stores, 45, SAMPLES, false);
        return stores;
    }

    private static void run(InMemoryStores stores, int from, int to, boolean checkpoint) throws Exception {
        try (TestNode node = new TestNode(stores.stores(), StoredData::settings, CLOCK).awaitReady()) {
            for (int i = from; i < to; i++) {
                append(node, i, false);
                if (i >= 5) {
                    append(node, i - 5, true);
                }
                if (checkpoint && i == to - 5) {
                    node.runtime.checkpoint().toCompletableFuture().get(2, TimeUnit.MINUTES);
                }
            }
            if (to == SAMPLES) {
                for (int i = to - 5; i < to; i++) {
                    append(node, i, true);
                }
            }
            node.kill();
        }
    }

    private static void append(TestNode node, int i, boolean late) throws Exception {
        SampleBatchBuilder batch = new SampleBatchBuilder();
        for (int series = 0; series < SERIES; series++) {
            if (i >= first(series) && isLate(series, i) == late) {
                Histogram histogram = histogram(series, i);
                if (histogram == null) {
                    batch.add(labels(series), time(i), value(series, i));
                } else {
                    batch.series(labels(series)).histogram(time(i), histogram);
                }
            }
        }
        node.append(batch);
    }

    /** Writes the text anew; the argument is the file. */
    public static void main(String[] arguments) throws Exception {
        Files.writeString(Path.of(arguments[0]), StoreText.of(write()));
    }
}
