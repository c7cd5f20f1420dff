package io.pharos.promql.engine;

import io.pharos.promql.ast.BinaryOperator;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.VectorMatching;
import io.pharos.promql.ast.VectorMatching.Cardinality;
import io.pharos.promql.function.Absent;
import io.pharos.promql.query.QueryException;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * Both sides are gathered by signature. Inside a match group, one step at a time: the one side may have a single sample, which
 * is found first (which series has it may change from step to step), then each sample of the many side meets it. For one-to-one
 * the left side is the many side that may have a single sample too.
 */
/** Arithmetic and comparison between two vectors. */
final class VectorBinary {
    private final Expr.Binary binary;
    private final VectorMatching matching;
    private final boolean swapped;
    private final boolean delayedNames;
    private final HistogramBinary histograms;
    private final int steps;
    private final Map<Labels, SeriesBlock> results = new LinkedHashMap<>();

    private VectorBinary(Evaluation evaluation, Expr.Binary binary, int steps) {
        this.binary = binary;
        this.matching = binary.matching();
        this.swapped = matching.cardinality() == Cardinality.ONE_TO_MANY;
        this.delayedNames = evaluation.settings().delayedNameRemoval();
        this.histograms = new HistogramBinary(evaluation, binary);
        this.steps = steps;
    }

    private static final class MatchGroup {
        final List<SeriesBlock> many = new ArrayList<>(1);
        final List<SeriesBlock> one = new ArrayList<>(1);
    }

    static List<SeriesBlock> evaluate(
            Evaluation evaluation, Expr.Binary binary, List<SeriesBlock> left, List<SeriesBlock> right, int steps) {
        VectorBinary operation = new VectorBinary(evaluation, binary, steps);
        Signature signature = new Signature(binary.matching());
        Map<Labels, MatchGroup> groups = new LinkedHashMap<>();
        for (SeriesBlock block : operation.swapped ? right : left) {
            groups.computeIfAbsent(signature.of(block.labels()), none -> new MatchGroup())
                    .many
                    .add(block);
        }
        boolean fills =
                binary.matching().fillLeft() != null || binary.matching().fillRight() != null;
        for (SeriesBlock block : operation.swapped ? left : right) {
            Labels key = signature.of(block.labels());
            MatchGroup group = fills ? groups.computeIfAbsent(key, none -> new MatchGroup()) : groups.get(key);
            if (group != null) {
                group.one.add(block);
            }
        }
        groups.forEach((key, group) -> {
            evaluation.check();
            operation.match(key, group);
        });
        List<SeriesBlock> out = new ArrayList<>();
        for (SeriesBlock block : operation.results.values()) {
            if (!block.isEmpty()) {
                out.add(block);
            }
        }
        return out;
    }

    private void match(Labels key, MatchGroup group) {
        // With group_right the sides trade places before anything is filled in, so "left" is always the many side.
        Double fillOne = matching.fillRight();
        Double fillMany = matching.fillLeft();
        if (group.one.isEmpty() && fillOne == null || group.many.isEmpty() && fillMany == null) {
            return;
        }
        SeriesBlock[] targets = new SeriesBlock[group.many.size()];
        @Nullable SeriesBlock lastOne = null;
        boolean[] matched = new boolean[group.many.size()];
        for (int step = 0; step < steps; step++) {
            SeriesBlock one = null;
            SeriesBlock second = null;
            for (SeriesBlock candidate : group.one) {
                if (candidate.has(step)) {
                    second = one == null ? null : candidate;
                    if (second != null) {
                        break;
                    }
                    one = candidate;
                }
            }
            if (one == null && fillOne == null) {
                continue;
            }
            double oneValue = one == null ? unboxed(fillOne) : one.values()[step];
            Histogram oneHistogram = one == null ? null : one.histogram(step);
            if (one != lastOne) {
                Arrays.fill(targets, null);
                lastOne = one;
            }
            boolean any = false;
            Arrays.fill(matched, false);
            for (int i = 0; i < targets.length; i++) {
                SeriesBlock member = group.many.get(i);
                double value = member.values()[step];
                if (!member.has(step)) {
                    continue;
                }
                any = true;
                if (one != null && second != null) {
                    throw duplicatesOnOneSide(key, one, second);
                }
                if (matching.cardinality() == Cardinality.ONE_TO_ONE) {
                    checkAlone(matched, i); // also where a filter leaves nothing of it
                }
                double result = compute(value, member.histogram(step), oneValue, oneHistogram);
                Histogram histogram = histograms.result;
                if (Absent.is(result) && histogram == null) {
                    continue;
                }
                if (targets[i] == null) {
                    targets[i] = target(member, one);
                }
                targets[i] = put(targets[i], step, result, histogram);
            }
            if (!any && fillMany != null && one != null) {
                if (second != null) {
                    throw duplicatesOnOneSide(key, one, second);
                }
                double result = compute(fillMany, null, oneValue, oneHistogram);
                Histogram histogram = histograms.result;
                if (!Absent.is(result) || histogram != null) {
                    put(target(new SeriesBlock(key, false, one.values()), one), step, result, histogram);
                }
            }
        }
    }

