package io.pharos.collection.wire.remotewrite;

import io.pharos.collection.wire.MalformedBodyException;
import io.pharos.collection.wire.Utf8;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.Exemplar;
import io.pharos.timeseries.sample.ExemplarBatch;
import io.pharos.timeseries.sample.ExemplarBatchBuilder;
import io.pharos.timeseries.sample.ExemplarRefusal;
import io.pharos.timeseries.sample.LabelEncoding;
import java.util.Arrays;

/**
 * Reads the exemplars of a request, a series' after its end, since its labels may follow them. One that cannot be read is refused alone.
 * There is none of this object for a request without exemplars.
 */
final class ExemplarParser {
    private static final int LABEL = 1 << 3 | 2;
    private static final int VALUE = 2 << 3 | 1;
    private static final int TIMESTAMP = 3 << 3;
    private static final int NAME = 1 << 3 | 2;
    private static final int LABEL_VALUE = 2 << 3 | 2;
    /** More bytes than the characters allowed can take; what is longer need not be read. */
    private static final int BYTES_MAX = 16 * Exemplar.LABEL_CHARACTERS_MAX;

    private final byte[] message;
    private final LabelEncoding encoding;
    private final ExemplarBatchBuilder batch;
    private int[] places = new int[8];
    private int count;

    ExemplarParser(byte[] message, LabelEncoding encoding, RemoteWriteSettings limits) {
        this.message = message;
        this.encoding = encoding;
        this.batch = new ExemplarBatchBuilder(limits.exemplarsMax());
    }

    /** The series that is being read has one between these places of the message. */
    void found(int from, int to) {
        if (batch.isFull()) {
            batch.refuse(ExemplarRefusal.REQUEST_LIMIT);
            return;
        }
        if (2 * count == places.length) {
            places = Arrays.copyOf(places, 4 * count);
        }
        places[2 * count] = from;
        places[2 * count++ + 1] = to;
    }

    /**
     * The series has these labels.
     *
     * @param sampleMillis the time of its last sample here, for an exemplar without one; 0 where it has none
     */
    void endSeries(byte[] labelBytes, int from, int to, long sampleMillis) {
        if (count == 0) {
            return;
        }
        Labels series = null;
        try {
            series = encoding.decode(labelBytes, from, to);
        } catch (IllegalArgumentException unreadable) {
            // Its samples say so.
        }
        for (int i = 0; i < count; i++) {
            if (series == null) {
                batch.refuse(ExemplarRefusal.INVALID);
            } else if (places[2 * i + 1] - places[2 * i] > BYTES_MAX) {
                batch.refuse(ExemplarRefusal.LABELS_TOO_LONG);
            } else {
                read(series, places[2 * i], places[2 * i + 1], sampleMillis);
            }
        }
        count = 0;
    }

    private void read(Labels series, int from, int to, long sampleMillis) {
        ProtobufCursor in = new ProtobufCursor(message, from, to);
        Labels.Builder labels = new Labels.Builder();
        double value = 0;
        long timestamp = 0;
        try {
            while (in.at < to) {
                int tag = in.tag();
                if (tag == LABEL) {
                    label(in, in.messageEnd(to, "a label"), labels);
                } else if (tag == VALUE) {
                    value = in.float64(to);
                } else if (tag == TIMESTAMP) {
                    timestamp = in.varint(to);
                } else {
                    in.skip(tag, to);
                }
            }
        } catch (MalformedBodyException | IllegalArgumentException unreadable) {
            batch.refuse(ExemplarRefusal.INVALID);
            return;
        }
        // The protocol cannot tell 0 from none.
        long time = timestamp == 0 ? sampleMillis : timestamp;
        if (time == 0) {
            batch.refuse(ExemplarRefusal.INVALID);
        } else {
            batch.add(series, new Exemplar(labels.build(), value, time, timestamp != 0));
        }
    }

    private static void label(ProtobufCursor in, int end, Labels.Builder labels) throws MalformedBodyException {
        String name = "";
        String value = "";
        while (in.at < end) {
            int tag = in.tag();
            if (tag == NAME || tag == LABEL_VALUE) {
                int textEnd = in.messageEnd(end, "a label");
                String text = Utf8.read(in.bytes, in.at, textEnd);
                in.at = textEnd;
                if (tag == NAME) {
                    name = text;
                } else {
                    value = text;
                }
            } else {
                in.skip(tag, end);
            }
        }
        if (name.isEmpty() || !labels.get(name).isEmpty()) {
            throw new IllegalArgumentException("a label of an exemplar has no name, or one that is there already");
        }
        labels.set(name, value);
    }

    ExemplarBatch batch() {
        return batch.build();
    }
}
