package io.pharos.alerting.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The comparisons of templates. Numbers compare by value, whole or not: Go refuses the mixture, which no rule can rely on. */
final class Comparison {
    private Comparison() {}

    /** Whether the first is equal to any of the others. */
    static boolean equalToAny(List<@Nullable Object> arguments) {
        Object first = arguments.get(0);
        for (Object other : arguments.subList(1, arguments.size())) {
            if (equal(first, other)) {
                return true;
            }
        }
        return false;
    }

    private static boolean equal(@Nullable Object left, @Nullable Object right) {
        if (left instanceof Number a && right instanceof Number b) {
            return a.doubleValue() == b.doubleValue();
        }
        if (left == null || right == null) {
            return left == right;
        }
        if (left.getClass() != right.getClass() || left instanceof List || left instanceof java.util.Map) {
            throw new TemplateException("incompatible types for comparison");
        }
        return left.equals(right);
    }

    /** Below, at or above zero as the first is less than, equal to or greater than the second; NaN is never less. */
    static int order(List<@Nullable Object> arguments) {
        Object left = arguments.get(0);
        Object right = arguments.get(1);
        if (left instanceof Number a && right instanceof Number b) {
            double x = a.doubleValue();
            double y = b.doubleValue();
            return x < y ? -1 : x == y ? 0 : 1;
        }
        if (left instanceof String a && right instanceof String b) {
            return a.compareTo(b);
        }
        throw new TemplateException("incompatible types for comparison");
    }
}
