package io.pharos.promql.engine;

import io.pharos.promql.ast.Span;
import io.pharos.promql.query.TierRead;
import java.util.List;

/** Says once which values of a selector come from which roll-up. Who answers parts of one query says it in the same words. */
final class TierNotes {
    private final Annotations annotations;
    private final List<TierRead.Stretch> stretches;
    private final long fromMillis;
    private final long toMillis;
    private final Span at;
    private boolean told;

    /** Of a selector that reads from one time to another. */
    TierNotes(Annotations annotations, List<TierRead.Stretch> stretches, long fromMillis, long toMillis, Span at) {
        this.annotations = annotations;
        this.stretches = stretches;
        this.fromMillis = fromMillis;
        this.toMillis = toMillis;
        this.at = at;
    }

    /** A series was found. */
    void tell() {
        if (told) {
            return;
        }
        told = true;
        long begin = Long.MIN_VALUE;
        for (TierRead.Stretch stretch : stretches) {
            if (!stretch.isRaw() && begin < toMillis && stretch.toMillis() >= fromMillis) {
                annotations.fromRollUp(stretch.resolutionMillis(), stretch.toMillis(), at);
            }
            begin = stretch.toMillis();
        }
    }
}
