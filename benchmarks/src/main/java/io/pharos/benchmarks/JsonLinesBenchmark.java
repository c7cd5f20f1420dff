package io.pharos.benchmarks;

import io.pharos.collection.bulk.JsonLines;
import io.pharos.collection.bulk.LineSource;
import io.pharos.collection.bulk.RunGatherer;
import io.pharos.timeseries.labels.Labels;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

/** What does a sample of an import cost from its JSON line to a batch, at 720 samples of each of a server's series? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class JsonLinesBenchmark {
    private static final int SAMPLES = 720;

    private final byte[] body = body();

    private static byte[] body() {
        List<Labels> labels = SimulatedSeries.labels(1);
        double[][] values = SimulatedSeries.values(SAMPLES);
        StringBuilder text = new StringBuilder();
        for (int series = 0; series < SimulatedSeries.METRICS; series++) {
            text.append("{\"metric\":{");
            for (int i = 0; i < labels.get(series).size(); i++) {
                text.append(i == 0 ? "\"" : ",\"").append(labels.get(series).name(i));
                text.append("\":\"").append(labels.get(series).value(i)).append('"');
            }
            StringBuilder times = new StringBuilder();
            text.append("},\"values\":[");
            for (int i = 0; i < SAMPLES; i++) {
                double value = values[i][series];
                text.append(i == 0 ? "" : ",");
                if (value == Math.rint(value) && Math.abs(value) < 1e15) {
                    text.append((long) value);
                } else {
                    text.append(value);
                }
                times.append(i == 0 ? "" : ",").append(SimulatedSeries.START_MILLIS + i * 10_000L);
            }
            text.append("],\"timestamps\":[").append(times).append("]}\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads a body. */
    @Benchmark
    @OperationsPerInvocation(SAMPLES * SimulatedSeries.METRICS)
    public long read(Blackhole hole) throws IOException {
        RunGatherer gatherer = new RunGatherer(500_000, hole::consume);
        LineSource lines = new LineSource(new ByteArrayInputStream(body), 1 << 26);
        lines.readAll(new JsonLines(Labels.EMPTY), gatherer);
        gatherer.flush();
        return gatherer.gathered() - lines.badLines();
    }
}
