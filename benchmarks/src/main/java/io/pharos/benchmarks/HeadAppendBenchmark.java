package io.pharos.benchmarks;

import io.pharos.timeseries.chunk.HeadChunk;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to append a sample to a head chunk, when the next sample belongs to another series (20,000 of them, so that
 * heads are not in the cache) and heads are replaced after 720 samples?
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class HeadAppendBenchmark {
    private static final int SERIES = 20_000;
    private static final int CHUNK_SAMPLES = 720;

    private final double[][] values = SimulatedSeries.values(CHUNK_SAMPLES);
    private final HeadChunk[] heads = new HeadChunk[SERIES];
    private int tick;

    /** Appends one sample to each series. */
    @Benchmark
    @OperationsPerInvocation(SERIES)
    public int append() {
        double[] row = values[tick % CHUNK_SAMPLES];
        long millis = SimulatedSeries.START_MILLIS + tick * SimulatedSeries.INTERVAL_MILLIS;
        boolean fresh = tick % CHUNK_SAMPLES == 0;
        for (int series = 0; series < SERIES; series++) {
            if (fresh) {
                heads[series] = new HeadChunk();
            }
            heads[series].append(millis, row[series % SimulatedSeries.METRICS]);
        }
        return tick++;
    }
}
