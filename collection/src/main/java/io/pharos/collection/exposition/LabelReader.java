package io.pharos.collection.exposition;

import io.pharos.collection.metadata.MetricType;
import io.pharos.timeseries.labels.Labels;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads name and labels of one sample: {@code name{label="value"}} or {@code {"name", label="value"}}. Values of {@code le} and
 * {@code quantile} are written as floats ({@code 1} is {@code 1.0}) for a histogram or summary.
 */
final class LabelReader {
    private final TextCursor cursor;
    private final int end;
    private final MetricType type;
    private String[] pairs = new String[16];
    private int count;
    private final Set<String> emptied = new HashSet<>(0);
    private boolean named;

    /** Reads from a cursor of its own up to a place, which is behind the closing brace if there is one. */
    LabelReader(TextCursor cursor, int end, MetricType type) {
        this.cursor = cursor;
        this.end = end;
        this.type = type;
    }

    Labels read() throws ExpositionException {
        if (cursor.peek() != '{') {
            named = true;
            add(Labels.METRIC_NAME, cursor.metricName());
        }
        cursor.skipBlanks();
        if (cursor.at() < end) {
            cursor.skip(1);
            braces();
        }
        if (!named) {
            throw cursor.error("the metric name is missing");
        }
        Labels.Builder builder = new Labels.Builder();
        for (int i = 0; i < count; i += 2) {
            builder.set(pairs[i], pairs[i + 1]);
        }
        return builder.build();
    }

    /** Names of the labels that were read with an empty value, which labels themselves do not show. */
    Set<String> emptied() {
        return emptied;
    }

    private void braces() throws ExpositionException {
        boolean comma = true;
        while (true) {
            cursor.skipBlanks();
            if (cursor.peek() == '}') {
                return;
            }
            if (!comma) {
                throw cursor.error("expected ',' or '}'");
            }
            pair();
            cursor.skipBlanks();
            comma = cursor.peek() == ',';
            if (comma) {
                cursor.skip(1);
            }
        }
    }

    /** Reads a label with its value, or the metric's name in quotes. */
    private void pair() throws ExpositionException {
        int nameAt = cursor.at();
        boolean isQuoted = cursor.peek() == '"';
        String name = isQuoted ? cursor.quoted() : cursor.labelName();
        cursor.skipBlanks();
        if (isQuoted && (cursor.peek() == ',' || cursor.peek() == '}')) {
            if (named) {
                throw cursor.errorAt(nameAt, "the metric name is given twice");
            }
            named = true;
            add(Labels.METRIC_NAME, name);
            return;
        }
        if (cursor.peek() != '=') {
            throw cursor.error("expected '=' after the label name");
        }
        cursor.skip(1);
        cursor.skipBlanks();
        if (cursor.peek() != '"') {
            throw cursor.error("expected a quoted label value");
        }
        String value = cursor.quoted();
        if (name.isEmpty()) {
            throw cursor.errorAt(nameAt, "a label has no name");
        }
        for (int i = 0; i < count; i += 2) {
            if (pairs[i].equals(name)) {
                throw cursor.errorAt(nameAt, "the label " + name + " is given twice");
            }
        }
        if (value.isEmpty()) {
            emptied.add(name);
        }
        add(name, Numbers.isBound(type, name) ? Numbers.normalised(value) : value);
    }

    private void add(String name, String value) {
        if (count == pairs.length) {
            pairs = Arrays.copyOf(pairs, count * 2);
        }
        pairs[count++] = name;
        pairs[count++] = value;
    }
}
