package io.pharos.promql.engine;

import io.pharos.promql.ast.AggregateOperator;
import io.pharos.promql.function.Absent;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Partial aggregates by group: series go in one at a time, and so do the partial aggregates of other shards. */
public final class GroupedAggregate {
    /** One group: whether its name is to be dropped at the end, and its aggregates of numbers and of histograms. */
    public static final class Group {
        private boolean dropName;
        private final Accumulator accumulator;
        private @Nullable HistogramGroup histograms;

        Group(boolean dropName, Accumulator accumulator) {
            this.dropName = dropName;
            this.accumulator = accumulator;
        }

        public boolean dropName() {
            return dropName;
        }

        public Accumulator accumulator() {
            return accumulator;
        }

        /** The histograms of the group, or null where none came. */
        public @Nullable HistogramGroup histograms() {
            return histograms;
        }
    }

    private final AggregateOperator operator;
    private final Grouping grouping;
    private final int steps;
    private final AggregateNotes notes;
    private final Map<Labels, Group> groups = new LinkedHashMap<>();

    /** Aggregates of nothing; the operator is mergeable. */
    public GroupedAggregate(AggregateOperator operator, Grouping grouping, int steps, AggregateNotes notes) {
        this.operator = operator;
        this.grouping = grouping;
        this.steps = steps;
        this.notes = notes;
    }

    /** What a group takes, about. */
    long bytesPerGroup() {
        return 128 + 24L * steps;
    }

    /** Adds a series; true where that made a group. */
    boolean add(SeriesBlock block) {
        int before = groups.size();
        addTo(block);
        return groups.size() > before;
    }

    private void addTo(SeriesBlock block) {
        @Nullable Histogram[] histograms = block.histograms();
        if (histograms == null) {
            group(grouping.groupOf(block.labels()), block.dropName())
                    .accumulator
                    .add(block.values());
            return;
        }
        switch (operator) {
            case COUNT, GROUP ->
                group(grouping.groupOf(block.labels()), block.dropName())
                        .accumulator
                        .add(presence(block));
            case SUM, AVG -> {
                Group group = group(grouping.groupOf(block.labels()), block.dropName());
                group.accumulator.add(block.values());
                if (group.histograms == null) {
                    group.histograms = new HistogramGroup(operator, steps);
                }
                group.histograms.add(histograms, block.labels().metricName(), notes);
            }
            default -> {
                SeriesBlock numbers = block.withoutHistograms();
                notes.ignored();
                if (!numbers.isEmpty()) {
                    group(grouping.groupOf(block.labels()), block.dropName())
                            .accumulator
                            .add(block.values());
                }
            }
        }
    }

    private static double[] presence(SeriesBlock block) {
        double[] present = SeriesBlock.absent(block.values().length);
        for (int i = 0; i < present.length; i++) {
            if (block.has(i)) {
                present[i] = 1;
            }
        }
        return present;
    }

    /** Merges the partial aggregate of a group. */
    public void merge(Labels labels, boolean dropName, Accumulator partial) {
        group(labels, dropName).accumulator.merge(partial);
    }

    /** Merges the histograms of a group. */
    public void merge(Labels labels, boolean dropName, HistogramGroup partial) {
        Group group = group(labels, dropName);
        if (group.histograms == null) {
            group.histograms = partial;
        } else {
            group.histograms.merge(partial, notes);
        }
    }

    private Group group(Labels labels, boolean dropName) {
        Group group = groups.get(labels);
        if (group == null) {
            group = new Group(dropName, Accumulator.create(operator, steps));
            groups.put(labels, group);
        }
        group.dropName |= dropName;
        return group;
    }

    /** The groups by their labels; not a copy. */
    public Map<Labels, Group> groups() {
        return groups;
    }

    /** The final series of all groups. */
    public List<SeriesBlock> result() {
        List<SeriesBlock> blocks = new ArrayList<>(groups.size());
        groups.forEach((labels, group) -> {
            HistogramGroup histograms = group.histograms;
            double[] values = group.accumulator.result();
            blocks.add(
                    histograms == null
                            ? new SeriesBlock(labels, group.dropName, values)
                            : new SeriesBlock(labels, group.dropName, values, results(histograms, values)));
        });
        return blocks;
    }

    /** The histograms of a group; where numbers came too, both are taken out. */
    private @Nullable Histogram[] results(HistogramGroup histograms, double[] values) {
        @Nullable Histogram[] results = new Histogram[steps];
        for (int i = 0; i < steps; i++) {
            if (!histograms.has(i)) {
                continue;
            }
            if (!Absent.is(values[i])) {
                values[i] = Absent.VALUE;
                notes.floatsAndHistograms();
            } else {
                results[i] = histograms.result(i, notes);
            }
        }
        return results;
    }
}
