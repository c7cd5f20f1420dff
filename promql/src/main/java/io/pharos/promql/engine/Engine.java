package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.ValueType;
import io.pharos.promql.parser.ParseException;
import io.pharos.promql.parser.Parser;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryOptions;
import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.QueryStatistics;
import io.pharos.promql.query.QueryValue;
import io.pharos.promql.query.SeriesSource;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates queries on the calling thread, which may block while the source reads. Immutable and usable by any number of
 * threads at once. Everything fails with {@link QueryException}.
 */
public final class Engine {
    private final EngineSettings settings;
    private final MemoryBudget budget;

    /** An engine with these limits, and the memory of this process to itself. */
    public Engine(EngineSettings settings) {
        this(settings, MemoryBudget.ofHeap(settings.memoryHeapShare()));
    }

    /** An engine with these limits that shares memory with others. */
    public Engine(EngineSettings settings, MemoryBudget budget) {
        this.settings = settings;
        this.budget = budget;
    }

    /** What its evaluations draw from. */
    public MemoryBudget budget() {
        return budget;
    }

    public EngineSettings settings() {
        return settings;
    }

    /** Evaluates at one time. */
    public QueryResult instant(String query, long timeMillis, QueryOptions options, SeriesSource source) {
        return evaluate(query, parse(query), QueryTimes.instant(timeMillis), options, source, Map.of());
    }

    /** Evaluates a parsed expression at one time; annotations have positions in its canonical text. */
    public QueryResult instant(Expr expr, long timeMillis, QueryOptions options, SeriesSource source) {
        return instant(expr.toString(), timeMillis, options, source);
    }

    /** Evaluates at each step from start to end, both inclusive. */
    public QueryResult range(
            String query,
            long startMillis,
            long endMillis,
            long stepMillis,
            QueryOptions options,
            SeriesSource source) {
        QueryTimes times = rangeTimes(startMillis, endMillis, stepMillis);
        return evaluate(query, parse(query), times, options, source, Map.of());
    }

    /** Evaluates a parsed expression at each step; annotations have positions in its canonical text. */
    public QueryResult range(
            Expr expr, long startMillis, long endMillis, long stepMillis, QueryOptions options, SeriesSource source) {
        return range(expr.toString(), startMillis, endMillis, stepMillis, options, source);
    }

