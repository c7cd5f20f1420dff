package io.pharos.collection.wire.remotewrite;

import static io.pharos.collection.wire.remotewrite.WriteRequests.join;
import static io.pharos.collection.wire.remotewrite.WriteRequests.message;
import static io.pharos.collection.wire.remotewrite.WriteRequests.varint;

import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes native histograms as senders do, with integer counts or with floats, lists packed or not. */
final class HistogramMessages {
    private HistogramMessages() {}

    static byte[] histogram(long timestamp, Histogram histogram, boolean floats, boolean packed) {
        double[] bounds = histogram.customBounds();
        return message(
                4,
                floats ? fixed(2, histogram.count()) : number(1, (long) histogram.count()),
                fixed(3, histogram.sum()),
                number(4, zigzag(histogram.schema())),
                fixed(5, histogram.zeroThreshold()),
                floats ? fixed(7, histogram.zeroCount()) : number(6, (long) histogram.zeroCount()),
                buckets(8, histogram.negative(), floats, packed),
                buckets(11, histogram.positive(), floats, packed),
                number(14, histogram.hint().code()),
                number(15, timestamp),
                bounds.length == 0 ? new byte[0] : doubles(16, bounds, packed));
    }

    private static byte[] buckets(int field, HistogramBuckets buckets, boolean floats, boolean packed) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream deltas = new ByteArrayOutputStream();
        double[] counts = new double[buckets.size()];
        long before = 0;
        int end = 0;
        for (int i = 0; i < buckets.size(); ) {
            int from = i;
            while (i < buckets.size() && buckets.index(i) == buckets.index(from) + i - from) {
                counts[i] = buckets.count(i);
                byte[] delta = varint(zigzag((long) counts[i] - before));
                deltas.writeBytes(packed ? delta : join(varint((long) (field + 1) << 3), delta));
                before = (long) counts[i++];
            }
            out.writeBytes(message(field, number(1, zigzag(buckets.index(from) - end)), number(2, i - from)));
            end = buckets.index(from) + i - from;
        }
        if (floats) {
            out.writeBytes(doubles(field + 2, counts, packed));
        } else {
            out.writeBytes(packed ? message(field + 1, deltas.toByteArray()) : deltas.toByteArray());
        }
        return out.toByteArray();
    }

    static byte[] doubles(int field, double[] numbers, boolean packed) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (double number : numbers) {
            byte[] one = fixed(field, number);
            out.writeBytes(packed ? java.util.Arrays.copyOfRange(one, one.length - 8, one.length) : one);
        }
        return packed ? message(field, out.toByteArray()) : out.toByteArray();
    }

    static byte[] fixed(int field, double number) {
        byte[] bytes = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(Double.doubleToRawLongBits(number))
                .array();
        return join(varint((long) field << 3 | 1), bytes);
    }

    static byte[] number(int field, long number) {
        return join(varint((long) field << 3), varint(number));
    }

    static byte[] span(int field, int offset, long length) {
        return message(field, number(1, zigzag(offset)), number(2, length));
    }

    static long zigzag(long number) {
        return number << 1 ^ number >> 63;
    }
}
