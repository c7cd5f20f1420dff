package io.pharos.benchmarks;

import io.pharos.simulation.fault.Incidents;
import io.pharos.simulation.pool.Fleet;
import io.pharos.simulation.pool.ServerValues;
import io.pharos.timeseries.chunk.HeadChunk;
import io.pharos.timeseries.chunk.SealedChunk;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How many bytes does a sample take in a head and in a sealed chunk of 720, metric by metric and over all? Prints a table. */
public final class ChunkSizes {
    private static final int SERVERS = 20;
    private static final int SAMPLES = 720;

    private ChunkSizes() {}

    private static final class Sizes {
        long head;
        long sealed;
        long samples;

        void add(Sizes other) {
            head += other.head;
            sealed += other.sealed;
            samples += other.samples;
        }

        String row(String name) {
            return String.format(
                    Locale.ROOT, "| %s | %.2f | %.2f |", name, (double) head / samples, (double) sealed / samples);
        }
    }

    /** Prints the table; takes no arguments. */
    public static void main(String[] arguments) {
        Fleet fleet = new Fleet(SERVERS, SimulatedSeries.METRICS);
        ServerValues model = new ServerValues(1, fleet);
        long[] times = SimulatedSeries.times(SAMPLES);
        double[] values = new double[SAMPLES];
        Map<String, Sizes> byMetric = new TreeMap<>();
        Sizes all = new Sizes();
        for (int series = 0; series < fleet.series(); series++) {
            HeadChunk head = new HeadChunk();
            for (int i = 0; i < SAMPLES; i++) {
                values[i] = model.value(series, times[i], Incidents.NONE);
                head.append(times[i], values[i]);
            }
            Sizes sizes = new Sizes();
            sizes.head = head.sizeBytes();
            sizes.sealed = SealedChunk.encode(times, values, 0, SAMPLES).length;
            sizes.samples = SAMPLES;
            byMetric.computeIfAbsent(fleet.labels(series).metricName().replaceAll("\\d{3}", "NNN"), name -> new Sizes())
                    .add(sizes);
            all.add(sizes);
        }
        System.out.println("| Metric | head B/sample | sealed B/sample |\n|---|---|---|");
        byMetric.forEach((name, sizes) -> System.out.println(sizes.row(name)));
        System.out.println(all.row("all"));
    }
}
