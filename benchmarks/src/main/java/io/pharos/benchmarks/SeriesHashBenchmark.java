package io.pharos.benchmarks;

import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesHash;
import io.pharos.timeseries.labels.SeriesIdentity;
import java.util.List;
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
import org.openjdk.jmh.infra.Blackhole;

/** What does it cost to know a series: hashing its raw label bytes (each sample), and its identity (the first sample)? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SeriesHashBenchmark {
    private static final int SERIES = 2_000;

    private final List<Labels> labels = SimulatedSeries.labels(SERIES / SimulatedSeries.METRICS);
    private final byte[][] bytes = labels.stream().map(Labels::canonicalBytes).toArray(byte[][]::new);
    private final SeriesHash.Words words = new SeriesHash.Words();

    /** Hashes the canonical bytes of 2,000 series. */
    @Benchmark
    @OperationsPerInvocation(SERIES)
    public long hash() {
        long sum = 0;
        for (byte[] series : bytes) {
            SeriesHash.hash(series, 0, series.length, 0, words);
            sum += words.high;
        }
        return sum;
    }

    /** Computes the identities of 2,000 label sets. */
    @Benchmark
    @OperationsPerInvocation(SERIES)
    public void identity(Blackhole blackhole) {
        for (Labels series : labels) {
            blackhole.consume(SeriesIdentity.of(series));
        }
    }
}
