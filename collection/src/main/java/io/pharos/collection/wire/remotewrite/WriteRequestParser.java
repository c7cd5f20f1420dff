package io.pharos.collection.wire.remotewrite;

import io.pharos.collection.metadata.MetadataCache;
import io.pharos.collection.metadata.MetricMetadata;
import io.pharos.collection.metadata.MetricType;
import io.pharos.collection.wire.MalformedBodyException;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.sample.AppendResult.Refusal;
import io.pharos.timeseries.sample.AppendResult.RefusalReason;
import io.pharos.timeseries.sample.ExemplarBatch;
import io.pharos.timeseries.sample.LabelEncoding;
import io.pharos.timeseries.sample.SampleBatch;
import io.pharos.timeseries.sample.StaleMarker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one WriteRequest in one pass: samples go to columns, labels stay where they are and are only measured. What is inside a
 * label is looked at when the router meets the series for the first time.
 */
final class WriteRequestParser {
    private static final int LENGTH_DELIMITED = 2;
    private static final int TIMESERIES = 1 << 3 | LENGTH_DELIMITED;
    private static final int METADATA = 3 << 3 | LENGTH_DELIMITED;
    private static final int LABEL = 1 << 3 | LENGTH_DELIMITED;
    private static final int SAMPLE = 2 << 3 | LENGTH_DELIMITED;
    private static final int EXEMPLAR = 3 << 3 | LENGTH_DELIMITED;
    private static final int HISTOGRAM = 4 << 3 | LENGTH_DELIMITED;
    private static final int SAMPLE_VALUE = 1 << 3 | 1;
    private static final int SAMPLE_TIMESTAMP = 2 << 3;

    /** By number, as the protocol has them. */
    private static final MetricType[] TYPES = {
        MetricType.UNKNOWN, MetricType.COUNTER, MetricType.GAUGE, MetricType.HISTOGRAM,
        MetricType.GAUGEHISTOGRAM, MetricType.SUMMARY, MetricType.INFO, MetricType.STATESET
    };

    private final RemoteWriteSettings limits;
    private final LabelEncoding encoding;
    private final MetadataCache metadataCache;
    private final ProtobufCursor cursor;
    private final int end;

    private byte[] labelBytes;
    private int copiedEnd;
    private int[] labelFrom;
    private int[] labelTo;
    private int[] sampleFrom;
    private long[] timestamps;
    private double[] values;
    private int series;
    private int samples;
    private @Nullable EncodedHistogram @Nullable [] histogramOf;
    private @Nullable HistogramParser histogramParser;
    private final List<Refusal> invalid = new ArrayList<>(0);
    private int invalidCount;
    private int histograms;
    private long histogramMemory;
    private @Nullable ExemplarParser exemplars;
    private int metadata;

    WriteRequestParser(
            byte[] message, RemoteWriteSettings limits, LabelEncoding encoding, MetadataCache metadataCache) {
        this.limits = limits;
        this.encoding = encoding;
        this.metadataCache = metadataCache;
        cursor = new ProtobufCursor(message, 0, message.length);
        end = message.length;
        labelBytes = message;
        copiedEnd = message.length;
        int guess = guessSeries(message);
        labelFrom = new int[guess];
        labelTo = new int[guess];
        sampleFrom = new int[guess + 1];
        int sampleGuess = Math.min(guess, limits.samplesMax());
        timestamps = new long[sampleGuess];
        values = new double[sampleGuess];
    }

    /** Series of one request are of similar length, so the first one's length tells how many there are. */
    private int guessSeries(byte[] message) {
        int first = 64;
        if (message.length > 3 && message[0] == TIMESERIES) {
            first = message[1] >= 0 ? message[1] + 2 : (message[1] & 0x7f | (message[2] & 0x7f) << 7) + 3;
        }
        int guess = message.length / Math.max(first - first / 8, 16) + 8;
        return Math.min(guess, limits.seriesMax());
    }

