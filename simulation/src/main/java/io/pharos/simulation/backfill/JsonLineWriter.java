package io.pharos.simulation.backfill;

import io.pharos.timeseries.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes series as JSON lines of an import into a buffer that is used again. Numbers read back are the very same. One thread. */
final class JsonLineWriter {
    private static final double[] POWERS = {1, 10, 100, 1e3, 1e4, 1e5, 1e6};
    private static final long EXACT_MAX = 1_000_000_000_000_000L;

    private byte[] bytes = new byte[1 << 20];
    private int size;

    /** Begins a new body. */
    void clear() {
        size = 0;
    }

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    /** Writes times once for many series: the end of each line. */
    static byte[] tail(long first, long step, int count) {
        JsonLineWriter out = new JsonLineWriter();
        out.ascii("],\"timestamps\":[");
        for (int i = 0; i < count; i++) {
            out.room(24);
            if (i > 0) {
                out.bytes[out.size++] = ',';
            }
            out.number(first + i * step);
        }
        out.ascii("]}\n");
        return Arrays.copyOf(out.bytes, out.size);
    }

    /** The beginning of a line. */
    static byte[] head(Labels labels) {
        StringBuilder text = new StringBuilder("{\"metric\":{");
        for (int i = 0; i < labels.size(); i++) {
            text.append(i == 0 ? "\"" : ",\"").append(escaped(labels.name(i)));
            text.append("\":\"").append(escaped(labels.value(i))).append('"');
        }
        return text.append("},\"values\":[").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /** Writes one line. */
    void line(byte[] head, double[] values, int count, byte[] tail) {
        put(head);
        for (int i = 0; i < count; i++) {
            room(32);
            if (i > 0) {
                bytes[size++] = ',';
            }
            number(values[i]);
        }
        put(tail);
    }

    private void put(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
    }

    private void ascii(String text) {
        put(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
        }
    }

    private void number(double value) {
        if (Double.isNaN(value)) {
            ascii("null");
            return;
        }
        // The reader divides in the same way, so what is equal here is equal there.
        for (int decimals = 0; decimals < POWERS.length; decimals++) {
            double scaled = value * POWERS[decimals];
            if (Math.abs(scaled) >= EXACT_MAX) {
                break;
            }
            long whole = Math.round(scaled);
            if (whole / POWERS[decimals] == value && (whole != 0 || Double.doubleToRawLongBits(value) == 0)) {
                if (decimals == 0) {
                    number(whole);
                } else {
                    fraction(whole, decimals);
                }
                return;
            }
        }
        String text = Double.toString(value);
        ascii(text.endsWith("Infinity") ? '"' + text + '"' : text);
    }

    private void fraction(long whole, int decimals) {
        if (whole < 0) {
            bytes[size++] = '-';
            whole = -whole;
        }
        long power = (long) POWERS[decimals];
        number(whole / power);
        bytes[size++] = '.';
        long rest = whole % power;
        for (int i = decimals - 1; i >= 0; i--) {
            bytes[size + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += decimals;
    }

    private void number(long value) {
        long rest = value;
        if (rest < 0) {
            bytes[size++] = '-';
            rest = -rest;
        }
        int digits = 1;
        for (long power = 10; power <= rest && digits < 18; power *= 10) {
            digits++;
        }
        for (int i = digits - 1; i >= 0; i--) {
            bytes[size + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
    }
}
