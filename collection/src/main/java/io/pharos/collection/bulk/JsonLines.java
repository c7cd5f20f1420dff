package io.pharos.collection.bulk;

import io.pharos.collection.wire.Utf8;
import io.pharos.timeseries.labels.Labels;
import java.util.Arrays;

/**
 * JSON lines as VictoriaMetrics exports them: {@code {"metric":{"__name__":"up","job":"x"},"values":[1,0],"timestamps":[1000,2000]}},
 * times in milliseconds. A value {@code null} is a NaN; fields that are not known are passed over. Not thread-safe.
 */
public final class JsonLines implements LineFormat {
    private static final double NAN = Double.longBitsToDouble(0x7ff8000000000001L);

    /** A line's samples are held at once. */
    private static final int SAMPLES_MAX = 500_000;

    private final Labels extra;
    private final JsonCursor in = new JsonCursor();
    private double[] values = new double[1024];
    private long[] times = new long[1024];
    private int valueCount;
    private int timeCount;
    private int metricFrom;
    private int metricTo;

    /** @param extra labels that every series gets; they win over its own */
    public JsonLines(Labels extra) {
        this.extra = extra;
    }

    @Override
    public void read(byte[] bytes, int from, int to, RunGatherer out) throws LineException {
        in.begin(bytes, from, to);
        metricFrom = -1;
        valueCount = -1;
        timeCount = -1;
        in.expect('{');
        if (!in.skipIf('}')) {
            do {
                field();
            } while (in.skipIf(','));
            in.expect('}');
        }
        in.atEnd();
        if (metricFrom < 0 || valueCount < 0 || timeCount < 0) {
            String missing = metricFrom < 0 ? "metric" : valueCount < 0 ? "values" : "timestamps";
            throw new LineException(1, "the field \"" + missing + "\" is missing");
        }
        if (valueCount != timeCount) {
            throw new LineException(1, valueCount + " values and " + timeCount + " timestamps");
        }
        if (valueCount == 0) {
            return;
        }
        RunGatherer.Run run = out.find(bytes, metricFrom, metricTo);
        if (run == null) {
            run = out.add(bytes, metricFrom, metricTo, metric());
        }
        out.samples(run, times, values, valueCount);
    }

    private void field() throws LineException {
        String name = in.string();
        in.expect(':');
        switch (name) {
            case "metric" -> {
                in.blanks();
                metricFrom = in.position();
                in.skipValue();
                metricTo = in.position();
            }
            case "values" -> readValues();
            case "timestamps" -> readTimes();
            default -> in.skipValue();
        }
    }

    private void readValues() throws LineException {
        valueCount = 0;
        in.expect('[');
        if (in.skipIf(']')) {
            return;
        }
        do {
            check(valueCount);
            if (valueCount == values.length) {
                values = Arrays.copyOf(values, 2 * valueCount);
            }
            values[valueCount++] = value();
        } while (in.skipIf(','));
        in.expect(']');
    }

    private double value() throws LineException {
        byte next = in.peek();
        if (next == 'n') {
            in.word("null");
            return NAN;
        }
        if (next != '"') {
            return in.number();
        }
        int column = in.column();
        String text = in.string();
        return switch (text) {
            case "NaN" -> NAN;
            case "Infinity", "+Infinity", "Inf", "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Infinity", "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> throw new LineException(column, "expected a number, null, \"NaN\" or \"Infinity\"");
        };
    }

    private void readTimes() throws LineException {
        timeCount = 0;
        in.expect('[');
        if (in.skipIf(']')) {
            return;
        }
        do {
            check(timeCount);
            if (timeCount == times.length) {
                times = Arrays.copyOf(times, 2 * timeCount);
            }
            times[timeCount++] = in.wholeNumber();
        } while (in.skipIf(','));
        in.expect(']');
    }

    private void check(int count) throws LineException {
        if (count == SAMPLES_MAX) {
            throw new LineException(in.column(), "more than " + SAMPLES_MAX + " samples in a line");
        }
    }

    private Labels metric() throws LineException {
        in.moveTo(metricFrom);
        int column = in.column();
        Labels.Builder labels = new Labels.Builder();
        in.expect('{');
        if (!in.skipIf('}')) {
            do {
                in.blanks();
                int at = in.column();
                String name = in.string();
                in.expect(':');
                in.blanks();
                String value = in.string();
                if (name.isEmpty() || !labels.get(name).isEmpty()) {
                    throw new LineException(
                            at, name.isEmpty() ? "a label has no name" : "the label " + name + " is given twice");
                }
                labels.set(name, value);
            } while (in.skipIf(','));
            in.expect('}');
        }
        ExtraLabels.add(extra, labels);
        Labels built = labels.build();
        if (built.metricName().isEmpty()) {
            throw new LineException(column, "the metric has no __name__");
        }
        return built;
    }

    /** A text as JSON's bytes of it. */
    static String text(byte[] bytes, int from, int to, int column) throws LineException {
        try {
            return Utf8.read(bytes, from, to);
        } catch (IllegalArgumentException wrong) {
            throw new LineException(column, String.valueOf(wrong.getMessage()));
        }
    }
}
