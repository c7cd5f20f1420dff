package io.pharos.sharding;

import com.sun.management.OperatingSystemMXBean;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.LabelEncoding;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.store.memory.InMemoryStores;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * Measures the write path over stores in memory: process CPU a sample and live heap a series. Arguments: series, samples a request,
 * rounds, requests in flight. Run with the test class path and the collector to be measured.
 */
final class WritePathProfile {
    private WritePathProfile() {}

    /** Runs the measurement. */
    public static void main(String[] arguments) throws Exception {
        int seriesCount = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        int perRequest = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2000;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 100;
        int inFlight = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 4;
        OperatingSystemMXBean os = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Clock clock = new Clock();
        try (TestNode node = new TestNode(new InMemoryStores().stores(), settings -> settings, clock).awaitReady()) {
            byte[][] labels = new byte[seriesCount][];
            for (int i = 0; i < seriesCount; i++) {
                labels[i] = Labels.of(
                                "__name__",
                                "node_metric_number_" + i % 100,
                                "job",
                                "node",
                                "instance",
                                "host-" + i / 100 + ".example.com:9100",
                                "region",
                                "eu-west-1",
                                "zone",
                                "eu-west-1" + (char) ('a' + i % 3),
                                "pool",
                                "pool-" + i / 10_000,
                                "env",
                                "production",
                                "device",
                                "eth" + i % 4)
                        .canonicalBytes();
            }
            int requests = seriesCount / perRequest;
            SampleBatch[] shapes = new SampleBatch[requests];
            for (int r = 0; r < requests; r++) {
                shapes[r] = shape(labels, r * perRequest, perRequest);
            }
            double[] values = new double[seriesCount];
            Random random = new Random(7);
            long heapEmpty = heap();
            long cpu = 0;
            long wall = 0;
            long samples = 0;
            long worst = 0;
            ArrayDeque<CompletableFuture<AppendResult>> open = new ArrayDeque<>();
            for (int round = 0; round < rounds; round++) {
                if (round == rounds / 5) {
                    cpu = os.getProcessCpuTime();
                    wall = System.nanoTime();
                    samples = 0;
                }
                clock.step();
                for (int r = 0; r < requests; r++) {
                    long[] times = new long[perRequest];
                    double[] sent = new double[perRequest];
                    Arrays.fill(times, clock.millis);
                    for (int i = 0; i < perRequest; i++) {
                        int series = r * perRequest + i;
                        values[series] += series % 2 == 0 ? random.nextInt(100) : random.nextInt(3) - 1;
                        sent[i] = series % 4 == 3 ? values[series] / 100 : values[series];
                    }
                    SampleBatch s = shapes[r];
                    long started = System.nanoTime();
                    open.add(node.runtime
                            .sink()
                            .append(
                                    new SampleBatch(
                                            s.encoding(),
                                            perRequest,
                                            s.labelBytes(),
                                            s.labelFrom(),
                                            s.labelTo(),
                                            s.sampleFrom(),
                                            times,
                                            sent),
                                    Instant.ofEpochMilli(clock.millis).plusSeconds(30))
                            .toCompletableFuture());
                    while (open.size() >= inFlight) {
                        AppendResult result = open.remove().get();
                        if (!(result instanceof AppendResult.Decided decided) || decided.refused() > 0) {
                            throw new IllegalStateException(result.toString());
                        }
                    }
                    worst = Math.max(worst, System.nanoTime() - started);
                    samples += perRequest;
                }
            }
            while (!open.isEmpty()) {
                open.remove().get();
            }
            cpu = os.getProcessCpuTime() - cpu;
            wall = System.nanoTime() - wall;
            System.out.printf(
                    "%d samples: %.3f us CPU a sample, %.0f samples/s, worst step %d ms%n",
                    samples, cpu / 1e3 / samples, samples * 1e9 / wall, worst / 1_000_000);
            ShardingStatus status = node.runtime.status();
            System.out.printf(
                    "log bytes a sample %.2f, segments %d, hot bytes %d%n",
                    (double) status.logBytes() / status.samplesReceived(), status.logSegments(), status.hotBytes());
            System.out.printf("live heap %d bytes a series, store included%n", (heap() - heapEmpty) / seriesCount);
            if (arguments.length > 4) {
                System.out.println("pid " + ProcessHandle.current().pid());
                Thread.currentThread().join();
            }
        }
    }

    private static final class Clock implements InstantSource {
        private volatile long millis = System.currentTimeMillis();

        private synchronized void step() {
            long next = millis + 10_000;
            millis = next;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static SampleBatch shape(byte[][] labels, int first, int count) {
        int bytes = 0;
        for (int i = 0; i < count; i++) {
            bytes += labels[first + i].length;
        }
        byte[] all = new byte[bytes];
        int[] from = new int[count];
        int[] to = new int[count];
        int[] sampleFrom = new int[count + 1];
        int at = 0;
        for (int i = 0; i < count; i++) {
            byte[] one = labels[first + i];
            System.arraycopy(one, 0, all, at, one.length);
            from[i] = at;
            at += one.length;
            to[i] = at;
            sampleFrom[i + 1] = i + 1;
        }
        return new SampleBatch(
                LabelEncoding.CANONICAL, count, all, from, to, sampleFrom, new long[count], new double[count]);
    }
}
