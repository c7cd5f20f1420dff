package io.pharos.promql.engine;

import io.pharos.promql.ast.TimeModifier;

/** Where a selector or subquery looks at each step, after {@code @} and offset. */
record SelectorTimes(boolean fixed, long fixedMillis, long offsetMillis, Steps steps) {
    static SelectorTimes of(TimeModifier time, QueryTimes query, Steps steps) {
        long offset = time.offsetMillis(query.stepMillis(), query.endMillis() - query.startMillis());
        Long at = time.atMillis();
        if (at != null) {
            return new SelectorTimes(true, at, offset, steps);
        }
        if (time.atEdge() != null) {
            boolean start = time.atEdge() == TimeModifier.Edge.START;
            return new SelectorTimes(true, start ? query.startMillis() : query.endMillis(), offset, steps);
        }
        return new SelectorTimes(false, 0, offset, steps);
    }

    /** The same for the steps between two positions, the end exclusive. */
    SelectorTimes part(int from, int to) {
        return new SelectorTimes(fixed, fixedMillis, offsetMillis, steps.part(from, to));
    }

    /** How far the time looked at moves with a step. */
    long stepMillis() {
        return fixed ? 0 : steps.stepMillis();
    }

    /** The time looked at for the step at a position from 0. */
    long at(int index) {
        return (fixed ? fixedMillis : steps.time(index)) - offsetMillis;
    }

    long first() {
        return at(0);
    }

    long last() {
        return at(steps.count() - 1);
    }
}
