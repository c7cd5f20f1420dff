package io.pharos.benchmarks;

import io.pharos.collection.metadata.MetadataCache;
import io.pharos.collection.wire.MalformedBodyException;
import io.pharos.collection.wire.remotewrite.RemoteWriteDecoder;
import io.pharos.collection.wire.remotewrite.RemoteWriteRequest;
import io.pharos.collection.wire.remotewrite.RemoteWriteSettings;
import io.pharos.simulation.load.RemoteWriteBody;
import io.pharos.timeseries.labels.Labels;
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

/** What does a sample cost from a remote write body to a batch, at 2,000 series a body with one sample each? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RemoteWriteDecodeBenchmark {
    private static final int SERVERS = 20;
    private static final int SERIES = SERVERS * SimulatedSeries.METRICS;

    private final byte[] body = body();
    private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(
            new RemoteWriteSettings(1 << 24, 1 << 26, 100_000, 100_000, 64, 1_024, 8_192, 1_000, 1L << 26, 10_000),
            new MetadataCache(1_000));

    private static byte[] body() {
        List<Labels> labels = SimulatedSeries.labels(SERVERS);
        double[] server = SimulatedSeries.values(1)[0];
        double[] values = new double[SERIES];
        for (int i = 0; i < SERIES; i++) {
            values[i] = server[i % SimulatedSeries.METRICS];
        }
        return RemoteWriteBody.of(labels, values, SimulatedSeries.START_MILLIS);
    }

    /** Decodes a body. */
    @Benchmark
    @OperationsPerInvocation(SERIES)
    public RemoteWriteRequest decode() throws MalformedBodyException {
        return decoder.decode(body);
    }
}
