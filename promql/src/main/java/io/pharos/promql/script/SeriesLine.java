package io.pharos.promql.script;

import io.pharos.promql.parser.Parser;
import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramSum;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of a script: labels and samples, one a step; a gap is null.
 *
 * @param startOffsets for a line of start times: by how much each lies after its sample, in milliseconds; else null
 * @param hints whether a histogram of the line says something about counter resets
 */
record SeriesLine(
        Labels labels,
        List<MemorySource.@Nullable Sample> values,
        @Nullable List<@Nullable Long> startOffsets,
        boolean hints) {
    private static final String NUMBER = "[0-9._]+(?:e[+-]?[0-9]+)?|0x[0-9a-f]+|inf|nan";
    private static final Pattern NUMBERS = Pattern.compile(
            "([+-]?(?:" + NUMBER + "))(?:([+-](?:" + NUMBER + "))?x([0-9]+))?", Pattern.CASE_INSENSITIVE);
    private static final String SPAN = "(?:[0-9]+(?:ms|[smhdwy]))+|0";
    private static final Pattern OFFSETS =
            Pattern.compile("([+-]?(?:" + SPAN + "))(?:([+-](?:" + SPAN + "))?x([0-9]+))?");
    private static final Pattern HISTOGRAMS =
            Pattern.compile("\\{\\{(.*?)}}(?:([+-])\\{\\{(.*?)}})?(?:x([0-9]+))?\\s*");

    /** Whether a line gives start times. */
    static boolean isStartLine(String line) {
        return line.startsWith("@st", labelsEnd(line));
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException when it is none
     */
    static SeriesLine parse(String line) {
        int end = labelsEnd(line);
        Labels labels = labels(line.substring(0, end).strip());
        String rest = line.substring(end).strip();
        if (isStartLine(line)) {
            return new SeriesLine(labels, List.of(), offsets(rest.substring(3).strip()), false);
        }
        List<MemorySource.@Nullable Sample> values = new ArrayList<>();
        while (!rest.isEmpty()) {
            if (rest.startsWith("{{")) {
                Matcher matcher = HISTOGRAMS.matcher(rest);
                if (!matcher.lookingAt()) {
                    throw new IllegalArgumentException("no histogram: " + rest);
                }
                addHistograms(matcher, values);
                rest = rest.substring(matcher.end()).stripLeading();
            } else {
                String word = rest.split("\\s+", 2)[0];
                addNumbers(word, values);
                rest = rest.substring(word.length()).stripLeading();
            }
        }
        return new SeriesLine(labels, values, null, line.contains("counter_reset_hint"));
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
            } else if (depth == 0 && line.startsWith("@st", i)) {
                return i;
            } else if (depth == 0 && Character.isWhitespace(c)) {
                String after = line.substring(i).stripLeading();
                if (!after.startsWith("{") || after.startsWith("{{")) {
                    return i;
                }
            }
        }
        return line.length();
    }

    private static Labels labels(String text) {
        String dense = text.replace(" ", "");
        if (dense.isEmpty() || dense.endsWith("{}")) {
            int brace = text.indexOf('{');
            String name = brace < 0 ? "" : text.substring(0, brace).strip();
            return name.isEmpty() ? Labels.EMPTY : Labels.of(Labels.METRIC_NAME, name);
        }
        Labels.Builder builder = new Labels.Builder();
        for (LabelMatcher matcher : Parser.parseSelector(text)) {
            builder.set(matcher.name(), matcher.value());
        }
        return builder.build();
    }

    private static void addHistograms(Matcher matcher, List<MemorySource.@Nullable Sample> values) {
        Histogram histogram = HistogramNotation.parse(matcher.group(1));
        int more = matcher.group(4) == null ? 0 : Integer.parseInt(matcher.group(4));
        Histogram by = matcher.group(3) == null ? null : HistogramNotation.parse(matcher.group(3));
        boolean minus = "-".equals(matcher.group(2));
        for (int i = 0; i <= more; i++) {
            values.add(new MemorySource.Sample(Double.NaN, histogram, 0));
            if (by != null) {
                HistogramSum sum = new HistogramSum(histogram);
                if (minus) {
                    sum.subtract(by);
                } else {
                    sum.add(by);
                }
                CounterResetHint hint = histogram.hint() == by.hint() ? by.hint() : CounterResetHint.UNKNOWN;
                histogram = sum.plain().withHint(hint);
            }
        }
    }

    private static void addNumbers(String word, List<MemorySource.@Nullable Sample> values) {
        if (word.equals("_") || word.startsWith("_x")) {
            for (int i = times(word, 1); i > 0; i--) {
                values.add(null);
            }
            return;
        }
        if (word.equals("stale") || word.startsWith("stalex")) {
            for (int i = word.equals("stale") ? 1 : times(word, 5) + 1; i > 0; i--) {
                values.add(MemorySource.stale());
            }
            return;
        }
        Matcher matcher = NUMBERS.matcher(word);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no value: " + word);
        }
        double value = number(matcher.group(1));
        double by = matcher.group(2) == null ? 0 : number(matcher.group(2));
        for (int i = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3)); i >= 0; i--) {
            values.add(new MemorySource.Sample(value, null, 0));
            value += by;
        }
    }

    private static int times(String word, int length) {
        return word.length() == length ? 1 : Integer.parseInt(word.substring(length + 1));
    }

    private static List<@Nullable Long> offsets(String rest) {
        List<@Nullable Long> offsets = new ArrayList<>();
        for (String word : rest.isEmpty() ? new String[0] : rest.split("\\s+", -1)) {
            if (word.equals("_") || word.startsWith("_x")) {
                for (int i = times(word, 1); i > 0; i--) {
                    offsets.add(null);
                }
                continue;
            }
            Matcher matcher = OFFSETS.matcher(word);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("no start time: " + word);
            }
            long offset = ScriptTime.millis(matcher.group(1));
            long by = matcher.group(2) == null ? 0 : ScriptTime.millis(matcher.group(2));
            for (int i = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3)); i >= 0; i--) {
                offsets.add(offset);
                offset += by;
            }
        }
        return offsets;
    }

    /**
     * The number that a word is.
     *
     * @throws NumberFormatException when it is none
     */
    static double number(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return switch (lower) {
            case "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan", "+nan", "-nan" -> Double.NaN;
            default ->
                lower.startsWith("0x")
                        ? Long.parseLong(lower.substring(2), 16)
                        : Double.parseDouble(lower.replace("_", ""));
        };
    }

    @Override
    public String toString() {
        return labels + " " + ScriptValues.text(values);
    }
}