    /** Parses a query; an error is of kind {@code BAD_DATA} with line and column. */
    public static Expr parse(String query) {
        try {
            return Parser.parse(query);
        } catch (ParseException wrong) {
            throw new QueryException(QueryException.Kind.BAD_DATA, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /** Refuses what is switched off; an error is of kind {@code BAD_DATA} with line and column. */
    public static void checkFeatures(String query, Expr expr, Features features) {
        FeatureCheck.check(query, expr, features);
    }

    /** Checks the times of a range query against the limits. */
    public QueryTimes rangeTimes(long startMillis, long endMillis, long stepMillis) {
        if (stepMillis <= 0) {
            throw new QueryException(
                    QueryException.Kind.BAD_DATA,
                    "zero or negative query resolution step widths are not accepted. Try a positive integer");
        }
        if (endMillis < startMillis) {
            throw new QueryException(QueryException.Kind.BAD_DATA, "end timestamp must not be before start time");
        }
        if ((endMillis - startMillis) / stepMillis > settings.stepsMax()) {
            throw QueryException.tooManySteps(settings.stepsMax());
        }
        return new QueryTimes(startMillis, endMillis, stepMillis);
    }

    private QueryResult evaluate(
            String query,
            Expr expr,
            QueryTimes times,
            QueryOptions options,
            SeriesSource source,
            Map<Integer, RemoteSeries> remotes) {
        checkFeatures(query, expr, settings.features());
        Evaluation evaluation = new Evaluation(settings, budget.open(), options, source, new Annotations(query), times);
        return guarded(() -> value(evaluation, expr, remotes, null), evaluation, options, QueryStatistics.NONE);
    }

    /** Evaluates what is left of a distributed plan above the merged results of its parts, and notes what its nodes cost. */
    public QueryResult evaluateRoot(
            Expr root,
            QueryTimes times,
            Map<Integer, RemoteSeries> remotes,
            Annotations annotations,
            QueryStatistics remoteStatistics,
            NodeCosts costs,
            QueryOptions options) {
        Evaluation evaluation = new Evaluation(settings, budget.open(), options, NOTHING, annotations, times);
        return guarded(() -> value(evaluation, root, remotes, costs), evaluation, options, remoteStatistics);
    }

    private static final SeriesSource NOTHING = (matchers, fromMillis, toMillis) -> {
        throw new QueryException(QueryException.Kind.INTERNAL, "a root selects no series itself: " + matchers);
    };

    /** What runs under the guard. */
    interface Body {
        QueryValue value();
    }

    private static QueryResult guarded(
            Body body, Evaluation evaluation, QueryOptions options, QueryStatistics remoteStatistics) {
        QueryValue value;
        try {
            value = body.value();
        } catch (IllegalArgumentException refused) {
            throw new QueryException(QueryException.Kind.EXECUTION, String.valueOf(refused.getMessage()), refused);
        } catch (StackOverflowError tooDeep) {
            throw new QueryException(QueryException.Kind.EXECUTION, "expression nests too deep to evaluate", tooDeep);
        } finally {
            evaluation.close();
        }
        Annotations annotations = evaluation.annotations();
        value = limited(value, options.limit(), annotations);
        QueryStatistics statistics = evaluation.statistics().plus(remoteStatistics);
        return new QueryResult(value, annotations.warnings(), annotations.infos(), statistics);
    }

    private static QueryValue limited(QueryValue value, int limit, Annotations annotations) {
        if (limit <= 0) {
            return value;
        }
        if (value instanceof QueryValue.Vector vector && vector.samples().size() > limit) {
            annotations.warning("results truncated due to limit");
            return new QueryValue.Vector(List.copyOf(vector.samples().subList(0, limit)));
        }
        if (value instanceof QueryValue.Matrix matrix && matrix.series().size() > limit) {
            annotations.warning("results truncated due to limit");
            return new QueryValue.Matrix(List.copyOf(matrix.series().subList(0, limit)));
        }
        return value;
    }

    private QueryValue value(
            Evaluation evaluation, Expr expr, Map<Integer, RemoteSeries> remotes, @Nullable NodeCosts costs) {
        QueryTimes times = evaluation.times();
        evaluation.prepare(expr, false);
        Evaluator evaluator = new Evaluator(evaluation, remotes, costs);
        if (times.isRange() && expr.type() != ValueType.SCALAR && expr.type() != ValueType.VECTOR) {
            throw new QueryException(
                    QueryException.Kind.BAD_DATA,
                    "invalid expression type \"" + expr.type().text()
                            + "\" for range query, must be Scalar or instant Vector");
        }
        if (expr.type() == ValueType.MATRIX) {
            return samplesOf(evaluation, evaluator.range(expr, times.steps()));
        }
        Operand operand = evaluator.evaluate(expr, times.steps());
        if (operand instanceof Operand.Text text) {
            return new QueryValue.Text(times.startMillis(), text.value());
        }
        if (operand instanceof Operand.Scalars scalars) {
            return times.isRange()
                    ? new QueryValue.Matrix(
                            List.of(series(new SeriesBlock(Labels.EMPTY, false, scalars.values()), times.steps())))
                    : new QueryValue.Scalar(times.startMillis(), scalars.values()[0]);
        }
        List<SeriesBlock> blocks = finished(evaluation, ((Operand.Vectors) operand).stream());
        return times.isRange() ? matrix(blocks, times.steps()) : vector(blocks, times.startMillis());
    }

    /** The final series: names dropped that were to be dropped, label sets unique, empty series left out. */
    private List<SeriesBlock> finished(Evaluation evaluation, SeriesStream stream) {
        List<SeriesBlock> blocks = stream.map(block -> block.isEmpty() ? null : evaluation.hold(block))
                .toList();
        if (settings.delayedNameRemoval()) {
            blocks.replaceAll(
                    block -> block.dropName() ? block.withLabels(Names.without(block.labels()), false) : block);
        }
        return SeriesMerge.merged(blocks);
    }

    private static QueryValue vector(List<SeriesBlock> blocks, long timeMillis) {
        List<QueryValue.VectorSample> samples = new ArrayList<>(blocks.size());
        for (SeriesBlock block : blocks) {
            Histogram histogram = block.histogram(0);
            double value = histogram == null ? block.values()[0] : Double.NaN;
            samples.add(new QueryValue.VectorSample(block.labels(), timeMillis, value, histogram));
        }
        return new QueryValue.Vector(samples);
    }

    private static QueryValue matrix(List<SeriesBlock> blocks, Steps steps) {
        List<QueryValue.MatrixSeries> series = new ArrayList<>(blocks.size());
        for (SeriesBlock block : blocks) {
            series.add(series(block, steps));
        }
        series.sort((a, b) -> a.labels().compareTo(b.labels()));
        return new QueryValue.Matrix(series);
    }

    private static QueryValue.MatrixSeries series(SeriesBlock block, Steps steps) {
        double[] values = block.values();
        int count = 0;
        for (int i = 0; i < values.length; i++) {
            count += block.has(i) ? 1 : 0;
        }
        long[] times = new long[count];
        boolean all = count == values.length && block.histograms() == null;
        double[] present = all ? values : new double[count];
        @Nullable Histogram[] histograms = new Histogram[block.histograms() == null ? 0 : count];
        int at = 0;
        for (int i = 0; i < values.length; i++) {
            if (block.has(i)) {
                Histogram histogram = block.histogram(i);
                times[at] = steps.time(i);
                if (histogram != null) {
                    histograms[at] = histogram;
                }
                present[at++] = histogram == null ? values[i] : Double.NaN;
            }
        }
        return new QueryValue.MatrixSeries(
                block.labels(), times, present, block.histograms() == null ? null : histograms);
    }

    private static QueryValue samplesOf(Evaluation evaluation, Evaluator.Range range) {
        List<QueryValue.MatrixSeries> series = new ArrayList<>();
        long after = range.at().first() - range.rangeMillis();
        long last = range.at().last();
        try (RangeStream stream = range.stream()) {
            while (stream.next()) {
                evaluation.hold(stream);
                int from = 0;
                int to = stream.count();
                while (from < to && stream.times()[from] <= after) {
                    from++;
                }
                while (to > from && stream.times()[to - 1] > last) {
                    to--;
                }
                @Nullable Histogram[] histograms = stream.histograms();
                Labels labels = stream.dropName() ? Names.without(stream.labels()) : stream.labels();
                if (to > from) {
                    series.add(new QueryValue.MatrixSeries(
                            labels,
                            Arrays.copyOfRange(stream.times(), from, to),
                            Arrays.copyOfRange(stream.values(), from, to),
                            histograms == null ? null : Arrays.copyOfRange(histograms, from, to)));
                }
            }
        }
        series.sort((a, b) -> a.labels().compareTo(b.labels()));
        return new QueryValue.Matrix(series);
    }
}
