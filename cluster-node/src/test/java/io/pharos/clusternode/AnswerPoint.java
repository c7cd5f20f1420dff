package io.pharos.clusternode;

import java.util.Comparator;
import java.util.SortedMap;

/**
 * Where a number of an answer stands.
 *
 * @param labels of its series, empty for a scalar
 * @param part which number of a histogram it is; empty for a plain value
 */
record AnswerPoint(SortedMap<String, String> labels, long timeMillis, String part) implements Comparable<AnswerPoint> {
    private static final Comparator<AnswerPoint> ORDER = Comparator.comparing(
                    (AnswerPoint point) -> point.labels().toString())
            .thenComparingLong(AnswerPoint::timeMillis)
            .thenComparing(AnswerPoint::part);

    @Override
    public int compareTo(AnswerPoint other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return labels + " at " + timeMillis + (part.isEmpty() ? "" : " " + part);
    }
}
