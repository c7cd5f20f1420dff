package io.pharos.alerting.template;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The samples that queries give to templates. */
final class Samples {
    private Samples() {}

    static String label(String name, @Nullable Object sample) {
        Object labels = object(sample).fields().get("Labels");
        Object value = labels instanceof Map<?, ?> map ? map.get(name) : null;
        return value == null ? "" : value.toString();
    }

    static Object value(@Nullable Object sample) {
        Object value = object(sample).fields().get("Value");
        if (value == null) {
            throw new TemplateException("error calling value: not a sample");
        }
        return value;
    }

    static List<Object> sorted(String label, @Nullable Object samples) {
        if (!(samples instanceof List<?> list)) {
            throw new TemplateException("error calling sortByLabel: not a vector");
        }
        List<Object> sorted = new ArrayList<>(list);
        sorted.sort(Comparator.comparing(sample -> label(label, sample)));
        return sorted;
    }

    private static TemplateObject object(@Nullable Object sample) {
        if (sample instanceof TemplateObject object) {
            return object;
        }
        throw new TemplateException("a sample of a query is needed, not " + GoFormat.print(sample));
    }

    /** Reads a number as Go does: infinities and NaN in any case. */
    static double parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> {
                if (!text.matches("[-+]?[0-9.]+([eE][-+]?[0-9]+)?")) {
                    throw new NumberFormatException(text);
                }
                yield Double.parseDouble(text);
            }
        };
    }
}
