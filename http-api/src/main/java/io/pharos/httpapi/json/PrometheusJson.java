package io.pharos.httpapi.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.pharos.timeseries.labels.Labels;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;

/** The small forms Prometheus' answers are made of. One instance serves one answer: it is not thread-safe. */
public final class PrometheusJson {
    private final RawBytes raw = new RawBytes(2 * DecimalText.LENGTH_MAX + 8);
    private final byte[] scratch = raw.bytes;

    /** {@code [1700000000.123,"1.5"]}. */
    public void sample(JsonGenerator out, long timestampMillis, double value) throws IOException {
        scratch[0] = '[';
        int at = timestamp(timestampMillis, 1);
        scratch[at++] = ',';
        scratch[at++] = '"';
        at = DecimalText.write(value, scratch, at);
        scratch[at++] = '"';
        scratch[at++] = ']';
        raw(out, at);
    }

    /** A value in quotes, since JSON has no infinities. */
    public void value(JsonGenerator out, double value) throws IOException {
        scratch[0] = '"';
        int at = DecimalText.write(value, scratch, 1);
        scratch[at++] = '"';
        raw(out, at);
    }

    /** A timestamp as a number of seconds. */
    public void timestamp(JsonGenerator out, long timestampMillis) throws IOException {
        raw(out, timestamp(timestampMillis, 0));
    }

    /** {@code [1700000000.123,"text"]}. */
    public void text(JsonGenerator out, long timestampMillis, String value) throws IOException {
        out.writeStartArray();
        raw(out, timestamp(timestampMillis, 0));
        out.writeString(value);
        out.writeEndArray();
    }

    /** A label set as an object, in its own order. */
    public static void labels(JsonGenerator out, Labels labels) throws IOException {
        out.writeStartObject();
        for (int i = 0; i < labels.size(); i++) {
            out.writeStringField(labels.name(i), labels.value(i));
        }
        out.writeEndObject();
    }

    /** A map as an object, in its own order. */
    public static void map(JsonGenerator out, Map<String, String> map) throws IOException {
        out.writeStartObject();
        for (Map.Entry<String, String> entry : map.entrySet()) {
            out.writeStringField(entry.getKey(), entry.getValue());
        }
        out.writeEndObject();
    }

    /** An array of strings. */
    public static void strings(JsonGenerator out, Collection<String> strings) throws IOException {
        out.writeStartArray();
        for (String string : strings) {
            out.writeString(string);
        }
        out.writeEndArray();
    }

    /** Seconds as a number; three decimals only where there are milliseconds. */
    private int timestamp(long millis, int at) {
        int end = at;
        long size = millis;
        if (size < 0) {
            scratch[end++] = '-';
            size = size == Long.MIN_VALUE ? Long.MAX_VALUE : -size;
        }
        end = DecimalText.writeLong(size / 1000, scratch, end);
        int fraction = (int) (size % 1000);
        if (fraction != 0) {
            scratch[end++] = '.';
            scratch[end++] = (byte) ('0' + fraction / 100);
            scratch[end++] = (byte) ('0' + fraction / 10 % 10);
            scratch[end++] = (byte) ('0' + fraction % 10);
        }
        return end;
    }

    private void raw(JsonGenerator out, int length) throws IOException {
        raw.length = length;
        out.writeRawValue(raw);
    }
}
