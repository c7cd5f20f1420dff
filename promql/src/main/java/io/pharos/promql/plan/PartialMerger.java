package io.pharos.promql.plan;

import io.pharos.promql.ast.AggregateOperator;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.engine.Accumulator;
import io.pharos.promql.engine.AggregateNotes;
import io.pharos.promql.engine.Annotations;
import io.pharos.promql.engine.Engine;
import io.pharos.promql.engine.EngineSettings;
import io.pharos.promql.engine.GroupedAggregate;
import io.pharos.promql.engine.Grouping;
import io.pharos.promql.engine.HistogramGroup;
import io.pharos.promql.engine.MemoryBudget;
import io.pharos.promql.engine.RemoteSeries;
import io.pharos.promql.engine.SeriesBlock;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.QueryStatistics;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges what several workers answer to one part of a plan, page by page as they come: aggregates take the memory of their groups,
 * however many pages there are. Used by one thread at a time.
 */
public final class PartialMerger {
    private final SubPlan plan;
    private final long samplesMax;
    private final MemoryBudget.@Nullable Share memory;
    private final List<SeriesBlock> blocks = new ArrayList<>();
    private final List<RemoteSeries.SampleSeries> samples = new ArrayList<>();
    private final @Nullable GroupedAggregate groups;
    private final @Nullable AggregateOperator operator;
    private final boolean countsValues;
    private final Set<String> warnings = new LinkedHashSet<>();
    private final Set<String> infos = new LinkedHashSet<>();
    private QueryStatistics statistics = QueryStatistics.NONE;
    private final Annotations noticed;
    private final List<Answer> answers = new ArrayList<>();
    private long held;
    private long untold;

    /**
     * Merges nothing yet; what it holds is bounded by the samples one evaluation may hold.
     *
     * @param memory what it holds is drawn from here, where there is one
     */
    public PartialMerger(SubPlan plan, EngineSettings settings, MemoryBudget.@Nullable Share memory) {
        this.plan = plan;
        this.memory = memory;
        this.noticed = new Annotations(plan.expression());
        this.samplesMax = settings.samplesMax();
        boolean hasGroups = plan.kind() == SubPlan.Kind.AGGREGATE || plan.kind() == SubPlan.Kind.PRESENCE;
        if (!hasGroups) {
            this.countsValues = false;
            this.operator = null;
            this.groups = null;
            return;
        }
        Expr expr = Engine.parse(plan.expression()).unwrapped();
        AggregateOperator asked = operator(expr);
        this.countsValues = asked == AggregateOperator.COUNT_VALUES;
        this.operator = countsValues ? AggregateOperator.COUNT : asked;
        this.groups = new GroupedAggregate(
                operator, Grouping.of(false, List.of()), plan.steps().count(), notes(expr, operator));
    }

    /** What merging notices; the part has its place in the query's text, so positions are those of the query. */
    private AggregateNotes notes(Expr expr, AggregateOperator merged) {
        return expr instanceof Expr.Aggregation aggregation
                ? AggregateNotes.of(noticed, aggregation)
                : new AggregateNotes(noticed, merged, expr.span());
    }

    private AggregateOperator operator(Expr expr) {
        if (plan.kind() == SubPlan.Kind.PRESENCE) {
            return AggregateOperator.GROUP;
        }
        if (expr instanceof Expr.Aggregation aggregation) {
            return aggregation.operator();
        }
        throw new QueryException(QueryException.Kind.INTERNAL, "no aggregation: " + plan.expression());
    }

    /**
     * One whole answer.
     *
     * @param node the address of the node it came from
     * @param shards how many shards it is about
     */
    public record Answer(String node, int shards, QueryStatistics statistics) {}

    /**
     * The way in for the pages of one answer, which must come in their order; those of several answers may alternate.
     *
     * @param node the address of the node it comes from
     * @param shards how many shards it is about
     */
    public Source source(String node, int shards) {
        return new Source(node, shards);
    }

    /** The pages of one answer. */
    public final class Source {
        private PartialResult.@Nullable Series open;
        private int filled;
        private int place = -1;
        private final String node;
        private final int shards;

        private Source(String node, int shards) {
            this.node = node;
            this.shards = shards;
        }

        /**
         * Takes the next page.
         *
         * @throws QueryException when it does not fit the part, or all that came is more than may be held
         */
        public void add(PartialPage page) {
            if (page.id() != plan.id() || page.kind() != plan.kind()) {
                throw fault("a page of part " + page.id() + " (" + page.kind() + ") came for part " + plan.id() + " ("
                        + plan.kind() + ")");
            }
            for (PartialPage.Slice slice : page.slices()) {
                add(slice);
            }
            warnings.addAll(page.warnings());
            infos.addAll(page.infos());
            statistics = statistics.plus(page.statistics());
            if (place < 0) {
                place = answers.size();
                answers.add(new Answer(node, shards, page.statistics()));
            } else {
                answers.set(
                        place,
                        new Answer(node, shards, answers.get(place).statistics().plus(page.statistics())));
            }
        }

