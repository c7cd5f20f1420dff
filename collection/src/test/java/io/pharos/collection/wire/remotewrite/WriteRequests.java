package io.pharos.collection.wire.remotewrite;

import io.pharos.timeseries.labels.Labels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.xerial.snappy.Snappy;

/** Writes remote write messages for tests, field by field. */
final class WriteRequests {
    static final RemoteWriteSettings LIMITS =
            new RemoteWriteSettings(1 << 20, 4 << 20, 10_000, 20_000, 8, 64, 128, 160, 1 << 20, 50);

    private WriteRequests() {}

    static byte[] message(int field, byte[]... parts) {
        byte[] content = join(parts);
        return join(varint((long) field << 3 | 2), varint(content.length), content);
    }

    static byte[] text(int field, String text) {
        return message(field, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] label(String name, String value) {
        return message(1, text(1, name), text(2, value));
    }

    static byte[] sample(long timestamp, double value) {
        byte[] number = ByteBuffer.allocate(9)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 9)
                .putDouble(value)
                .array();
        return message(2, value == 0 ? new byte[0] : number, join(varint(16), varint(timestamp)));
    }

    static byte[] series(Labels labels, byte[]... fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < labels.size(); i++) {
            out.writeBytes(label(labels.name(i), labels.value(i)));
        }
        out.writeBytes(join(fields));
        return message(1, out.toByteArray());
    }

    static byte[] varint(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
        return out.toByteArray();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] snappy(byte[] message) {
        try {
            return Snappy.compress(message);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
