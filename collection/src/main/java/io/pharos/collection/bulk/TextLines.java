package io.pharos.collection.bulk;

import io.pharos.collection.exposition.ExpositionException;
import io.pharos.collection.exposition.TextParser;
import io.pharos.timeseries.labels.Labels;
import java.util.Arrays;

/**
 * Prometheus text, a sample a line with a time in milliseconds; lines without one get the time of the import. Comments are passed over,
 * so bounds of histograms stay as they are written. Not thread-safe.
 */
public final class TextLines implements LineFormat {
    private final Labels extra;
    private final long defaultMillis;

    /**
     * Lines of one body.
     *
     * @param extra labels that every series gets; they win over its own
     * @param defaultMillis the time of samples that have none
     */
    public TextLines(Labels extra, long defaultMillis) {
        this.extra = extra;
        this.defaultMillis = defaultMillis;
    }

    @Override
    public void read(byte[] bytes, int from, int to, RunGatherer out) throws LineException {
        byte[] line = Arrays.copyOfRange(bytes, from, to + 1);
        line[to - from] = '\n';
        TextParser parser = new TextParser(line, false);
        try {
            if (line[0] == '#' || parser.next() != TextParser.Entry.SAMPLE) {
                return;
            }
            RunGatherer.Run run = out.find(line, parser.seriesFrom(), parser.seriesTo());
            if (run == null) {
                Labels.Builder labels = new Labels.Builder();
                ExtraLabels.add(parser.labels(), labels);
                ExtraLabels.add(extra, labels);
                run = out.add(line, parser.seriesFrom(), parser.seriesTo(), labels.build());
            }
            out.sample(run, parser.hasTimestamp() ? parser.timestampMillis() : defaultMillis, parser.value());
        } catch (ExpositionException wrong) {
            String text = String.valueOf(wrong.getMessage());
            // The parser's own line is always the first.
            int place = text.indexOf(": ");
            throw new LineException(wrong.column(), place < 0 ? text : text.substring(place + 2));
        }
    }
}
