package io.pharos.benchmarks;

import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.chunk.SealedChunk;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What does a sample cost to seal and to decode, by the kind of its series? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SealedChunkBenchmark {
    private static final int SAMPLES = 720;

    /** A simulated metric's name, or {@code noise}: doubles that share nothing. */
    @Param({
        "sim_memory_total_bytes",
        "sim_requests_total",
        "sim_cpu_seconds_total",
        "sim_cpu_usage_percent",
        "sim_queue_depth",
        "sim_memory_used_bytes",
        "noise"
    })
    private String series = "";

    private final long[] times = SimulatedSeries.times(SAMPLES);
    private double[] values = new double[0];
    private byte[] stored = new byte[0];
    private final long[] decodedTimes = new long[SAMPLES];
    private final double[] decodedValues = new double[SAMPLES];

    /** Makes the series. */
    @Setup(Level.Trial)
    public void prepare() {
        values = series.equals("noise")
                ? new Random(1).doubles(SAMPLES).toArray()
                : SimulatedSeries.column(SimulatedSeries.values(SAMPLES), SimulatedSeries.metric(series));
        stored = SealedChunk.encode(times, values, 0, SAMPLES);
    }

    /** Encodes by the best codec. */
    @Benchmark
    @OperationsPerInvocation(SAMPLES)
    public byte[] encode() {
        return SealedChunk.encode(times, values, 0, SAMPLES);
    }

    /** Parses and decodes into arrays. */
    @Benchmark
    @OperationsPerInvocation(SAMPLES)
    public double decode() {
        SealedChunk.parse(stored).decode(decodedTimes, decodedValues);
        return decodedValues[SAMPLES - 1];
    }

    /** Parses and walks by an iterator, as queries do. */
    @Benchmark
    @OperationsPerInvocation(SAMPLES)
    public double walk() {
        double sum = 0;
        SampleIterator samples = SealedChunk.parse(stored).iterator();
        while (samples.next()) {
            sum += samples.value();
        }
        return sum;
    }
}
