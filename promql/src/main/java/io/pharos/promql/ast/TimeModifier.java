package io.pharos.promql.ast;

import org.jspecify.annotations.Nullable;

/**
 * The time a selector or subquery looks at, relative to the step.
 *
 * @param offset how far into the past, negative into the future; null where none was written
 * @param atMillis the fixed time of {@code @}, or null
 * @param atEdge {@code @ start()} or {@code @ end()}, or null
 */
public record TimeModifier(
        @Nullable DurationExpr offset,
        @Nullable Long atMillis,
        @Nullable Edge atEdge) {
    /** Nothing written: the time of the step. */
    public static final TimeModifier NONE = new TimeModifier(null, null, null);

    /** The ends of the query's range. */
    public enum Edge {
        START,
        END
    }

    /** Whether a fixed time was written, so that the value is the same at every step. */
    public boolean isFixed() {
        return atMillis != null || atEdge != null;
    }

    /** The offset of a query with this step and range, 0 where none was written. */
    public long offsetMillis(long stepMillis, long rangeMillis) {
        return offset == null ? 0 : offset.millis(stepMillis, rangeMillis);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        if (atMillis != null) {
            text.append(" @ ").append(Printer.seconds(atMillis));
        } else if (atEdge != null) {
            text.append(atEdge == Edge.START ? " @ start()" : " @ end()");
        }
        if (offset != null) {
            text.append(" offset ").append(offset.text());
        }
        return text.toString();
    }
}
