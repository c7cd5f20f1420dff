package io.pharos.benchmarks.queries;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.xerial.snappy.Snappy;

/** Six hours of samples and the ten minutes before as remote write bodies, in the order of time, many samples a series in each. */
final class History {
    static final long STEP_MILLIS = 15_000;

    /** Ten minutes more than is asked for: where a window begins before its series, versions of Prometheus extrapolate differently. */
    static final int SAMPLES = Integer.getInteger("history.minutes", 370) * 60_000 / (int) STEP_MILLIS;

    /** No sample lies on the edge of a window: there versions of Prometheus differ. */
    private static final long OFFSET_MILLIS = 3_700;

    private static final int SERIES_A_BODY = 250;
    private static final int SAMPLES_A_BODY = 40;

    /** Takes the bodies. */
    interface Receiver {
        void body(byte[] compressed);
    }

    private final long endMillis;

    /** History up to a time that all windows of queries end at. */
    History(long endMillis) {
        this.endMillis = endMillis;
    }

    private long time(int sample) {
        return endMillis - (SAMPLES - sample) * STEP_MILLIS + OFFSET_MILLIS;
    }

    /** Tells all samples; returns how many there were. */
    long tell(Receiver receiver) {
        List<HistoryMetric> metrics = HistoryMetric.all();
        List<double[][]> values = new ArrayList<>();
        long all = 0;
        for (HistoryMetric metric : metrics) {
            double[][] ofMetric = new double[metric.series().size()][];
            for (int i = 0; i < ofMetric.length; i++) {
                ofMetric[i] = metric.values(i, SAMPLES);
                all += SAMPLES;
            }
            values.add(ofMetric);
        }
        for (int from = 0; from < SAMPLES; from += SAMPLES_A_BODY) {
            int to = Math.min(SAMPLES, from + SAMPLES_A_BODY);
            for (int m = 0; m < metrics.size(); m++) {
                HistoryMetric metric = metrics.get(m);
                for (int first = 0; first < metric.series().size(); first += SERIES_A_BODY) {
                    ByteArrayOutputStream body = new ByteArrayOutputStream(1 << 16);
                    int end = Math.min(metric.series().size(), first + SERIES_A_BODY);
                    for (int i = first; i < end; i++) {
                        message(body, 1, series(metric, i, values.get(m)[i], from, to));
                    }
                    try {
                        receiver.body(Snappy.compress(body.toByteArray()));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e); // a buffer in memory does not fail
                    }
                }
            }
        }
        return all;
    }

    private ByteArrayOutputStream series(HistoryMetric metric, int place, double[] values, int from, int to) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        label(out, "__name__", metric.name());
        List<String> labels = metric.series().get(place);
        for (int i = 0; i < labels.size(); i += 2) {
            label(out, labels.get(i), labels.get(i + 1));
        }
        for (int i = from; i < to; i++) {
            ByteArrayOutputStream sample = new ByteArrayOutputStream();
            sample.write(1 << 3 | 1);
            long bits = Double.doubleToRawLongBits(values[i]);
            for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
                sample.write((int) (bits >>> shift));
            }
            sample.write(2 << 3);
            varint(sample, time(i));
            message(out, 2, sample);
        }
        return out;
    }

    private static void label(ByteArrayOutputStream out, String name, String value) {
        ByteArrayOutputStream label = new ByteArrayOutputStream();
        text(label, 1, name);
        text(label, 2, value);
        message(out, 1, label);
    }

    private static void text(ByteArrayOutputStream out, int field, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(field << 3 | 2);
        varint(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void message(ByteArrayOutputStream out, int field, ByteArrayOutputStream message) {
        out.write(field << 3 | 2);
        varint(out, message.size());
        out.writeBytes(message.toByteArray());
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest >>> 7 != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
