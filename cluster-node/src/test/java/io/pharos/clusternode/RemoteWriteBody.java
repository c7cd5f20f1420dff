package io.pharos.clusternode;

import io.pharos.timeseries.labels.Labels;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The body of a remote write request, written byte by byte: protobuf in a snappy block of literals. */
final class RemoteWriteBody {
    private RemoteWriteBody() {}

    /** One sample of a series without labels; the name is short. */
    static byte[] of(String metric, long timestampMillis, double value) {
        return of(label("__name__", metric), timestampMillis, value);
    }

    /** One sample of a series whose label {@code i} tells it from others of its metric. */
    static byte[] of(String metric, int i, long timestampMillis, double value) {
        return of(
                ProtobufBytes.join(label("__name__", metric), label("i", Integer.toString(i))), timestampMillis, value);
    }

    /** All samples of some series, each in the order of its times; at most 16 MiB of them. */
    static byte[] of(Map<Labels, ? extends Map<Long, Double>> series) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        series.forEach((labels, samples) -> {
            ByteArrayOutputStream one = new ByteArrayOutputStream();
            for (int i = 0; i < labels.size(); i++) {
                one.writeBytes(label(labels.name(i), labels.value(i)));
            }
            samples.forEach((time, value) -> one.writeBytes(sample(time, value)));
            request.writeBytes(message(1, one.toByteArray()));
        });
        int last = request.size() - 1;
        // Tag 62 of a literal: three bytes with the length follow.
        byte[] literal = {(byte) (62 << 2), (byte) last, (byte) (last >> 8), (byte) (last >> 16)};
        return ProtobufBytes.join(ProtobufBytes.varint(request.size()), literal, request.toByteArray());
    }

    private static byte[] label(String name, String value) {
        return message(
                1,
                ProtobufBytes.join(
                        message(1, name.getBytes(StandardCharsets.UTF_8)),
                        message(2, value.getBytes(StandardCharsets.UTF_8))));
    }

    private static byte[] sample(long timestampMillis, double value) {
        byte[] number = ByteBuffer.allocate(9)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 9)
                .putDouble(value)
                .array();
        return message(2, ProtobufBytes.join(number, ProtobufBytes.varint(16), ProtobufBytes.varint(timestampMillis)));
    }

    private static byte[] of(byte[] labels, long timestampMillis, double value) {
        byte[] request = message(1, ProtobufBytes.join(labels, sample(timestampMillis, value)));
        // Tag 60 of a literal: one byte with the length follows.
        return ProtobufBytes.join(
                ProtobufBytes.varint(request.length),
                new byte[] {(byte) (60 << 2), (byte) (request.length - 1)},
                request);
    }

    private static byte[] message(int field, byte[] content) {
        return ProtobufBytes.join(
                ProtobufBytes.varint((long) field << 3 | 2), ProtobufBytes.varint(content.length), content);
    }
}
