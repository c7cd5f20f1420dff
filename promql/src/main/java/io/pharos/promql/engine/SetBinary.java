package io.pharos.promql.engine;

import io.pharos.promql.ast.BinaryOperator;
import io.pharos.promql.ast.Expr;
import io.pharos.promql.function.Absent;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** and, or and unless: series by whether the other side has a sample of the same signature at the step. */
final class SetBinary {
    private SetBinary() {}

    static List<SeriesBlock> evaluate(Expr.Binary binary, List<SeriesBlock> left, List<SeriesBlock> right) {
        Signature signature = new Signature(binary.matching());
        if (binary.operator() == BinaryOperator.OR) {
            Map<Labels, BitSet> present = presence(left, signature);
            List<SeriesBlock> all = new ArrayList<>(left);
            for (SeriesBlock block : right) {
                SeriesBlock kept = filtered(block, present.get(signature.of(block.labels())), false);
                if (kept != null) {
                    all.add(kept);
                }
            }
            return SeriesMerge.merged(all);
        }
        Map<Labels, BitSet> present = presence(right, signature);
        List<SeriesBlock> out = new ArrayList<>();
        for (SeriesBlock block : left) {
            SeriesBlock kept =
                    filtered(block, present.get(signature.of(block.labels())), binary.operator() == BinaryOperator.AND);
            if (kept != null) {
                out.add(kept);
            }
        }
        return out;
    }

    private static Map<Labels, BitSet> presence(List<SeriesBlock> blocks, Signature signature) {
        Map<Labels, BitSet> present = new HashMap<>();
        for (SeriesBlock block : blocks) {
            BitSet steps = present.computeIfAbsent(signature.of(block.labels()), none -> new BitSet());
            for (int i = 0; i < block.values().length; i++) {
                if (block.has(i)) {
                    steps.set(i);
                }
            }
        }
        return present;
    }

    /** The block with only those steps that the other side has, or has not; null where none is left. */
    private static @Nullable SeriesBlock filtered(SeriesBlock block, @Nullable BitSet other, boolean wanted) {
        if (other == null) {
            return wanted ? null : block;
        }
        double[] values = block.values().clone();
        @Nullable Histogram[] histograms = block.histograms();
        histograms = histograms == null ? null : histograms.clone();
        for (int i = 0; i < values.length; i++) {
            if (other.get(i) != wanted) {
                values[i] = Absent.VALUE;
                if (histograms != null) {
                    histograms[i] = null;
                }
            }
        }
        SeriesBlock kept = new SeriesBlock(block.labels(), block.dropName(), values, histograms);
        return kept.isEmpty() ? null : kept;
    }
}
