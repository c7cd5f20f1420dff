package io.pharos.collection.bulk;

import io.pharos.timeseries.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** Lines of CSV, each with the samples of one moment; fields may be in quotes. An empty metric is no sample. Not thread-safe. */
public final class CsvLines implements LineFormat {
    private final CsvColumns format;
    private final Labels extra;
    private final long defaultMillis;
    private final List<String> fields = new ArrayList<>();
    private final List<Integer> columns = new ArrayList<>();

    /**
     * Lines of one body.
     *
     * @param extra labels that every series gets; they win over its own
     * @param defaultMillis the time where no column is one
     */
    public CsvLines(CsvColumns format, Labels extra, long defaultMillis) {
        this.format = format;
        this.extra = extra;
        this.defaultMillis = defaultMillis;
    }

    @Override
    public void read(byte[] bytes, int from, int to, RunGatherer out) throws LineException {
        split(bytes, from, to);
        int wanted = format.columns().size();
        if (fields.size() < wanted) {
            throw new LineException(to - from + 1, fields.size() + " columns, the format names column " + wanted);
        }
        long time = defaultMillis;
        Labels.Builder labels = new Labels.Builder();
        StringBuilder labelKey = new StringBuilder();
        double[] values = new double[wanted];
        for (int i = 0; i < wanted; i++) {
            CsvColumns.Column column = format.columns().get(i);
            String field = fields.get(i);
            switch (column.kind()) {
                case IGNORED -> {}
                case LABEL -> {
                    labels.set(column.name(), field);
                    labelKey.append('\0').append(field);
                }
                case METRIC -> values[i] = field.isEmpty() ? 0 : number(field, columns.get(i));
                default -> time = time(column.kind(), field, columns.get(i));
            }
        }
        for (int i = 0; i < wanted; i++) {
            CsvColumns.Column column = format.columns().get(i);
            if (column.kind() == CsvColumns.Kind.METRIC && !fields.get(i).isEmpty()) {
                byte[] key = (i + labelKey.toString()).getBytes(StandardCharsets.UTF_8);
                RunGatherer.Run run = out.find(key, 0, key.length);
                if (run == null) {
                    labels.set(Labels.METRIC_NAME, column.name());
                    ExtraLabels.add(extra, labels);
                    run = out.add(key, 0, key.length, labels.build());
                }
                out.sample(run, time, values[i]);
            }
        }
    }

    private void split(byte[] bytes, int from, int to) throws LineException {
        fields.clear();
        columns.clear();
        int at = from;
        while (true) {
            columns.add(at - from + 1);
            if (at < to && bytes[at] == '"') {
                int end = at + 1;
                while (end < to && (bytes[end] != '"' || end + 1 < to && bytes[end + 1] == '"')) {
                    end += bytes[end] == '"' ? 2 : 1;
                }
                if (end >= to || end + 1 < to && bytes[end + 1] != ',') {
                    throw new LineException(at - from + 1, "a quote without its end before a comma");
                }
                fields.add(JsonLines.text(bytes, at + 1, end, at - from + 1).replace("\"\"", "\""));
                at = end + 1;
            } else {
                int end = at;
                while (end < to && bytes[end] != ',') {
                    end++;
                }
                fields.add(JsonLines.text(bytes, at, end, at - from + 1));
                at = end;
            }
            if (at >= to) {
                return;
            }
            at++;
        }
    }

    private static double number(String field, int column) throws LineException {
        try {
            double value = Double.parseDouble(field.trim());
            return Double.isNaN(value) ? Double.longBitsToDouble(0x7ff8000000000001L) : value;
        } catch (NumberFormatException wrong) {
            throw new LineException(column, "expected a number");
        }
    }

    private static long time(CsvColumns.Kind kind, String field, int column) throws LineException {
        try {
            return switch (kind) {
                case UNIX_S -> Math.multiplyExact(Long.parseLong(field.trim()), 1000L);
                case UNIX_MS -> Long.parseLong(field.trim());
                case UNIX_NS -> Math.floorDiv(Long.parseLong(field.trim()), 1_000_000L);
                default -> OffsetDateTime.parse(field.trim()).toInstant().toEpochMilli();
            };
        } catch (NumberFormatException | DateTimeException | ArithmeticException wrong) {
            throw new LineException(column, "expected a time as " + kind.name().toLowerCase(java.util.Locale.ROOT));
        }
    }
}
