package io.pharos.promql.engine;

import io.pharos.promql.ast.AggregateOperator;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Partial aggregates by group: series go in one at a time, and so do the partial aggregates of other shards. */
public final class GroupedAggregate {
    /** One group: whether its name is to be dropped at the end, and its aggregate. */
    public static final class Group {
        private boolean dropName;
        private final Accumulator accumulator;

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
    }

    private final AggregateOperator operator;
    private final Grouping grouping;
    private final int steps;
    private final Map<Labels, Group> groups = new LinkedHashMap<>();

    /** Aggregates of nothing; the operator is mergeable. */
    public GroupedAggregate(AggregateOperator operator, Grouping grouping, int steps) {
        this.operator = operator;
        this.grouping = grouping;
        this.steps = steps;
    }

    void add(SeriesBlock block) {
        group(grouping.groupOf(block.labels()), block.dropName()).accumulator.add(block.values());
    }

    /** Merges the partial aggregate of a group. */
    public void merge(Labels labels, boolean dropName, Accumulator partial) {
        group(labels, dropName).accumulator.merge(partial);
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
        groups.forEach(
                (labels, group) -> blocks.add(new SeriesBlock(labels, group.dropName, group.accumulator.result())));
        return blocks;
    }
}
