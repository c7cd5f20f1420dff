package io.pharos.collection.exposition;

import io.pharos.collection.metadata.MetricType;
import io.pharos.collection.wire.Utf8;
import io.pharos.timeseries.labels.Labels;
import java.util.Arrays;
import java.util.Optional;

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
    private int at;
    private int line = 1;
    private int lineStart;
    private boolean sawEnd;

    private int seriesFrom;
    private int seriesTo;
    private double value;
    private boolean timestamped;
    private long timestamp;
    private String metric = "";
    private String text = "";
    private MetricType type = MetricType.UNKNOWN;

    /** A parser at the beginning of a text. */
    public TextParser(byte[] bytes, boolean openMetrics) {
        this.bytes = bytes;
        this.openMetrics = openMetrics;
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
            if (at >= bytes.length) {
                if (openMetrics && !sawEnd) {
                    throw error("the text ends without # EOF");
                }
                return Entry.END;
            }
            if (sawEnd) {
                throw error("nothing may follow # EOF");
            }
            skipBlanks();
            byte b = peek();
            if (b == '\n') {
                if (openMetrics) {
                    throw error("OpenMetrics has no blank lines");
                }
                endLine();
            } else if (b == '#') {
                Entry entry = comment();
                if (entry != Entry.SAMPLE) {
                    return entry;
                }
            } else if (at < bytes.length) {
                sample();
                return Entry.SAMPLE;
            }
        }
    }

    /** Reads a comment line; gives SAMPLE when it says nothing to us. */
    private Entry comment() throws ExpositionException {
        at++;
        if (openMetrics && startsWith(" EOF") && (at + 4 == bytes.length || bytes[at + 4] == '\n')) {
            at += 4;
            endLine();
            sawEnd = true;
            return Entry.SAMPLE;
        }
        skipBlanks();
        Entry entry = startsWith("HELP")
                ? Entry.HELP
                : startsWith("TYPE") ? Entry.TYPE : openMetrics && startsWith("UNIT") ? Entry.UNIT : Entry.SAMPLE;
        int afterWord = at + 4;
        if (entry == Entry.SAMPLE || afterWord >= bytes.length || !isBlank(bytes[afterWord])) {
            skipLine();
            return Entry.SAMPLE;
        }
        at = afterWord;
        skipBlanks();
        metric = peek() == '"' ? quoted() : bareName("a metric name");
        if (at < bytes.length && peek() != '\n' && !isBlank(peek())) {
            throw error("expected a space after the metric name");
        }
        skipBlanks();
        int from = at;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        int to = at;
        if (entry == Entry.TYPE) {
            String word = utf8(from, to).strip();
            Optional<MetricType> known = MetricType.parse(word);
            if (known.isEmpty()) {
                at = from;
                throw error("unknown metric type '" + (word.length() > 40 ? word.substring(0, 40) : word) + "'");
            }
            type = known.get();
        } else {
            text = unescape(from, to, openMetrics && entry == Entry.HELP);
        }
        endLine();
        return entry;
    }

    private void sample() throws ExpositionException {
        seriesFrom = at;
        byte b = peek();
        if (b != '{') {
            if (!isNameStart(b)) {
                throw error("expected a metric name");
            }
            at++;
            while (at < bytes.length && isNamePart(bytes[at])) {
                at++;
            }
        }
        seriesTo = at;
        skipBlanks();
        if (at < bytes.length && bytes[at] == '{') {
            skipLabels();
            seriesTo = at;
            skipBlanks();
        } else if (at == seriesTo) {
            throw error("expected a space after the metric name");
        }
        number();
        timestamped = false;
        skipBlanks();
        byte c = peek();
        if (c != '\n' && c != '#' && at < bytes.length) {
            timestamp();
            skipBlanks();
        }
        if (at < bytes.length && bytes[at] == '#' && openMetrics) {
            skipLine(); // an exemplar
        } else if (at < bytes.length && bytes[at] != '\n') {
            throw error("expected the end of the line");
        } else {
            endLine();
        }
    }

    /** Passes over the braces, minding quotes; what is inside is read when the series is new. */
    private void skipLabels() throws ExpositionException {
        int open = at;
        boolean inQuotes = false;
        for (at++; at < bytes.length; at++) {
            byte b = bytes[at];
            if (inQuotes) {
                if (b == '\\') {
                    at++;
                } else if (b == '"') {
                    inQuotes = false;
                } else if (b == '\n') {
                    throw error("a label value ends without a quote");
                }
            } else if (b == '"') {
                inQuotes = true;
            } else if (b == '}') {
                at++;
                return;
            } else if (b == '\n') {
                break;
            }
        }
        at = open;
        throw error("'{' without '}'");
    }

    private void number() throws ExpositionException {
        int from = at;
        while (at < bytes.length && bytes[at] != ' ' && bytes[at] != '\n' && bytes[at] != '\t') {
            at++;
        }
        if (!Numbers.isNumber(bytes, from, at)) {
            at = from;
            throw error("expected a value");
        }
        double parsed = Numbers.parse(bytes, from, at);
        value = Double.isNaN(parsed) ? Numbers.NAN : parsed;
    }

    private void timestamp() throws ExpositionException {
        int from = at;
        while (at < bytes.length && bytes[at] != ' ' && bytes[at] != '\n' && bytes[at] != '\t') {
            at++;
        }
        boolean valid = Numbers.isNumber(bytes, from, at);
        double parsed = valid ? Numbers.parse(bytes, from, at) : Double.NaN;
        for (int i = from; !openMetrics && i < at; i++) {
            valid &= bytes[i] >= '0' && bytes[i] <= '9' || i == from && (bytes[i] == '-' || bytes[i] == '+');
        }
        if (!valid || Double.isNaN(parsed) || Math.abs(parsed) > 9e15) {
            at = from;
            throw error(openMetrics ? "expected a timestamp in seconds" : "expected a timestamp in whole milliseconds");
        }
        timestamped = true;
        timestamp = openMetrics ? Math.round(parsed * 1000) : (long) parsed;
    }

    /**
     * Reads the last sample's name and labels. Values of {@code le} and {@code quantile} are written as floats ({@code 1} is
     * {@code 1.0}) where the last TYPE line says histogram or summary.
     */
    public Labels labels() throws ExpositionException {
        int resume = at;
        int resumeLine = line;
        int resumeLineStart = lineStart;
        if (bytes[resume - 1] == '\n') {
            line--;
        }
        lineStart = seriesFrom;
        while (lineStart > 0 && bytes[lineStart - 1] != '\n') {
            lineStart--;
        }
        Labels labels = new LabelReader().read();
        at = resume;
        line = resumeLine;
        lineStart = resumeLineStart;
        return labels;
    }

    /** Reads name and labels of one sample. */
    private final class LabelReader {
        private String[] pairs = new String[16];
        private int count;
        private boolean named;

        Labels read() throws ExpositionException {
            at = seriesFrom;
            if (bytes[at] != '{') {
                named = true;
                add(Labels.METRIC_NAME, bareName("a metric name"));
            }
            skipBlanks();
            if (at < seriesTo) {
                at++;
                braces();
            }
            if (!named) {
                throw error("the metric name is missing");
            }
            Labels.Builder builder = new Labels.Builder();
            for (int i = 0; i < count; i += 2) {
                builder.set(pairs[i], pairs[i + 1]);
            }
            return builder.build();
        }

        private void braces() throws ExpositionException {
            boolean comma = true;
            while (true) {
                skipBlanks();
                byte b = peek();
                if (b == '}') {
                    return;
                }
                if (!comma) {
                    throw error("expected ',' or '}'");
                }
                int nameAt = at;
                boolean isQuoted = b == '"';
                String name = isQuoted ? quoted() : labelName();
                skipBlanks();
                if (isQuoted && (peek() == ',' || peek() == '}')) {
                    if (named) {
                        at = nameAt;
                        throw error("the metric name is given twice");
                    }
                    named = true;
                    add(Labels.METRIC_NAME, name);
                } else {
                    if (peek() != '=') {
                        throw error("expected '=' after the label name");
                    }
                    at++;
                    skipBlanks();
                    if (peek() != '"') {
                        throw error("expected a quoted label value");
                    }
                    String labelValue = quoted();
                    if (name.isEmpty()) {
                        at = nameAt;
                        throw error("a label has no name");
                    }
                    for (int i = 0; i < count; i += 2) {
                        if (pairs[i].equals(name)) {
                            at = nameAt;
                            throw error("the label " + name + " is given twice");
                        }
                    }
                    add(name, Numbers.isBound(type, name) ? Numbers.normalised(labelValue) : labelValue);
                }
                skipBlanks();
                comma = peek() == ',';
                if (comma) {
                    at++;
                }
            }
        }

        private void add(String name, String labelValue) {
            if (count == pairs.length) {
                pairs = Arrays.copyOf(pairs, count * 2);
            }
            pairs[count++] = name;
            pairs[count++] = labelValue;
        }
    }

    private String bareName(String what) throws ExpositionException {
        int from = at;
        if (!isNameStart(peek())) {
            throw error("expected " + what);
        }
        while (at < bytes.length && isNamePart(bytes[at])) {
            at++;
        }
        return utf8(from, at);
    }

    private String labelName() throws ExpositionException {
        int from = at;
        if (!isNameStart(peek()) || peek() == ':') {
            throw error("expected a label name");
        }
        while (at < bytes.length && isNamePart(bytes[at]) && bytes[at] != ':') {
            at++;
        }
        return utf8(from, at);
    }

    /** Reads a text in quotes; the next byte is the opening quote. */
    private String quoted() throws ExpositionException {
        int from = ++at;
        while (at < bytes.length && bytes[at] != '"' && bytes[at] != '\n') {
            at += bytes[at] == '\\' ? 2 : 1;
        }
        if (at >= bytes.length || bytes[at] != '"') {
            at = from - 1;
            throw error("a quote without its end");
        }
        String content = unescape(from, at, true);
        at++;
        return content;
    }

    private String unescape(int from, int to, boolean quotes) throws ExpositionException {
        boolean escaped = false;
        for (int i = from; i < to && !escaped; i++) {
            escaped = bytes[i] == '\\';
        }
        if (!escaped) {
            return utf8(from, to);
        }
        byte[] plain = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '\\' && i + 1 < to) {
                byte next = bytes[++i];
                if (next == 'n') {
                    plain[length++] = '\n';
                } else if (next == '\\' || next == '"' && quotes) {
                    plain[length++] = next;
                } else {
                    plain[length++] = '\\';
                    plain[length++] = next;
                }
            } else {
                plain[length++] = b;
            }
        }
        try {
            return Utf8.read(plain, 0, length);
        } catch (IllegalArgumentException e) {
            at = from;
            throw error("not valid UTF-8");
        }
    }

    private String utf8(int from, int to) throws ExpositionException {
        try {
            return Utf8.read(bytes, from, to);
        } catch (IllegalArgumentException e) {
            at = from;
            throw error("not valid UTF-8");
        }
    }

    private boolean startsWith(String word) {
        if (bytes.length - at < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (bytes[at + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The byte at the place, or 0 behind the end. */
    private byte peek() {
        return at < bytes.length ? bytes[at] : 0;
    }

    private void skipBlanks() {
        while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\t')) {
            at++;
        }
    }

    private void skipLine() {
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        endLine();
    }

    private void endLine() {
        if (at < bytes.length) {
            at++;
            line++;
            lineStart = at;
        }
    }

    private ExpositionException error(String what) {
        return new ExpositionException(line, at - lineStart + 1, what);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static boolean isNameStart(byte b) {
        return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' || b == ':';
    }

    private static boolean isNamePart(byte b) {
        return isNameStart(b) || b >= '0' && b <= '9';
    }
}
