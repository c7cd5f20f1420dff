package io.pharos.persistence.slice;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/** Prints how days of a shard at 10 s are cut at full size, the table of docs/adr/0023; a main class, not a test. */
public final class SliceFigures {
    private static final int ROW_BYTES = 900 + SliceSizes.ROW_BYTES;
    private static final int ROWS_A_DAY = 12;
    private static final int DAYS = 3;
    private static final long DAY_MILLIS = 86_400_000;
    private static final int ASKED = 1_000;

    private SliceFigures() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        Map<String, IntFunction<Integer>> shapes = new java.util.LinkedHashMap<>();
        shapes.put("100 metrics", i -> i % 100);
        shapes.put("one metric", i -> 0);
        shapes.put("one with 80 %, the others tiny", i -> i % 10 < 8 ? 0 : i);
        shapes.put("a series each", i -> i);
        shapes.put("histograms", i -> i % 15 < 12 ? i % 3 : 1000 + i % 15);
        System.out.println(
                "| Metrics | Series | Day | Slices | Mean MB | Largest MB | Partitions a series | Records kB |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (int series : new int[] {156_000, 39_000, 15_600, 1_560}) {
            shapes.forEach((name, metricOf) -> print(name, series, metricOf));
        }
    }

    private static void print(String name, int series, IntFunction<Integer> metricOf) {
        SplittableRandom random = new SplittableRandom(1);
        Map<Integer, Long> metrics = new HashMap<>();
        List<SliceKey> keys = new ArrayList<>();
        for (int i = 0; i < series; i++) {
            keys.add(new SliceKey(
                    metrics.computeIfAbsent(metricOf.apply(i), added -> random.nextLong()), random.nextLong()));
        }
        Placement placement = new Placement(SliceSizes.DEFAULT, 1, new SplittableRandom(2));
        for (long day = 1; day <= DAYS; day++) {
            long recordBytes = 0;
            for (int row = 0; row < ROWS_A_DAY; row++) {
                for (SliceKey key : keys) {
                    placement.place(day, key, ROW_BYTES, (day + 8) * DAY_MILLIS);
                    for (SliceRecord made : placement.takeRecords().values()) {
                        recordBytes += made.encode().remaining();
                    }
                }
            }
            List<Long> bytes =
                    placement.bytes(day).stream().filter(of -> of > 0).toList();
            long looked = 0;
            for (int i = 0; i < ASKED; i++) {
                SliceKey key = keys.get(i * 7919 % series);
                looked += placement.slices(day, key, key).size();
            }
            System.out.printf(
                    "| %s | %d | %d | %d | %.1f | %.1f | %.2f | %d |%n",
                    name,
                    series,
                    day,
                    bytes.size(),
                    bytes.stream().mapToLong(of -> of).average().orElse(0) / 1e6,
                    bytes.stream().mapToLong(of -> of).max().orElse(0) / 1e6,
                    (double) looked / ASKED,
                    recordBytes / 1000);
        }
    }
}
