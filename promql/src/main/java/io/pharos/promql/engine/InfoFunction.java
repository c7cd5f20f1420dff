package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.query.QueryException;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/*
 * Series that only carry information (target_info where nothing else is asked for) lend their labels to the series of the same
 * instance and job, step by step: of several of one name the one with the newest sample. Labels that a series has already stay
 * as they are. Series that are themselves such information pass unchanged. They are looked at where the argument looks.
 */
/** info(). */
final class InfoFunction {
    private static final Set<String> IDENTIFYING = Set.of("instance", "job");

    private final Evaluation evaluation;
    private final Evaluator evaluator;
    private final Expr.Call call;
    private final Steps steps;
    private final InfoSelector lending;

    InfoFunction(Evaluation evaluation, Evaluator evaluator, Expr.Call call, Steps steps) {
        this.evaluation = evaluation;
        this.evaluator = evaluator;
        this.call = call;
        this.steps = steps;
        this.lending = InfoSelector.of(call);
    }

    /** The series of one name and one identity, with the times of their samples where there are several. */
    private static final class Lenders {
        final List<SeriesBlock> series = new ArrayList<>(1);
        final Map<Labels, double[]> times = new LinkedHashMap<>();

        /** Which series counts at a step, or null. */
        @Nullable
        SeriesBlock at(int step) {
            SeriesBlock newest = null;
            boolean tie = false;
            for (SeriesBlock candidate : series) {
                if (!candidate.has(step)) {
                    continue;
                }
                if (newest == null) {
                    newest = candidate;
                    continue;
                }
                double time = time(candidate, step);
                double known = time(newest, step);
                tie = time == known || tie && time < known;
                newest = time > known ? candidate : newest;
            }
            if (newest != null && tie) {
                throw new QueryException(
                        QueryException.Kind.EXECUTION,
                        "found duplicate series for info metric "
                                + newest.labels().metricName() + ": " + newest.labels());
            }
            return newest;
        }

        private double time(SeriesBlock block, int step) {
            double[] known = times.get(block.labels());
            return known == null ? Double.NEGATIVE_INFINITY : known[step];
        }
    }

    SeriesStream evaluate() {
        Map<Labels, Map<String, Lenders>> lenders = lenders();
        boolean demanding = lending.dataMatchers().stream().anyMatch(matcher -> !matcher.matchesEmpty());
        List<SeriesBlock> out = new ArrayList<>();
        for (SeriesBlock block :
                evaluator.vector(call.arguments().get(0), steps).toList()) {
            evaluation.check();
            Labels identity = block.labels().keep(IDENTIFYING);
            Map<String, Lenders> found = lenders.get(identity);
            if (isInformation(block.labels())) {
                out.add(block);
            } else if (identity.equals(Labels.EMPTY) || found == null) {
                if (!demanding) {
                    out.add(block);
                }
            } else {
                enrich(block, found, demanding, out);
            }
        }
        return SeriesStream.of(SeriesMerge.merged(out));
    }

    private boolean isInformation(Labels labels) {
        return lending.nameMatchers().stream().allMatch(matcher -> matcher.matches(labels.metricName()));
    }

    private Map<Labels, Map<String, Lenders>> lenders() {
        Map<Labels, Map<String, Lenders>> lenders = new LinkedHashMap<>();
        boolean several = false;
        for (SeriesBlock block : lent(1, SelectedVector.Wanted.VALUE)) {
            if (block.histograms() != null) {
                throw new QueryException(
                        QueryException.Kind.EXECUTION,
                        "info sample should be float, got a histogram: " + block.labels());
            }
            Lenders group = group(lenders, block);
            group.series.add(block);
            several |= group.series.size() > 1;
        }
        if (several) {
            for (SeriesBlock block : lent(2, SelectedVector.Wanted.TIME)) {
                group(lenders, block).times.put(block.labels(), block.values());
            }
        }
        return lenders;
    }

    /** The series that lend labels; of a distributed query they came with the arguments. */
    private List<SeriesBlock> lent(int argument, SelectedVector.Wanted wanted) {
        if (call.arguments().size() > argument && call.arguments().get(argument) instanceof Expr.Remote remote) {
            return evaluator.vector(remote, steps).toList();
        }
        return evaluator.selected(lending.selector(), steps, wanted).toList();
    }

    private static Lenders group(Map<Labels, Map<String, Lenders>> lenders, SeriesBlock block) {
        return lenders.computeIfAbsent(block.labels().keep(IDENTIFYING), none -> new TreeMap<>())
                .computeIfAbsent(block.labels().metricName(), none -> new Lenders());
    }

    private void enrich(SeriesBlock block, Map<String, Lenders> lenders, boolean demanding, List<SeriesBlock> out) {
        Map<Labels, PickedSamples> byLabels = new LinkedHashMap<>();
        for (int step = 0; step < steps.count(); step++) {
            if (!block.has(step)) {
                continue;
            }
            Labels labels = labelsAt(block.labels(), lenders, step);
            if (labels == null && demanding) {
                continue;
            }
            byLabels.computeIfAbsent(labels == null ? block.labels() : labels, unique -> new PickedSamples(block))
                    .take(step);
        }
        byLabels.forEach((labels, picked) -> out.add(picked.block().withLabels(labels, block.dropName())));
    }

    /** The labels of a series at a step with what is lent to it; null where nothing lends. */
    private @Nullable Labels labelsAt(Labels own, Map<String, Lenders> lenders, int step) {
        Map<String, String> lent = new TreeMap<>();
        boolean any = false;
        Set<String> wanted = new TreeSet<>();
        lending.dataMatchers().forEach(matcher -> wanted.add(matcher.name()));
        for (Lenders group : lenders.values()) {
            SeriesBlock lender = group.at(step);
            if (lender == null) {
                continue;
            }
            any = true;
            for (int i = 0; i < lender.labels().size(); i++) {
                String name = lender.labels().name(i);
                String value = lender.labels().value(i);
                if (name.equals(Labels.METRIC_NAME)
                        || IDENTIFYING.contains(name)
                        || !own.valueOf(name).isEmpty()
                        || !wanted.isEmpty() && !wanted.contains(name)) {
                    continue;
                }
                String known = lent.putIfAbsent(name, value);
                if (known != null && !known.equals(value)) {
                    throw new QueryException(QueryException.Kind.EXECUTION, "conflicting label: " + name);
                }
            }
        }
        if (!any) {
            return null;
        }
        Labels.Builder builder = own.toBuilder();
        lent.forEach(builder::set);
        return builder.build();
    }
}
