package io.pharos.collection.exposition;

import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.Exemplar;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what follows the {@code #} of an OpenMetrics sample: {@code {label="value"} 0.5 1700000000.25}, the time may be missing. */
final class ExemplarReader {
    private ExemplarReader() {}

    /**
     * The exemplar between two places of a line, or null where there is none that can be read: that costs no sample.
     *
     * @param sampleMillis its time where it has none of its own
     */
    static @Nullable Exemplar read(byte[] bytes, int from, int to, long sampleMillis) {
        int open = from;
        while (open < to && TextCursor.isBlank(bytes[open])) {
            open++;
        }
        if (open == to || bytes[open] != '{') {
            return null;
        }
        // With a name before it, it reads as a sample does.
        byte[] sample = new byte[to - open + 1];
        sample[0] = 'x';
        System.arraycopy(bytes, open, sample, 1, to - open);
        TextParser parser = new TextParser(sample, true);
        try {
            if (parser.next() != TextParser.Entry.SAMPLE || parser.hasExemplar()) {
                return null;
            }
            Labels labels = parser.labels().drop(List.of(Labels.METRIC_NAME));
            boolean timed = parser.hasTimestamp();
            return new Exemplar(labels, parser.value(), timed ? parser.timestampMillis() : sampleMillis, timed);
        } catch (ExpositionException wrong) {
            return null;
        }
    }
}
