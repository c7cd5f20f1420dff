package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryStatistics;
import io.pharos.promql.query.SeriesSource;
import io.pharos.promql.query.Tiers;
import io.pharos.timeseries.histogram.Histogram;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one evaluation shares among its operators: the times of the query, its limits, what it cost so far. One thread. */
final class Evaluation implements AutoCloseable {
    private static final int LOOK_EVERY = 8192;
    private static final int SERIES_BYTES = 64;
    private static final int HISTOGRAM_BYTES = 160;

    private final EngineSettings settings;
    private final MemoryBudget.Share memory;
    private final QueryOptions options;
    private final SeriesSource source;
    private final Tiers tiers;
    /** Of which this is a part that counts what it costs there; null of a whole one. */
    private final @Nullable Evaluation whole;

    private final Annotations annotations;
    private final QueryTimes times;
    private Set<Expr.VectorSelector> resetSelectors = Set.of();
    private final long startNanos = System.nanoTime();
    private final long timeoutNanos;
    private long samples;
    private long series;
    private long lookAt = LOOK_EVERY;
    private long held;
    private long untold;

    Evaluation(
            EngineSettings settings,
            MemoryBudget.Share memory,
            QueryOptions options,
            SeriesSource source,
            Annotations annotations,
            QueryTimes times) {
        this.settings = settings;
        this.memory = memory;
        this.options = options;
        this.source = source;
        this.tiers = options.tiers();
        this.whole = null;
        this.annotations = annotations;
        this.times = times;
        this.timeoutNanos =
                Math.min(options.timeout().toNanos(), settings.timeoutMax().toNanos());
    }

    private Evaluation(Evaluation whole, Tiers.Group group) {
        this.settings = whole.settings;
        this.memory = whole.memory;
        this.options = whole.options;
        this.source = whole.source.only(group);
        this.tiers = group.tiers();
        this.whole = whole;
        this.annotations = whole.annotations;
        this.times = whole.times;
        this.resetSelectors = whole.resetSelectors;
        this.timeoutNanos = whole.timeoutNanos;
    }

    /**
     * The evaluations of groups of series that differ in which tiers they have of what is read strictly after a time; together they
     * have every series once. They count what they cost here, and are not to be closed.
     */
    List<Evaluation> groups(long afterMillis) {
        if (tiers.isRaw(afterMillis)) {
            return List.of(this);
        }
        List<Tiers.Group> groups = tiers.groups(afterMillis);
        return groups.size() == 1
                ? List.of(this)
                : groups.stream().map(group -> new Evaluation(this, group)).toList();
    }

    EngineSettings settings() {
        return settings;
    }

    SeriesSource source() {
        return source;
    }

    Annotations annotations() {
        return annotations;
    }

    long lookbackMillis() {
        return options.lookback().toMillis();
    }

    /** From when on there are raw samples, and from when on points of roll-ups. */
    Tiers tiers() {
        return tiers;
    }

    QueryTimes times() {
        return times;
    }

    /** What it cost so far. */
    QueryStatistics statistics() {
        return new QueryStatistics(samples, series, source.chunks(), System.nanoTime() - startNanos);
    }

    /** Looks at the whole expression before it is evaluated; hints about resets may be wanted of all of it. */
    void prepare(Expr expr, boolean resetsWanted) {
        resetSelectors = ResetHints.selectors(expr, resetsWanted);
    }

    /** Whether histograms of a selector get a hint whether they were reset. */
    boolean findsResets(Expr.VectorSelector selector) {
        return resetSelectors.contains(selector);
    }

    /** As how many samples a histogram counts. */
    static int weight(Histogram histogram) {
        return 4 + histogram.positive().size() + histogram.negative().size();
    }

    /** Counts samples read or held; now and then looks whether the query should go on. */
    void addSamples(long count) {
        if (whole != null) {
            whole.addSamples(count);
            return;
        }
        samples += count;
        if (samples > settings.samplesMax()) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "query processing would load too many samples into memory in query execution: more than "
                            + settings.samplesMax() + " (pharos.promql.samples-max)");
        }
        if (samples >= lookAt) {
            lookAt = samples + LOOK_EVERY;
            check();
        }
    }

    /** Counts a series that is kept together with others. */
    SeriesBlock hold(SeriesBlock block) {
        int steps = block.values().length;
        hold(SERIES_BYTES + 8L * steps + bytes(block.histograms(), steps));
        check();
        return block;
    }

    /** Counts the samples of a series that are copied. */
    void hold(RangeStream stream) {
        hold(SERIES_BYTES + 16L * stream.count() + bytes(stream.histograms(), stream.count()));
        check();
    }

    private static long bytes(@Nullable Histogram @Nullable [] histograms, int count) {
        long bytes = 0;
        for (int i = 0; histograms != null && i < count; i++) {
            Histogram histogram = histograms[i];
            bytes += 4 + (histogram == null ? 0 : HISTOGRAM_BYTES + 12L * weight(histogram));
        }
        return bytes;
    }

    /** Counts memory that is kept; an evaluation does not count what becomes free before its end. */
    void hold(long bytes) {
        if (whole != null) {
            whole.hold(bytes);
            return;
        }
        held += bytes;
        if (held > settings.memoryMax()) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "query would hold too many series in memory in query execution: more than "
                            + settings.memoryMax() / 1024 + " KiB (pharos.promql.memory-max)");
        }
        untold += bytes;
        if (untold >= MemoryBudget.TOLD_BYTES) {
            memory.hold(untold);
            untold = 0;
        }
    }

    /** Gives back the memory it counted. */
    @Override
    public void close() {
        memory.close();
    }

    /** Counts a selected series and looks whether the query should go on. */
    void addSeries() {
        if (whole != null) {
            whole.addSeries();
            return;
        }
        if (++series > settings.seriesMax()) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "query selects too many series: more than " + settings.seriesMax() + " (pharos.promql.series-max)");
        }
        check();
    }

    /** Fails when the asker left or the time is over. */
    void check() {
        if (whole != null) {
            whole.check();
            return;
        }
        if (options.cancellation().isCancelled()) {
            throw new QueryException(QueryException.Kind.CANCELED, "query was canceled in query execution");
        }
        if (System.nanoTime() - startNanos > timeoutNanos) {
            throw QueryException.timedOut("in query execution", Duration.ofNanos(timeoutNanos));
        }
    }
}