    RemoteWriteRequest parse() throws MalformedBodyException {
        while (cursor.at < end) {
            int tag = cursor.tag();
            if (tag == TIMESERIES) {
                timeSeries(cursor.messageEnd(end, "a series"));
            } else if (tag == METADATA) {
                metadata(cursor.messageEnd(end, "a metadata entry"));
            } else {
                cursor.skip(tag, end);
            }
        }
        sampleFrom[series] = samples;
        SampleBatch batch = new SampleBatch(
                encoding, series, labelBytes, labelFrom, labelTo, sampleFrom, timestamps, values, histogramOf);
        return new RemoteWriteRequest(
                batch,
                histograms,
                List.copyOf(invalid),
                invalidCount,
                exemplars == null ? ExemplarBatch.EMPTY : exemplars.batch(),
                metadata);
    }

    private ExemplarParser exemplarParser() {
        ExemplarParser parser = exemplars;
        if (parser == null) {
            parser = new ExemplarParser(cursor.bytes, encoding, limits);
            exemplars = parser;
        }
        return parser;
    }

    private void timeSeries(int seriesEnd) throws MalformedBodyException {
        ProtobufCursor in = cursor;
        int start = in.at;
        int firstSample = samples;
        int firstInvalid = invalid.size();
        int from = start;
        int to = start;
        while (in.at < seriesEnd) {
            int fieldStart = in.at;
            int tag = in.tag();
            if (tag == LABEL) {
                in.at = in.messageEnd(seriesEnd, "a label");
                if (fieldStart == to) {
                    to = in.at;
                } else if (from == to) {
                    from = fieldStart;
                    to = in.at;
                } else {
                    // Labels apart from each other: no known sender does this, but the format allows it.
                    int copied = copy(from, to, fieldStart, in.at);
                    from = copied;
                    to = copiedEnd;
                }
            } else if (tag == SAMPLE) {
                sample(in.messageEnd(seriesEnd, "a sample"));
            } else if (tag == HISTOGRAM) {
                histogram(in.messageEnd(seriesEnd, "a histogram"));
            } else if (tag == EXEMPLAR) {
                int exemplarEnd = in.messageEnd(seriesEnd, "an exemplar");
                exemplarParser().found(in.at, exemplarEnd);
                in.at = exemplarEnd;
            } else {
                in.skip(tag, seriesEnd);
            }
        }
        if (invalid.size() > firstInvalid) {
            nameInvalid(firstInvalid, from, to);
        }
        if (exemplars != null) {
            exemplars.endSeries(labelBytes, from, to, samples == firstSample ? 0 : timestamps[samples - 1]);
        }
        if (samples == firstSample) {
            return;
        }
        if (series == limits.seriesMax()) {
            throw MalformedBodyException.tooLarge(
                    "the request holds more than " + limits.seriesMax() + " series: send fewer at once");
        }
        if (series == labelFrom.length) {
            int more = Math.min(limits.seriesMax(), series + (series >> 1) + 8);
            labelFrom = Arrays.copyOf(labelFrom, more);
            labelTo = Arrays.copyOf(labelTo, more);
            sampleFrom = Arrays.copyOf(sampleFrom, more + 1);
        }
        labelFrom[series] = from;
        labelTo[series] = to;
        sampleFrom[series++] = firstSample;
    }

    /** Puts two runs of labels one after the other at the end of the buffer; gives where they begin. */
    private int copy(int from, int to, int nextFrom, int nextTo) throws MalformedBodyException {
        boolean extendsLast = to == copiedEnd && from >= end;
        int length = (extendsLast ? 0 : to - from) + nextTo - nextFrom;
        if (length > limits.uncompressedBytesMax() - (copiedEnd - end)) {
            throw MalformedBodyException.tooLarge("the labels of a series are scattered and too many");
        }
        if (copiedEnd + length > labelBytes.length) {
            labelBytes = Arrays.copyOf(labelBytes, Math.max(copiedEnd + length, copiedEnd + (copiedEnd >> 1)));
        }
        int begin = extendsLast ? from : copiedEnd;
        if (!extendsLast) {
            System.arraycopy(labelBytes, from, labelBytes, copiedEnd, to - from);
            copiedEnd += to - from;
        }
        System.arraycopy(labelBytes, nextFrom, labelBytes, copiedEnd, nextTo - nextFrom);
        copiedEnd += nextTo - nextFrom;
        return begin;
    }

