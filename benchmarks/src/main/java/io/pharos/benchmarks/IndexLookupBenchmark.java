package io.pharos.benchmarks;

import io.pharos.timeseries.index.LabelIndex;
import io.pharos.timeseries.index.StringPool;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does one shard's part of a selection cost, with 15,600 series in the shard, which is a 64th of a million? Every query
 * asks every shard, so an exact one should stay under 10 us.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class IndexLookupBenchmark {
    private static final int SERVERS = 156;

    private final LabelIndex index = index();
    private final List<LabelMatcher> oneSeries = List.of(
            LabelMatcher.equal("__name__", "sim_cpu_usage_percent"), LabelMatcher.equal("instance", "web-007:9100"));
    private final List<LabelMatcher> onePool =
            List.of(LabelMatcher.equal("__name__", "sim_cpu_usage_percent"), LabelMatcher.equal("pool", "web"));
    private final List<LabelMatcher> byExpression = List.of(
            LabelMatcher.equal("__name__", "sim_requests_total"),
            LabelMatcher.of(LabelMatcher.Type.REGEX, "code", "4..|5.."),
            LabelMatcher.of(LabelMatcher.Type.REGEX, "instance", "web-0.*"));
    private final List<LabelMatcher> nothing = List.of(LabelMatcher.equal("__name__", "absent_metric"));

    private static LabelIndex index() {
        LabelIndex index = new LabelIndex(new StringPool());
        int ref = 0;
        for (Labels labels : SimulatedSeries.labels(SERVERS)) {
            index.add(ref++, labels);
        }
        return index;
    }

    /** Name and instance: one series. */
    @Benchmark
    public int[] oneSeries() {
        return index.select(oneSeries);
    }

    /** Name and pool: a series a server. */
    @Benchmark
    public int[] onePool() {
        return index.select(onePool);
    }

    /** Two regular expressions. */
    @Benchmark
    public int[] byExpression() {
        return index.select(byExpression);
    }

    /** A name this shard does not have. */
    @Benchmark
    public int[] nothing() {
        return index.select(nothing);
    }
}