        private void add(PartialPage.Slice slice) {
            PartialResult.Series piece = slice.series();
            if (open == null && slice.from() == 0 && slice.total() == piece.length()) {
                accept(piece, false);
                return;
            }
            PartialResult.Series whole = open;
            if (whole == null) {
                hold(slice.total());
                holdBytes(piece.numberBytes(slice.total()));
                whole = empty(piece, slice.total());
                filled = 0;
            }
            if (slice.from() != filled
                    || slice.total() != whole.length()
                    || slice.total() - slice.from() < piece.length()
                    || !piece.labels().equals(whole.labels())) {
                throw fault("a piece of a series does not follow the one before it");
            }
            holdBytes(piece.histogramBytes());
            copy(piece.values(), whole.values(), filled);
            copy(piece.compensations(), whole.compensations(), filled);
            copy(piece.counts(), whole.counts(), filled);
            copy(piece.times(), whole.times(), filled);
            copy(piece.histograms(), whole.histograms(), filled);
            filled += piece.length();
            if (filled < slice.total()) {
                open = whole;
                return;
            }
            open = null;
            held -= slice.total();
            accept(whole, true);
        }

        private PartialResult.Series empty(PartialResult.Series like, int length) {
            return new PartialResult.Series(
                    like.labels(),
                    like.dropName(),
                    new double[like.values().length == 0 ? 0 : length],
                    new double[like.compensations().length == 0 ? 0 : length],
                    new long[like.counts().length == 0 ? 0 : length],
                    new long[like.times().length == 0 ? 0 : length],
                    new HistogramCell[like.histograms().length == 0 ? 0 : length]);
        }

        private void copy(Object from, Object to, int at) {
            int length = java.lang.reflect.Array.getLength(from);
            if (length > 0) {
                System.arraycopy(from, 0, to, at, length);
            }
        }
    }

    /** @param counted whether its bytes are held already */
    private void accept(PartialResult.Series one, boolean counted) {
        if (groups != null && operator != null) {
            checkSteps(one.counts().length);
            if (countsValues && one.values().length > 0) {
                throw new QueryException(
                        QueryException.Kind.UNAVAILABLE,
                        "a node of an older version of Pharos does not count values: update it");
            }
            int before = groups.groups().size();
            groups.merge(
                    one.labels(),
                    one.dropName(),
                    Accumulator.of(operator, one.values(), one.compensations(), one.counts()));
            HistogramGroup histograms = HistogramCell.group(operator, one.histograms());
            if (histograms != null) {
                groups.merge(one.labels(), one.dropName(), histograms);
            }
            if (groups.groups().size() > before) {
                hold(one.length());
                holdBytes(counted ? 0 : one.numberBytes(one.length()) + one.histogramBytes());
            }
        } else if (plan.kind() == SubPlan.Kind.SAMPLES) {
            hold(one.length());
            holdBytes(counted ? 0 : one.numberBytes(one.length()) + one.histogramBytes());
            samples.add(new RemoteSeries.SampleSeries(
                    one.labels(),
                    one.dropName(),
                    one.times(),
                    one.values(),
                    HistogramCell.histograms(one.histograms())));
        } else {
            checkSteps(one.values().length);
            hold(one.length());
            holdBytes(counted ? 0 : one.numberBytes(one.length()) + one.histogramBytes());
            blocks.add(new SeriesBlock(
                    one.labels(), one.dropName(), one.values(), HistogramCell.histograms(one.histograms())));
        }
    }

    private void holdBytes(long bytes) {
        untold += bytes;
        if (memory != null && untold >= MemoryBudget.TOLD_BYTES) {
            memory.hold(untold);
            untold = 0;
        }
    }

    private void hold(long numbers) {
        held += numbers;
        if (held > samplesMax) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "the shards answered with more samples than one evaluation may hold: " + samplesMax
                            + " (pharos.promql.samples-max)");
        }
    }

    private void checkSteps(int length) {
        if (length != plan.steps().count()) {
            throw fault("a result of part " + plan.id() + " has " + length + " steps instead of "
                    + plan.steps().count());
        }
    }

    private static QueryException fault(String what) {
        return new QueryException(QueryException.Kind.INTERNAL, what);
    }

    /** Warnings of all pages and of merging them, each once; after {@link #result}. */
    public List<String> warnings() {
        warnings.addAll(noticed.warnings());
        return List.copyOf(warnings);
    }

    /** Infos of all pages and of merging them, each once; after {@link #result}. */
    public List<String> infos() {
        infos.addAll(noticed.infos());
        return List.copyOf(infos);
    }

    /** The answers that came; one may be for several shards, and a node may have given several. */
    public List<Answer> answers() {
        return List.copyOf(answers);
    }

    /** What all workers spent. */
    public QueryStatistics statistics() {
        return statistics;
    }

    /**
     * The value of the part over all shards; called once, after the last page.
     *
     * @throws QueryException when series of different shards became the same
     */
    public RemoteSeries result() {
        if (groups != null) {
            return RemoteSeries.ofBlocks(groups.result());
        }
        return plan.kind() == SubPlan.Kind.SAMPLES ? RemoteSeries.ofSamples(samples) : RemoteSeries.ofBlocks(blocks);
    }
}
