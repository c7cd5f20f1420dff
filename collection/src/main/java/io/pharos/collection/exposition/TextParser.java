package io.pharos.collection.exposition;

import io.pharos.collection.metadata.MetricType;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.Exemplar;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads Prometheus text 0.0.4 or OpenMetrics 1.0 entry by entry. A sample leaves only offsets and numbers behind, no object: who
 * scrapes again knows the series by the bytes from {@link #seriesFrom} to {@link #seriesTo}. Not thread-safe.
 */
public final class TextParser {
    /** What {@link #next} came to. */
    public enum Entry {
        /** A sample. */
        SAMPLE,
        /** A line about a metric's type: {@link #metric} and {@link #type}. */
        TYPE,
        /** A line of help: {@link #metric} and {@link #text}. */
        HELP,
        /** A line about a metric's unit: {@link #metric} and {@link #text}. */
        UNIT,
        /** The text is over. */
        END
    }

    private final byte[] bytes;
    private final boolean openMetrics;
    private final TextCursor cursor;
    private boolean sawEnd;

    private int seriesLine;
    private int seriesFrom;
    private int seriesTo;
    private double value;
    private boolean timestamped;
    private long timestamp;
    private int exemplarFrom;
    private int exemplarTo;
    private String metric = "";
    private String text = "";
    private Set<String> emptied = Set.of();
    private MetricType type = MetricType.UNKNOWN;

    /** A parser at the beginning of a text. */
    public TextParser(byte[] bytes, boolean openMetrics) {
        this.bytes = bytes;
        this.openMetrics = openMetrics;
        this.cursor = new TextCursor(bytes, 0, 1);
    }

    /** The first byte of the last sample's name and labels. */
    public int seriesFrom() {
        return seriesFrom;
    }

    /** The end, exclusive, of the last sample's name and labels. */
    public int seriesTo() {
        return seriesTo;
    }

    /** The last sample's value; every NaN is the ordinary one, so no target can write a stale marker. */
    public double value() {
        return value;
    }

    /** Whether the last sample has a timestamp of its own. */
    public boolean hasTimestamp() {
        return timestamped;
    }

    /** The last sample's own timestamp, milliseconds since 1970. */
    public long timestampMillis() {
        return timestamp;
    }

    /** Whether an exemplar follows the last sample; OpenMetrics only. */
    public boolean hasExemplar() {
        return exemplarTo > 0;
    }

    /**
     * Reads the exemplar that follows the last sample; null where it cannot be read, which costs no sample.
     *
     * @param sampleMillis its time where it has none of its own
     */
    public @Nullable Exemplar exemplar(long sampleMillis) {
        return ExemplarReader.read(bytes, exemplarFrom, exemplarTo, sampleMillis);
    }

    /** The metric the last TYPE, HELP or UNIT line is about. */
    public String metric() {
        return metric;
    }

    /** The help or unit of the last such line. */
    public String text() {
        return text;
    }

    /** The type of the last TYPE line. */
    public MetricType type() {
        return type;
    }

    /** Moves to the next entry. */
    public Entry next() throws ExpositionException {
        while (true) {
            if (cursor.isAtEnd()) {
                if (openMetrics && !sawEnd) {
                    throw cursor.error("the text ends without # EOF");
                }
                return Entry.END;
            }
            if (sawEnd) {
                throw cursor.error("nothing may follow # EOF");
            }
            cursor.skipBlanks();
            byte b = cursor.peek();
            if (b == '\n') {
                if (openMetrics) {
                    throw cursor.error("OpenMetrics has no blank lines");
                }
                cursor.endLine();
            } else if (b == '#') {
                Entry entry = comment();
                if (entry != Entry.SAMPLE) {
                    return entry;
                }
            } else if (!cursor.isAtEnd()) {
                sample();
                return Entry.SAMPLE;
            }
        }
    }

    /** Reads a comment line; gives SAMPLE when it says nothing to us. */
    private Entry comment() throws ExpositionException {
        cursor.skip(1);
        if (openMetrics
                && cursor.startsWith(" EOF")
                && (cursor.at() + 4 == bytes.length || bytes[cursor.at() + 4] == '\n')) {
            cursor.skip(4);
            cursor.endLine();
            sawEnd = true;
            return Entry.SAMPLE;
        }
        cursor.skipBlanks();
        Entry entry = described();
        int afterWord = cursor.at() + 4;
        if (entry == Entry.SAMPLE || afterWord >= bytes.length || !TextCursor.isBlank(bytes[afterWord])) {
            cursor.skipLine();
            return Entry.SAMPLE;
        }
        cursor.skip(4);
        cursor.skipBlanks();
        metric = cursor.metricName();
        if (!cursor.isAtEnd() && cursor.peek() != '\n' && !TextCursor.isBlank(cursor.peek())) {
            throw cursor.error("expected a space after the metric name");
        }
        cursor.skipBlanks();
        int from = cursor.at();
        cursor.toLineEnd();
        int to = cursor.at();
        if (entry == Entry.TYPE) {
            String word = cursor.utf8(from, to).strip();
            type = MetricType.parse(word)
                    .orElseThrow(() -> cursor.errorAt(
                            from, "unknown metric type '" + (word.length() > 40 ? word.substring(0, 40) : word) + "'"));
        } else {
            text = cursor.unescaped(from, to, openMetrics && entry == Entry.HELP);
        }
        cursor.endLine();
        return entry;
    }

    /** What the comment's first word says that it describes; SAMPLE where it is no such word. */
    private Entry described() {
        if (cursor.startsWith("HELP")) {
            return Entry.HELP;
        }
        if (cursor.startsWith("TYPE")) {
            return Entry.TYPE;
        }
        return openMetrics && cursor.startsWith("UNIT") ? Entry.UNIT : Entry.SAMPLE;
    }

    private void sample() throws ExpositionException {
        seriesLine = cursor.line();
        seriesFrom = cursor.at();
        byte b = cursor.peek();
        if (b != '{') {
            if (!TextCursor.isNameStart(b)) {
                throw cursor.error("expected a metric name");
            }
            cursor.skipName();
        }
        seriesTo = cursor.at();
        cursor.skipBlanks();
        if (cursor.peek() == '{') {
            cursor.skipBraces(); // what is inside is read when the series is new
            seriesTo = cursor.at();
            cursor.skipBlanks();
        } else if (cursor.at() == seriesTo) {
            throw cursor.error("expected a space after the metric name");
        }
        number();
        timestamped = false;
        exemplarTo = 0;
        cursor.skipBlanks();
        byte c = cursor.peek();
        if (c != '\n' && c != '#' && !cursor.isAtEnd()) {
            timestamp();
            cursor.skipBlanks();
        }
        if (cursor.peek() == '#' && openMetrics) {
            exemplarFrom = cursor.at() + 1;
            cursor.toLineEnd();
            exemplarTo = cursor.at();
            cursor.endLine();
        } else if (!cursor.isAtEnd() && cursor.peek() != '\n') {
            throw cursor.error("expected the end of the line");
        } else {
            cursor.endLine();
        }
    }

    private void number() throws ExpositionException {
        int from = cursor.at();
        cursor.skipWord();
        if (!Numbers.isNumber(bytes, from, cursor.at())) {
            throw cursor.errorAt(from, "expected a value");
        }
        double parsed = Numbers.parse(bytes, from, cursor.at());
        value = Double.isNaN(parsed) ? Numbers.NAN : parsed;
    }

    private void timestamp() throws ExpositionException {
        int from = cursor.at();
        cursor.skipWord();
        int to = cursor.at();
        boolean valid = Numbers.isNumber(bytes, from, to);
        double parsed = valid ? Numbers.parse(bytes, from, to) : Double.NaN;
        for (int i = from; !openMetrics && i < to; i++) {
            valid &= bytes[i] >= '0' && bytes[i] <= '9' || i == from && (bytes[i] == '-' || bytes[i] == '+');
        }
        if (!valid || Double.isNaN(parsed) || Math.abs(parsed) > 9e15) {
            throw cursor.errorAt(
                    from,
                    openMetrics ? "expected a timestamp in seconds" : "expected a timestamp in whole milliseconds");
        }
        timestamped = true;
        timestamp = openMetrics ? Math.round(parsed * 1000) : (long) parsed;
    }

    /**
     * Reads the last sample's name and labels. Values of {@code le} and {@code quantile} are written as floats ({@code 1} is
     * {@code 1.0}) where the last TYPE line says histogram or summary.
     */
    public Labels labels() throws ExpositionException {
        LabelReader reader = new LabelReader(new TextCursor(bytes, seriesFrom, seriesLine), seriesTo, type);
        Labels labels = reader.read();
        emptied = reader.emptied();
        return labels;
    }

    /** Names of the labels that {@link #labels} last read with an empty value, and so left out. */
    public Set<String> emptied() {
        return emptied;
    }
}
