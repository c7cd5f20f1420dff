package io.pharos.collection.wire.remotewrite;

import io.pharos.collection.wire.Utf8;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.LabelEncoding;

/** Labels as a remote write series has them: a run of protobuf fields 1, each a message of name (1) and value (2). */
final class ProtobufLabelEncoding implements LabelEncoding {
    private static final int CODE = 1;
    private static final int LABEL = 1 << 3 | 2;
    private static final int NAME = 1 << 3 | 2;
    private static final int VALUE = 2 << 3 | 2;

    private final RemoteWriteSettings limits;

    ProtobufLabelEncoding(RemoteWriteSettings limits) {
        this.limits = limits;
    }

    @Override
    public int code() {
        return CODE;
    }

    @Override
    public Labels decode(byte[] bytes, int from, int to) {
        ProtobufCursor cursor = new ProtobufCursor(bytes, from, to);
        String[] pairs = new String[16];
        int count = 0;
        boolean sorted = true;
        boolean named = false;
        try {
            while (cursor.at < to) {
                if (cursor.tag() != LABEL) {
                    throw new IllegalArgumentException("a label is not readable");
                }
                int end = cursor.messageEnd(to, "a label");
                String name = "";
                String value = "";
                while (cursor.at < end) {
                    int tag = cursor.tag();
                    if (tag == NAME) {
                        name = text(cursor, end, limits.nameBytesMax(), "a label name");
                    } else if (tag == VALUE) {
                        value = text(cursor, end, limits.valueBytesMax(), "a label value");
                    } else {
                        cursor.skip(tag, end);
                    }
                }
                if (name.isEmpty()) {
                    throw new IllegalArgumentException("a label has no name");
                }
                if (value.isEmpty()) {
                    continue;
                }
                if (count == 2 * limits.labelsMax()) {
                    throw new IllegalArgumentException("more than " + limits.labelsMax() + " labels");
                }
                if (count == pairs.length) {
                    pairs = java.util.Arrays.copyOf(pairs, count * 2);
                }
                sorted &= count == 0 || Labels.compareUtf8(pairs[count - 2], name) < 0;
                named |= name.equals(Labels.METRIC_NAME);
                pairs[count] = name;
                pairs[count + 1] = value;
                count += 2;
            }
        } catch (io.pharos.collection.wire.MalformedBodyException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (!named) {
            throw new IllegalArgumentException("the metric name (label " + Labels.METRIC_NAME + ") is missing");
        }
        pairs = java.util.Arrays.copyOf(pairs, count);
        if (!sorted) {
            sort(pairs);
        }
        return Labels.ofSorted(pairs);
    }

    private static String text(ProtobufCursor cursor, int end, int max, String what)
            throws io.pharos.collection.wire.MalformedBodyException {
        int textEnd = cursor.messageEnd(end, what);
        int from = cursor.at;
        if (textEnd - from > max) {
            throw new IllegalArgumentException(what + " has " + (textEnd - from) + " bytes, more than " + max);
        }
        cursor.at = textEnd;
        try {
            return Utf8.read(cursor.bytes, from, textEnd);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(what + " is not valid UTF-8", e);
        }
    }

    /** Insertion sort: there are few labels, and senders nearly always sort them. */
    private static void sort(String[] pairs) {
        for (int i = 2; i < pairs.length; i += 2) {
            String name = pairs[i];
            String value = pairs[i + 1];
            int at = i;
            int order = 1;
            while (at > 0 && (order = Labels.compareUtf8(pairs[at - 2], name)) > 0) {
                pairs[at] = pairs[at - 2];
                pairs[at + 1] = pairs[at - 1];
                at -= 2;
            }
            if (order == 0) {
                throw new IllegalArgumentException("the label " + name + " is given twice");
            }
            pairs[at] = name;
            pairs[at + 1] = value;
        }
    }
}
