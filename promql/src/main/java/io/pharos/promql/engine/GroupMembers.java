package io.pharos.promql.engine;

import io.pharos.promql.ast.Printer;
import io.pharos.promql.function.Absent;
import io.pharos.promql.function.Quantiles;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesHash;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Aggregations that need all members of a group at once: quantile, count_values, limitk, limit_ratio. */
final class GroupMembers {
    private final Map<Labels, List<SeriesBlock>> groups = new LinkedHashMap<>();
    private final Evaluation evaluation;
    private final int steps;

    GroupMembers(Evaluation evaluation, SeriesStream input, Grouping grouping, int steps) {
        this.evaluation = evaluation;
        this.steps = steps;
        for (SeriesBlock block : input.map(evaluation::hold).toList()) {
            groups.computeIfAbsent(grouping.groupOf(block.labels()), none -> new ArrayList<>())
                    .add(block);
        }
    }

    private static boolean dropsName(List<SeriesBlock> members) {
        return members.stream().anyMatch(SeriesBlock::dropName);
    }

    /** The quantile of each group and step. */
    List<SeriesBlock> quantiles(double[] quantile) {
        List<SeriesBlock> out = new ArrayList<>();
        groups.forEach((labels, members) -> {
            double[] scratch = new double[members.size()];
            double[] values = SeriesBlock.absent(steps);
            for (int step = 0; step < steps; step++) {
                int count = 0;
                for (SeriesBlock member : members) {
                    double value = member.values()[step];
                    if (!Absent.is(value)) {
                        scratch[count++] = value;
                    }
                }
                if (count > 0) {
                    values[step] = Quantiles.of(quantile[step], scratch, count);
                }
            }
            evaluation.check();
            out.add(new SeriesBlock(labels, dropsName(members), values));
        });
        return out;
    }

    /** How often each value occurs, the value as a label. */
    List<SeriesBlock> countsOfValues(String label) {
        Map<Labels, double[]> counts = new LinkedHashMap<>();
        Map<Labels, Boolean> drops = new LinkedHashMap<>();
        groups.forEach((labels, members) -> {
            for (SeriesBlock member : members) {
                evaluation.check();
                for (int step = 0; step < steps; step++) {
                    if (!member.has(step)) {
                        continue;
                    }
                    Histogram histogram = member.histogram(step);
                    String text = histogram == null
                            ? Printer.plainNumber(member.values()[step])
                            : HistogramText.of(histogram);
                    Labels counted = labels.with(label, text);
                    double[] into = counts.get(counted);
                    if (into == null) {
                        into = SeriesBlock.absent(steps);
                        counts.put(counted, into);
                        evaluation.addSamples(steps);
                        evaluation.hold(8L * steps);
                    }
                    into[step] = Absent.is(into[step]) ? 1 : into[step] + 1;
                    drops.merge(counted, member.dropName(), (a, b) -> a || b);
                }
            }
        });
        List<SeriesBlock> out = new ArrayList<>(counts.size());
        counts.forEach((labels, values) -> out.add(new SeriesBlock(
                labels, drops.getOrDefault(labels, false) && !label.equals(Labels.METRIC_NAME), values)));
        return out;
    }

    /** Any k members of each group; always the same ones, by labels. */
    List<SeriesBlock> limited(double[] limits) {
        List<SeriesBlock> out = new ArrayList<>();
        for (List<SeriesBlock> members : groups.values()) {
            members.sort((a, b) -> a.labels().compareTo(b.labels()));
            long[] taken = new long[steps];
            for (SeriesBlock member : members) {
                PickedSamples picked = new PickedSamples(member);
                for (int step = 0; step < steps; step++) {
                    if (member.has(step) && taken[step] < limits[step] && limits[step] >= 1) {
                        boolean room = taken[step] + 1 <= (long) limits[step];
                        if (room) {
                            taken[step]++;
                            picked.take(step);
                        }
                    }
                }
                if (picked.any()) {
                    out.add(picked.block());
                }
            }
        }
        return out;
    }

    /** The members whose hash lies in the first part, or for a negative ratio in the last part, of all hashes. */
    List<SeriesBlock> ratio(double[] ratios) {
        List<SeriesBlock> out = new ArrayList<>();
        SeriesHash.Words words = new SeriesHash.Words();
        for (List<SeriesBlock> members : groups.values()) {
            for (SeriesBlock member : members) {
                byte[] canonical = member.labels().canonicalBytes();
                SeriesHash.hash(canonical, 0, canonical.length, 0, words);
                double place = (words.low >>> 11) * 0x1p-53;
                PickedSamples picked = new PickedSamples(member);
                for (int step = 0; step < steps; step++) {
                    double ratio = ratios[step];
                    if (ratio >= 0 ? place < ratio : place >= 1 + ratio) {
                        picked.take(step);
                    }
                }
                if (picked.any()) {
                    out.add(picked.block());
                }
            }
        }
        return out;
    }
}