    private void sample(int sampleEnd) throws MalformedBodyException {
        ProtobufCursor in = cursor;
        long bits = 0; // a field that is absent is zero
        long timestamp = 0;
        while (in.at < sampleEnd) {
            int tag = in.tag();
            if (tag == SAMPLE_VALUE) {
                bits = in.fixed64(sampleEnd);
            } else if (tag == SAMPLE_TIMESTAMP) {
                timestamp = in.varint(sampleEnd);
            } else {
                in.skip(tag, sampleEnd);
            }
        }
        add(timestamp, Double.longBitsToDouble(bits));
    }

    private void add(long timestamp, double value) throws MalformedBodyException {
        if (samples == timestamps.length) {
            if (samples >= limits.samplesMax()) {
                throw tooManySamples();
            }
            int more = Math.min(limits.samplesMax(), samples * 2 + 8);
            timestamps = Arrays.copyOf(timestamps, more);
            values = Arrays.copyOf(values, more);
            if (histogramOf != null) {
                histogramOf = Arrays.copyOf(histogramOf, more);
            }
        }
        timestamps[samples] = timestamp;
        values[samples++] = value;
    }

    private MalformedBodyException tooManySamples() {
        return MalformedBodyException.tooLarge(
                "the request holds more than " + limits.samplesMax() + " samples: send fewer at once");
    }

    private void histogram(int histogramEnd) throws MalformedBodyException {
        HistogramParser parser = histogramParser;
        if (parser == null) {
            parser = new HistogramParser(limits.histogramBucketsMax());
            histogramParser = parser;
        }
        parser.read(cursor, histogramEnd);
        if (++histograms > limits.samplesMax()) {
            // Those that are refused alone are not among the samples, and take time all the same.
            throw tooManySamples();
        }
        if (parser.isStale()) {
            add(parser.timestamp(), StaleMarker.VALUE);
            return;
        }
        try {
            EncodedHistogram histogram = parser.histogram();
            histogramMemory += histogram.memoryBytes();
            if (histogramMemory > limits.histogramMemoryMax()) {
                throw MalformedBodyException.tooLarge("the histograms of the request take more than "
                        + limits.histogramMemoryMax()
                        + " bytes in memory (pharos.collection.remote-write.histogram-memory-max): send fewer at once");
            }
            add(parser.timestamp(), histogram.mark());
            if (histogramOf == null) {
                histogramOf = new EncodedHistogram[timestamps.length];
            }
            histogramOf[samples - 1] = histogram;
        } catch (InvalidHistogramException wrong) {
            invalidCount++;
            if (invalid.size() < RemoteWriteRequest.INVALID_NAMED) {
                invalid.add(new Refusal(
                        "",
                        parser.timestamp(),
                        EncodedHistogram.ANY_MARK,
                        RefusalReason.INVALID_HISTOGRAM,
                        String.valueOf(wrong.getMessage())));
            }
        }
    }

    /** The labels may follow the histograms, so that their names are known only now. */
    private void nameInvalid(int first, int from, int to) {
        String name;
        try {
            name = encoding.decode(labelBytes, from, to).toString();
        } catch (IllegalArgumentException unreadable) {
            name = "{?}";
        }
        for (int i = first; i < invalid.size(); i++) {
            Refusal one = invalid.get(i);
            invalid.set(i, new Refusal(name, one.timestampMillis(), one.value(), one.reason(), one.detail()));
        }
    }

    private void metadata(int entryEnd) throws MalformedBodyException {
        ProtobufCursor in = cursor;
        MetricType type = MetricType.UNKNOWN;
        String name = "";
        String help = "";
        String unit = "";
        while (in.at < entryEnd) {
            int tag = in.tag();
            switch (tag) {
                case 1 << 3 -> {
                    long number = in.varint(entryEnd);
                    type = number > 0 && number < TYPES.length ? TYPES[(int) number] : MetricType.UNKNOWN;
                }
                case 2 << 3 | LENGTH_DELIMITED -> name = text(entryEnd);
                case 4 << 3 | LENGTH_DELIMITED -> help = text(entryEnd);
                case 5 << 3 | LENGTH_DELIMITED -> unit = text(entryEnd);
                default -> in.skip(tag, entryEnd);
            }
        }
        metadata++;
        if (!name.isEmpty()) {
            metadataCache.put(name, new MetricMetadata(type, help, unit));
        }
    }

    private String text(int entryEnd) throws MalformedBodyException {
        int to = cursor.messageEnd(entryEnd, "a text of a metadata entry");
        int from = cursor.at;
        cursor.at = to;
        return new String(cursor.bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
