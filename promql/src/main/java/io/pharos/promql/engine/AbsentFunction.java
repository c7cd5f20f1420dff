package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.ast.Span;
import io.pharos.promql.function.Implementation;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code absent} and {@code absent_over_time}: ones at the steps at which there is nothing. */
final class AbsentFunction {
    private static final Implementation.OverRange PRESENCE =
            new Implementation.OverRange(() -> window -> 1, false, () -> window -> 1, false);

    private final Evaluator evaluator;
    private final Steps steps;

    AbsentFunction(Evaluator evaluator, Steps steps) {
        this.evaluator = evaluator;
        this.steps = steps;
    }

    Operand ofVector(Expr argument) {
        return absent(argument, evaluator.vector(argument, steps));
    }

    Operand ofRange(Expr argument) {
        // Of a remote range the parts say only at which steps there is anything.
        return absent(
                argument,
                argument.unwrapped() instanceof Expr.Remote remote
                        ? evaluator.vector(remote, steps)
                        : presentOverTime(evaluator.range(argument, steps)));
    }

    /** Ones at the steps whose window has samples, for each series. */
    static SeriesStream presentOverTime(Evaluator.Range range) {
        return new RangeFunctionStream(
                range, PRESENCE, new double[0][], new Annotations(""), Span.NONE, labels -> {}, () -> {});
    }

    private Operand absent(Expr argument, SeriesStream input) {
        boolean[] present = presence(input);
        double[] values = SeriesBlock.absent(steps.count());
        boolean any = false;
        for (int i = 0; i < values.length; i++) {
            if (!present[i]) {
                values[i] = 1;
                any = true;
            }
        }
        List<SeriesBlock> blocks = any ? List.of(new SeriesBlock(labels(argument), false, values)) : List.of();
        return new Operand.Vectors(SeriesStream.of(blocks));
    }

    private boolean[] presence(SeriesStream input) {
        boolean[] present = new boolean[steps.count()];
        try (input) {
            for (SeriesBlock block = input.next(); block != null; block = input.next()) {
                for (int i = 0; i < present.length; i++) {
                    present[i] |= block.has(i);
                }
            }
        }
        return present;
    }

    /** What is known about the labels of a series that is not there: those that exactly one matcher fixes. */
    private static Labels labels(Expr argument) {
        Expr inner = argument.unwrapped();
        if (inner instanceof Expr.Remote remote) {
            inner = remote.replaced().unwrapped();
        }
        List<LabelMatcher> matchers = List.of();
        if (inner instanceof Expr.VectorSelector selector) {
            matchers = selector.matchers();
        } else if (inner instanceof Expr.MatrixSelector matrix) {
            matchers = matrix.selector().matchers();
        }
        Labels.Builder builder = new Labels.Builder();
        Set<String> seen = new HashSet<>();
        for (LabelMatcher matcher : matchers) {
            if (matcher.name().equals(Labels.METRIC_NAME)) {
                continue;
            }
            if (seen.add(matcher.name()) && matcher.type() == LabelMatcher.Type.EQUAL) {
                builder.set(matcher.name(), matcher.value());
            } else {
                builder.remove(matcher.name());
            }
        }
        return builder.build();
    }
}
