package io.pharos.promql.engine;

import io.pharos.promql.ast.VectorMatching;
import io.pharos.timeseries.labels.Labels;
import java.util.HashSet;
import java.util.Set;

/** The labels by which series of two sides match. */
final class Signature {
    private final boolean on;
    private final Set<String> names;

    Signature(VectorMatching matching) {
        on = matching.on();
        names = new HashSet<>(matching.labels());
        if (!on) {
            names.add(Labels.METRIC_NAME);
        }
    }

    /** The part of a label set that has to be equal. */
    Labels of(Labels labels) {
        return on ? labels.keep(names) : labels.drop(names);
    }
}
