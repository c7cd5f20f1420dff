package io.pharos.promql.conformance;

import io.pharos.promql.parser.Parser;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of a script: labels and values, one a step; a gap is null.
 *
 * @param histograms whether a value is a native histogram, which cannot be loaded
 */
record SeriesLine(Labels labels, List<@Nullable Double> values, boolean histograms) {
    private static final Pattern NUMBER = Pattern.compile(
            "([+-]?(?:[0-9._]+(?:e[+-]?[0-9]+)?|inf|nan))(?:([+-](?:[0-9.]+(?:e[+-]?[0-9]+)?|inf|nan))?x([0-9]+))?",
            Pattern.CASE_INSENSITIVE);

    static SeriesLine parse(String line) {
        int end = labelsEnd(line);
        Labels labels = labels(line.substring(0, end).strip());
        String rest = line.substring(end).strip();
        if (rest.contains("{{")) {
            return new SeriesLine(labels, List.of(), true);
        }
        List<@Nullable Double> values = new ArrayList<>();
        for (String word : rest.isEmpty() ? new String[0] : rest.split("\\s+", -1)) {
            add(word, values);
        }
        return new SeriesLine(labels, values, false);
    }

    private static int labelsEnd(String line) {
        char quote = 0;
        int depth = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                if (c == '\\' && quote != '`') {
                    i++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '"' || c == '\'' || c == '`') {
                quote = c;
            } else if (c == '{') {
                if (depth == 0 && line.startsWith("{{", i)) {
                    return i;
                }
                depth++;
            } else if (c == '}') {
                return i + 1;
            } else if (depth == 0 && Character.isWhitespace(c)) {
                String after = line.substring(i).stripLeading();
                if (!after.startsWith("{") || after.startsWith("{{")) {
                    return i;
                }
            }
        }
        return line.length();
    }

    static Labels labels(String text) {
        if (text.replace(" ", "").endsWith("{}")) {
            String name = text.substring(0, text.indexOf('{')).strip();
            return Labels.of(Labels.METRIC_NAME, name);
        }
        Labels.Builder builder = new Labels.Builder();
        for (LabelMatcher matcher : Parser.parseSelector(text)) {
            builder.set(matcher.name(), matcher.value());
        }
        return builder.build();
    }

    private static void add(String word, List<@Nullable Double> values) {
        if (word.equals("_")) {
            values.add(null);
            return;
        }
        if (word.startsWith("_x")) {
            for (int i = Integer.parseInt(word.substring(2)); i > 0; i--) {
                values.add(null);
            }
            return;
        }
        if (word.startsWith("stale")) {
            int times = word.equals("stale") ? 1 : Integer.parseInt(word.substring(6)) + 1;
            for (int i = 0; i < times; i++) {
                values.add(StaleMarker.VALUE);
            }
            return;
        }
        Matcher matcher = NUMBER.matcher(word);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no value: " + word);
        }
        double value = number(matcher.group(1));
        String times = matcher.group(3);
        if (times == null) {
            values.add(value);
            return;
        }
        double by = matcher.group(2) == null ? 0 : number(matcher.group(2));
        for (int i = Integer.parseInt(times); i >= 0; i--) {
            values.add(value);
            value += by;
        }
    }

    static double number(String text) {
        String lower = text.toLowerCase(java.util.Locale.ROOT);
        return switch (lower) {
            case "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan", "+nan", "-nan" -> Double.NaN;
            default -> Double.parseDouble(lower);
        };
    }
}