    private static double unboxed(@Nullable Double value) {
        return value == null ? Double.NaN : value;
    }

    private void checkAlone(boolean[] matched, int member) {
        for (int i = 0; i < member; i++) {
            if (matched[i]) {
                throw new QueryException(
                        QueryException.Kind.EXECUTION,
                        "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
            }
        }
        matched[member] = true;
    }

    /** Puts a value into a series, which may have to be another one with room for histograms; answers the series to use. */
    private SeriesBlock put(SeriesBlock target, int step, double result, @Nullable Histogram histogram) {
        SeriesBlock known = results.getOrDefault(target.labels(), target);
        if (known.has(step)) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "multiple matches for labels: grouping labels must ensure unique matches");
        }
        target.values()[step] = result;
        if (histogram == null) {
            return known;
        }
        @Nullable Histogram[] room = known.histograms();
        if (room != null) {
            room[step] = histogram;
            return known;
        }
        room = new Histogram[steps];
        room[step] = histogram;
        SeriesBlock roomy = new SeriesBlock(target.labels(), target.dropName(), target.values(), room);
        results.put(target.labels(), roomy);
        return roomy;
    }

    private double compute(
            double many, @Nullable Histogram manyHistogram, double one, @Nullable Histogram oneHistogram) {
        double left = swapped ? one : many;
        double right = swapped ? many : one;
        BinaryOperator operator = binary.operator();
        histograms.result = null;
        if (manyHistogram != null || oneHistogram != null || operator.kind() == BinaryOperator.Kind.TRIM) {
            return swapped
                    ? histograms.apply(left, oneHistogram, right, manyHistogram)
                    : histograms.apply(left, manyHistogram, right, oneHistogram);
        }
        if (!operator.isComparison()) {
            return Arithmetic.apply(operator, left, right);
        }
        boolean holds = Arithmetic.compare(operator, left, right);
        if (binary.returnBool()) {
            return holds ? 1 : 0;
        }
        return holds ? left : Absent.VALUE; // a filter's value is always the left side's
    }

    private SeriesBlock target(SeriesBlock member, @Nullable SeriesBlock one) {
        boolean dropsName = binary.operator().kind() == BinaryOperator.Kind.ARITHMETIC || binary.returnBool();
        Labels labels = member.labels();
        boolean drop = member.dropName();
        if (dropsName) {
            drop = true;
            if (!delayedNames) {
                labels = Names.without(labels);
            }
        }
        if (matching.cardinality() == Cardinality.ONE_TO_ONE) {
            labels = matching.on() ? labels.keep(matching.labels()) : labels.drop(matching.labels());
        } else {
            Labels.Builder builder = labels.toBuilder();
            for (String name : matching.include()) {
                builder.set(name, one == null ? "" : one.labels().valueOf(name));
            }
            labels = builder.build();
        }
        boolean dropped = delayedNames && drop;
        return results.computeIfAbsent(labels, unique -> new SeriesBlock(unique, dropped, SeriesBlock.absent(steps)));
    }

    private QueryException duplicatesOnOneSide(Labels key, SeriesBlock first, SeriesBlock second) {
        String side = swapped ? "left" : "right";
        return new QueryException(
                QueryException.Kind.EXECUTION,
                "found duplicate series for the match group " + key + " on the " + side
                        + " hand-side of the operation: [" + first.labels() + ", " + second.labels()
                        + "];many-to-many matching not allowed: matching labels must be unique on one side");
    }
}
