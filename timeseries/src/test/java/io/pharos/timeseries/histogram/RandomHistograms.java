package io.pharos.timeseries.histogram;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** The histograms of one series as they may come: counters that grow, are reset and change their buckets; gauges; odd numbers. */
public final class RandomHistograms {
    private final Random random;
    private final boolean odd;
    private int schema;
    private double zeroThreshold;
    private double[] bounds = {};
    private boolean custom;
    private boolean gauge;
    private boolean floats;
    private double zeroCount;
    private double rest;
    private double sum;
    private TreeMap<Integer, Double> positive = new TreeMap<>();
    private TreeMap<Integer, Double> negative = new TreeMap<>();

    /** @param odd whether layouts change and numbers are of any kind, else a counter as services have it */
    public RandomHistograms(Random random, boolean odd) {
        this.random = random;
        this.odd = odd;
        anew();
    }

    private void anew() {
        custom = odd && random.nextInt(3) == 0;
        gauge = odd && random.nextInt(4) == 0;
        floats = odd && random.nextInt(3) == 0;
        schema = random.nextInt(13) - 4;
        zeroThreshold = random.nextInt(3) == 0 ? 0 : Math.scalb(1.0, -random.nextInt(200));
        bounds = new double[custom ? random.nextInt(20) : 0];
        double bound = random.nextGaussian();
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = bound;
            bound += 0.001 + random.nextDouble();
        }
        reset();
    }

    private void reset() {
        zeroCount = 0;
        rest = 0;
        sum = 0;
        positive = new TreeMap<>();
        negative = new TreeMap<>();
    }

    /** The next one. */
    public Histogram next() {
        int event = odd ? random.nextInt(30) : 9;
        if (event == 0) {
            anew();
        } else if (event < 3) {
            reset();
        }
        for (int i = random.nextInt(8); i > 0; i--) {
            observe();
        }
        if (odd && random.nextInt(20) == 0) {
            sum = random.nextBoolean() ? Double.NaN : Double.longBitsToDouble(random.nextLong());
        }
        double count = zeroCount + rest;
        for (double each : positive.values()) {
            count += each;
        }
        for (double each : negative.values()) {
            count += each;
        }
        Histogram histogram = custom
                ? Histogram.custom(bounds.clone(), count, sum, buckets(positive))
                : Histogram.exponential(
                        schema, zeroThreshold, zeroCount, count, sum, buckets(positive), buckets(negative));
        CounterResetHint hint = gauge
                ? CounterResetHint.GAUGE
                : odd && random.nextInt(15) == 0 ? CounterResetHint.RESET : CounterResetHint.UNKNOWN;
        return histogram.withHint(hint);
    }

    private void observe() {
        double more =
                floats ? random.nextDouble() * 10 : 1 + random.nextInt(odd && random.nextInt(9) == 0 ? 1 << 30 : 20);
        if (gauge && random.nextBoolean()) {
            more = -more / 2;
        }
        sum += random.nextDouble() * more;
        if (custom) {
            positive.merge(random.nextInt(bounds.length + 1), more, Double::sum);
            return;
        }
        switch (random.nextInt(12)) {
            case 0 -> zeroCount += more;
            case 1 -> rest += more;
            case 2, 3 -> negative.merge(random.nextInt(10) - 4, more, Double::sum);
            default -> positive.merge((int) (random.nextGaussian() * 12), more, Double::sum);
        }
    }

    private static HistogramBuckets buckets(Map<Integer, Double> counts) {
        int[] indexes = new int[counts.size()];
        double[] values = new double[counts.size()];
        Arrays.fill(values, 1);
        int at = 0;
        for (var each : counts.entrySet()) {
            indexes[at] = each.getKey();
            values[at++] = each.getValue();
        }
        return HistogramBuckets.of(indexes, values, at);
    }
}
