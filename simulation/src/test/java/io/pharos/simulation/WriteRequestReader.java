package io.pharos.simulation;

import io.pharos.timeseries.labels.Labels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.xerial.snappy.Snappy;

/** Reads remote write 1.0 bodies the plain way, to check those that are written the fast way. */
public final class WriteRequestReader {
    /** One sample of a body. */
    public record Sample(Labels labels, long millis, double value) {}

    private WriteRequestReader() {}

    public static List<Sample> read(byte[] body) throws IOException {
        List<Sample> samples = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(Snappy.uncompress(body)).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            expect(in, 0x0a);
            readSeries(message(in), samples);
        }
        return samples;
    }

    private static void readSeries(ByteBuffer in, List<Sample> samples) {
        List<String> pairs = new ArrayList<>();
        while (in.hasRemaining()) {
            int tag = in.get();
            ByteBuffer message = message(in);
            if (tag == 0x0a) {
                expect(message, 0x0a);
                pairs.add(text(message));
                expect(message, 0x12);
                pairs.add(text(message));
            } else if (tag == 0x1a) {
                samples.add(exemplar(message, pairs));
            } else {
                expect(message, 0x09);
                double value = message.getDouble();
                expect(message, 0x10);
                samples.add(new Sample(Labels.ofSorted(pairs.toArray(String[]::new)), varint(message), value));
            }
        }
    }

    /** An exemplar as a sample of its series with the trace's id for one more label. */
    private static Sample exemplar(ByteBuffer in, List<String> pairs) {
        expect(in, 0x0a);
        ByteBuffer label = message(in);
        expect(label, 0x0a);
        String name = text(label);
        expect(label, 0x12);
        Labels.Builder labels = new Labels.Builder().set(name, text(label));
        for (int i = 0; i < pairs.size(); i += 2) {
            labels.set(pairs.get(i), pairs.get(i + 1));
        }
        expect(in, 0x11);
        double value = in.getDouble();
        expect(in, 0x18);
        return new Sample(labels.build(), varint(in), value);
    }

    private static ByteBuffer message(ByteBuffer in) {
        int length = (int) varint(in);
        ByteBuffer message = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + length);
        return message;
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[(int) varint(in)];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte read = in.get();
            value |= (long) (read & 0x7f) << shift;
            if (read >= 0) {
                return value;
            }
        }
    }

    private static void expect(ByteBuffer in, int tag) {
        int read = in.get();
        if (read != tag) {
            throw new IllegalStateException("tag " + read + " instead of " + tag + " at " + in.position());
        }
    }
}
