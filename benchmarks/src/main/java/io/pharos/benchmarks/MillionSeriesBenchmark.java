package io.pharos.benchmarks;

import io.pharos.timeseries.index.LabelIndex;
import io.pharos.timeseries.index.StringPool;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesIdentity;
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
 * What does finding series cost with a million of them in 64 shards, all shards asked one after the other by one thread? 100 metrics of 10,000
 * hosts in 20 jobs; the names of hosts begin with 26 letters.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgs = "-Xmx2g")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class MillionSeriesBenchmark {
    private static final int SHARDS = 64;
    private static final int HOSTS = 10_000;
    private static final int METRICS = 100;
    private static final int JOBS = 20;

    private final LabelIndex[] shards = shards();
    private final LabelMatcher job = LabelMatcher.equal("job", "job-7");
    private final LabelMatcher hostsOfA = regex("host", "a.*");
    private int asked;

    private static LabelIndex[] shards() {
        StringPool strings = new StringPool();
        LabelIndex[] shards = new LabelIndex[SHARDS];
        for (int i = 0; i < SHARDS; i++) {
            shards[i] = new LabelIndex(strings);
        }
        for (int host = 0; host < HOSTS; host++) {
            String name = (char) ('a' + host % 26) + "-" + host + ".example";
            for (int metric = 0; metric < METRICS; metric++) {
                Labels labels = Labels.of(
                        "__name__",
                        "metric_" + metric,
                        "host",
                        name,
                        "job",
                        "job-" + host / 26 % JOBS,
                        "zone",
                        "z" + host % 3);
                LabelIndex shard = shards[SeriesIdentity.of(labels).shard(SHARDS)];
                shard.add(shard.size(), labels);
            }
        }
        return shards;
    }

    private static LabelMatcher regex(String name, String expression) {
        return LabelMatcher.of(LabelMatcher.Type.REGEX, name, expression);
    }

    private int found(LabelMatcher... matchers) {
        int found = 0;
        for (LabelIndex shard : shards) {
            found += shard.select(List.of(matchers)).length;
        }
        return found;
    }

    /** {job="x",host=~"a.*"}: about 1,900 series, asked before, as by a page that is kept fresh. */
    @Benchmark
    public int jobAndHosts() {
        return found(job, hostsOfA);
    }

    /** The same with an expression that was never asked before. */
    @Benchmark
    public int jobAndHostsForTheFirstTime() {
        return found(job, regex("host", "a.*|none" + asked++));
    }

    /** One metric of it: 19 series. */
    @Benchmark
    public int metricJobAndHosts() {
        return found(LabelMatcher.equal("__name__", "metric_7"), job, hostsOfA);
    }

    /** {host=~"a.*"}: 38,500 series. */
    @Benchmark
    public int hosts() {
        return found(hostsOfA);
    }

    /** {job="x",host!~"a.*"}: 48,000 series. */
    @Benchmark
    public int jobWithoutHosts() {
        return found(job, LabelMatcher.of(LabelMatcher.Type.NOT_REGEX, "host", "a.*"));
    }
}
