package io.pharos.promql.engine;

import io.pharos.timeseries.labels.Labels;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The by or without of an aggregation: which labels a series has in its group. */
public record Grouping(boolean without, Set<String> names) {
    /** The grouping of an aggregation's labels. */
    public static Grouping of(boolean without, List<String> labels) {
        Set<String> names = new HashSet<>(labels);
        if (without) {
            names.addAll(Names.DROPPED);
        }
        return new Grouping(without, names);
    }

    /** The labels of the group a series belongs to. */
    Labels groupOf(Labels series) {
        if (!without && names.isEmpty()) {
            return Labels.EMPTY;
        }
        return without ? series.drop(names) : series.keep(names);
    }
}
