package io.pharos.promql.engine;

/** The times an expression is evaluated at: a start, a step and how many; all in milliseconds. */
public record Steps(long startMillis, long stepMillis, int count) {
    /** One time. */
    public static Steps at(long timeMillis) {
        return new Steps(timeMillis, 1, 1);
    }

    /** From start to end, both inclusive. */
    public static Steps between(long startMillis, long endMillis, long stepMillis) {
        return new Steps(startMillis, stepMillis, Math.toIntExact((endMillis - startMillis) / stepMillis + 1));
    }

    /** The time of the step at a position from 0. */
    public long time(int index) {
        return startMillis + index * stepMillis;
    }

    /** The time of the last step. */
    public long endMillis() {
        return time(count - 1);
    }

    /** Those between two positions, the end exclusive. */
    Steps part(int from, int to) {
        return new Steps(time(from), stepMillis, to - from);
    }

    /** Only the first step. */
    public Steps first() {
        return new Steps(startMillis, stepMillis, 1);
    }
}
