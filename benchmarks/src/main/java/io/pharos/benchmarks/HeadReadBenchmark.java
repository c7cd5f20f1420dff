package io.pharos.benchmarks;

import io.pharos.timeseries.chunk.HeadChunk;
import io.pharos.timeseries.chunk.SampleIterator;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What does it cost to read a half full open chunk: all of it, its last five minutes, its last sample? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HeadReadBenchmark {
    private static final int SAMPLES = 360;
    private static final int TAIL = 30;

    /** A simulated metric's name, or {@code noise}: doubles that share nothing. */
    @Param({"sim_memory_total_bytes", "sim_requests_total", "sim_cpu_usage_percent", "sim_queue_depth", "noise"})
    private String series = "";

    private final long[] times = SimulatedSeries.times(SAMPLES);
    private final HeadChunk head = new HeadChunk();
    private final long[] readTimes = new long[1024];
    private final double[] readValues = new double[1024];

    /** Makes the series. */
    @Setup(Level.Trial)
    public void prepare() {
        double[] values = series.equals("noise")
                ? new Random(1).doubles(SAMPLES).toArray()
                : SimulatedSeries.column(SimulatedSeries.values(SAMPLES), SimulatedSeries.metric(series));
        for (int i = 0; i < SAMPLES; i++) {
            head.append(times[i], values[i]);
        }
    }

    /** All samples. */
    @Benchmark
    public double whole() {
        head.iterator().take(readTimes, readValues, 0, readTimes.length);
        return readValues[SAMPLES - 1];
    }

    /** The last 30. */
    @Benchmark
    public double tail() {
        SampleIterator samples = head.iterator(times[SAMPLES - TAIL], Long.MAX_VALUE);
        return readValues[samples.take(readTimes, readValues, 0, readTimes.length) - 1];
    }

    /** The last one, as a selector at one time wants it. */
    @Benchmark
    public double newest() {
        SampleIterator samples = head.iterator(times[SAMPLES - TAIL], Long.MAX_VALUE);
        samples.takeNewest(Long.MAX_VALUE, readTimes, readValues);
        return readValues[0];
    }
}
