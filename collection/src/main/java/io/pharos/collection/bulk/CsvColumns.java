package io.pharos.collection.bulk;

import java.util.ArrayList;
import java.util.List;

/**
 * What the columns of a CSV body mean, as VictoriaMetrics' parameter {@code format} says it: {@code 2:metric:ask,1:label:ticker,
 * 3:time:unix_s}, columns from 1. Columns that are not named are passed over.
 *
 * @param columns by place from 0; entries that are not named are {@link Kind#IGNORED}
 */
public record CsvColumns(List<Column> columns) {
    private static final int COLUMNS_MAX = 1000;

    /** What a column holds. */
    enum Kind {
        IGNORED,
        METRIC,
        LABEL,
        UNIX_S,
        UNIX_MS,
        UNIX_NS,
        RFC3339
    }

    /** One column; the name of a metric or label. */
    record Column(Kind kind, String name) {}

    /**
     * Reads the parameter.
     *
     * @throws IllegalArgumentException naming the rule that is wrong
     */
    public static CsvColumns parse(String format) {
        List<Column> columns = new ArrayList<>();
        boolean metric = false;
        boolean time = false;
        for (String rule : format.split(",", -1)) {
            String[] parts = rule.trim().split(":", 3);
            int place = place(parts, rule);
            while (columns.size() < place) {
                columns.add(new Column(Kind.IGNORED, ""));
            }
            if (columns.get(place - 1).kind != Kind.IGNORED) {
                throw new IllegalArgumentException("format: the column " + place + " is given twice");
            }
            Column column = column(parts, rule);
            metric |= column.kind == Kind.METRIC;
            boolean isTime = column.kind.compareTo(Kind.UNIX_S) >= 0;
            if (isTime && time) {
                throw new IllegalArgumentException("format: there are two columns of time");
            }
            time |= isTime;
            columns.set(place - 1, column);
        }
        if (!metric) {
            throw new IllegalArgumentException("format: no column is a metric, as in 2:metric:temperature");
        }
        return new CsvColumns(List.copyOf(columns));
    }

    private static int place(String[] parts, String rule) {
        try {
            int place = Integer.parseInt(parts[0]);
            if (parts.length == 3 && place >= 1 && place <= COLUMNS_MAX) {
                return place;
            }
        } catch (NumberFormatException wrong) {
            // Said below.
        }
        throw new IllegalArgumentException("format: \"" + rule
                + "\" is not COLUMN:metric:NAME, COLUMN:label:NAME or COLUMN:time:FORMAT with columns from 1 to "
                + COLUMNS_MAX);
    }

    private static Column column(String[] parts, String rule) {
        Kind kind = switch (parts[1]) {
            case "metric" -> Kind.METRIC;
            case "label" -> Kind.LABEL;
            case "time" ->
                switch (parts[2]) {
                    case "unix_s" -> Kind.UNIX_S;
                    case "unix_ms" -> Kind.UNIX_MS;
                    case "unix_ns" -> Kind.UNIX_NS;
                    case "rfc3339" -> Kind.RFC3339;
                    default ->
                        throw new IllegalArgumentException(
                                "format: times are unix_s, unix_ms, unix_ns or rfc3339, not " + parts[2]);
                };
            default ->
                throw new IllegalArgumentException(
                        "format: \"" + rule + "\" is neither a metric nor a label nor a time");
        };
        if (parts[2].isEmpty()) {
            throw new IllegalArgumentException("format: \"" + rule + "\" has no name");
        }
        return new Column(kind, parts[2]);
    }
}
