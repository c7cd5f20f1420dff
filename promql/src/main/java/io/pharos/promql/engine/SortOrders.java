package io.pharos.promql.engine;

import io.pharos.promql.function.Absent;
import java.util.Comparator;
import java.util.List;

/** The orders of the functions that sort an instant vector. */
final class SortOrders {
    private SortOrders() {}

    /** By the value at the first step; NaN is last in both directions. */
    static Comparator<SeriesBlock> byValue(boolean descending) {
        return (a, b) -> {
            double left = a.values()[0];
            double right = b.values()[0];
            if (Absent.is(left) || Absent.is(right)) {
                return 0;
            }
            boolean leftNan = Double.isNaN(left);
            boolean rightNan = Double.isNaN(right);
            if (leftNan || rightNan) {
                return Boolean.compare(leftNan, rightNan);
            }
            return descending ? Double.compare(right, left) : Double.compare(left, right);
        };
    }

    /** By the values of these labels as people order them, then by all labels. */
    static Comparator<SeriesBlock> byLabels(List<String> names, boolean descending) {
        Comparator<SeriesBlock> order = (a, b) -> {
            for (String name : names) {
                int found = NaturalOrder.compare(
                        a.labels().valueOf(name), b.labels().valueOf(name));
                if (found != 0) {
                    return found;
                }
            }
            return a.labels().compareTo(b.labels());
        };
        return descending ? order.reversed() : order;
    }
}
